#include "api/visitor_form.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace hotdesk::api {
namespace {
constexpr std::size_t most_attributes = 20;

bool looks_like_email(const std::string& text) {
  const auto at = text.find('@');
  return at != std::string::npos && at > 0 && at + 1 < text.size() && text.find('@', at + 1) == std::string::npos &&
         text.find_first_of(" \t\r\n<>,;") == std::string::npos;
}

std::string cut(const Json& page, const char* name, std::size_t most) {
  const auto text = find_string(page, name);
  if (!text || !is_clean_text(*text)) return {};
  return std::string(truncate_code_points(*text, most));
}
std::string cut_url(const Json& page, const char* name) {
  std::string url = cut(page, name, 1024);
  return url.starts_with("https://") || url.starts_with("http://") ? url : std::string();
}
}  // namespace

void read_form(const Json& form, visitors::Visitor& profile, Fields& fields) {
  Fields own(form);
  const auto name = own.text("name", 80);
  const auto email = own.text("email", 254);
  const auto phone = own.text("phone", 40);
  if (!own.good()) fields.refuse("visitor", "name, email and phone are short texts");
  if (email && !email->empty() && !looks_like_email(*email)) fields.refuse("visitor/email", "is no e-mail address");
  if (name) profile.name = *name;
  if (email) profile.email = *email;
  if (phone) profile.phone = *phone;
  const Json* const attributes = own.object("attributes");
  if (attributes == nullptr) return;
  if (attributes->size() > most_attributes) return fields.refuse("visitor/attributes", "at most 20");
  Json kept = Json::object();
  for (const auto& [key, value] : attributes->items()) {
    const bool text = value.is_string() && is_clean_text(value.get_ref<const std::string&>()) && value.get_ref<const std::string&>().size() <= 1024;
    if (!is_clean_text(key) || key.empty() || key.size() > 64 || !(text || value.is_number() || value.is_boolean()))
      return fields.refuse("visitor/attributes", "names of 1 to 64 bytes with texts of at most 1024, numbers or booleans");
    kept[key] = text ? value.get<std::string>() : value.dump();
  }
  profile.attributes = dump_json(kept);
}

visitors::PageView read_page(const Json& page, std::int64_t now) {
  return {cut_url(page, "url"), cut(page, "title", 256), cut_url(page, "referrer"), now};
}

}  // namespace hotdesk::api
