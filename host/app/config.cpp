#include "app/config.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "app/config_keys.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

namespace hotdesk::app {
namespace {

constexpr std::size_t largest_file = 1 << 20;

/// Feeds the JSON lexer and counts lines: the parser's events bear no position of their own.
class LineCounting {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;
  LineCounting(const char* at, std::size_t* line) : at_(at), line_(line) {}
  reference operator*() const { return *at_; }
  LineCounting& operator++() {
    if (*at_ == '\n') ++*line_;
    ++at_;
    return *this;
  }
  LineCounting operator++(int) {
    LineCounting before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const LineCounting& a, const LineCounting& b) { return a.at_ == b.at_; }
  friend bool operator!=(const LineCounting& a, const LineCounting& b) { return a.at_ != b.at_; }

 private:
  const char* at_;
  std::size_t* line_;
};

/// Turns the parser's events into assignments by the table. Returning false stops the parser; `error` then says why.
class Reader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Reader(Config& config, const std::size_t& line) : config_(config), line_(line) {}
  std::optional<Error> error;

  bool key(string_t& name) override {
    key_line_ = line_;
    name_ = section_.empty() ? name : section_ + "." + name;
    if (!seen_.insert(name_).second) return refuse("\"" + name_ + "\" is given twice; keep one of them");
    if (find_config_key(name_) || (section_.empty() && is_config_section(name_))) return true;
    if (const auto purpose = reserved_section(name_); !purpose.empty())
      return refuse("\"" + name_ + "\" is for " + std::string(purpose) + ", which this version does not do; take it out");
    const auto near = nearest_key(name_);
    return refuse("\"" + name_ + "\" is no known key" +
                  (near.empty() ? std::string("; conf/hotdesk.example.json has all of them")
                                : "; did you mean \"" + std::string(near) + "\"?"));
  }

  bool start_object(std::size_t) override {
    ++depth_;
    if (depth_ == 1) return true;
    if (depth_ == 2 && !in_list_ && find_config_key(name_) == nullptr) {
      section_ = name_;
      return true;
    }
    return wrong("an object");
  }
  bool end_object() override {
    --depth_;
    section_.clear();
    return true;
  }
  bool start_array(std::size_t) override {
    if (const auto* list = current<TextList>(); list != nullptr && !in_list_) {
      in_list_ = true;
      list->at(config_).clear();
      return true;
    }
    return wrong("a list");
  }
  bool end_array() override {
    in_list_ = false;
    return true;
  }
  bool null() override { return wrong("null"); }
  bool boolean(bool) override { return wrong("true or false"); }
  bool number_float(number_float_t, const string_t& text) override { return wrong(text); }
  bool number_unsigned(number_unsigned_t value) override {
    return value > INT64_MAX ? wrong(std::to_string(value)) : number(static_cast<std::int64_t>(value));
  }
  bool number_integer(number_integer_t value) override { return number(value); }
  bool binary(binary_t&) override { return wrong("binary data"); }

  bool string(string_t& value) override {
    if (!is_clean_text(value)) return refuse("\"" + name_ + "\" holds text that is not valid UTF-8 or holds U+0000");
    if (in_list_) {
      const auto* list = current<TextList>();
      auto& texts = list->at(config_);
      if (texts.size() == list->most) return wrong("a longer list");
      texts.push_back(value);
      return true;
    }
    if (const auto* text = current<Text>()) {
      if (value.empty() && !text->empty) return wrong("an empty text");
      text->at(config_) = value;
      return true;
    }
    if (const auto* choice = current<Choice>()) {
      const auto at = std::find(choice->words.begin(), choice->words.end(), value);
      if (at == choice->words.end()) return wrong("\"" + value + "\"");
      choice->set(config_, static_cast<std::size_t>(at - choice->words.begin()));
      return true;
    }
    return wrong("a text");
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    key_line_ = line_;
    return refuse("not JSON from here on: look for a missing comma, quote or brace at or just before this line");
  }

 private:
  template <class Kind>
  const Kind* current() const {
    const ConfigKey* key = depth_ == 0 ? nullptr : find_config_key(name_);
    return key == nullptr ? nullptr : std::get_if<Kind>(&key->kind);
  }
  bool number(std::int64_t value) {
    const auto* number = in_list_ ? nullptr : current<WholeNumber>();
    if (number == nullptr || value < number->least || value > number->most) return wrong(std::to_string(value));
    number->at(config_) = value;
    return true;
  }
  bool wrong(const std::string& got) {
    if (depth_ == 0 || name_.empty()) return refuse("the configuration must be one JSON object, not " + got);
    const ConfigKey* key = find_config_key(name_);
    return refuse("\"" + name_ + "\" must be " + (key ? allowed(*key) : "an object with the section's keys") + ", not " + got);
  }
  bool refuse(std::string text) {
    error = fail(Errc::invalid, std::move(text), "line " + std::to_string(key_line_));
    return false;
  }

  Config& config_;
  const std::size_t& line_;
  std::size_t key_line_ = 1;
  int depth_ = 0;
  bool in_list_ = false;
  std::string section_;
  std::string name_;
  std::set<std::string> seen_;
};

/// What one key alone cannot tell.
std::optional<Error> check_whole(const Config& config) {
  const auto& source = config.master_key;
  const bool known = source.starts_with("file:") || source.starts_with("env:") || source.starts_with("command:");
  if (!known || source.ends_with(':'))
    return fail(Errc::invalid, "\"master_key\" must be file:PATH, env:NAME or command:LINE", "master_key");
  if (config.limits.outbox_bytes <= config.limits.lag_bytes)
    return fail(Errc::invalid, "\"limits.outbox_bytes\" must be above \"limits.lag_bytes\"", "limits.outbox_bytes");
  const auto& host = config.public_host;
  if (host.find_first_of("/ @?#") != std::string::npos)
    return fail(Errc::invalid, "\"public_host\" must be a host name with an optional port, such as chat.example.com or localhost:8443, "
                               "without https:// and without a path", "public_host");
  return std::nullopt;
}

void normalise(Config& config) {
  config.public_host = to_lower_ascii(config.public_host);
  if (config.public_host.ends_with(":443")) config.public_host.resize(config.public_host.size() - 4);
}

/// Assigns what the text says; nothing else is touched.
std::optional<Error> read_into(Config& config, std::string_view text) {
  std::size_t line = 1;
  Reader reader(config, line);
  const LineCounting first(text.data(), &line);
  const LineCounting last(text.data() + text.size(), &line);
  const bool whole = nlohmann::json::sax_parse(first, last, &reader, nlohmann::json::input_format_t::json, true, true);
  if (!whole) return reader.error.value_or(fail(Errc::invalid, "the configuration must be one JSON object", "line 1"));
  normalise(config);
  return check_whole(config);
}

std::string absolute(const std::filesystem::path& folder, const std::string& path) {
  return path.empty() ? path : (folder / path).lexically_normal().string();
}

}  // namespace

Result<Config> parse_config(std::string_view text) {
  Config config;
  if (const auto error = read_into(config, text)) return *error;
  return config;
}

Result<> set_config(Config& config, std::string_view setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string_view::npos) return fail(Errc::invalid, "must be KEY=VALUE", std::string(setting));
  const std::string name(setting.substr(0, equals));
  const std::string_view value = setting.substr(equals + 1);
  const ConfigKey* key = find_config_key(name);
  std::string text;
  if (key != nullptr && (std::holds_alternative<Text>(key->kind) || std::holds_alternative<Choice>(key->kind))) {
    append_json_string(text, value);
  } else {
    if (!parse_json(value)) return fail(Errc::invalid, "the value is no JSON" + (key ? "; allowed: " + allowed(*key) : std::string()), name);
    text = value;
  }
  const std::size_t dot = name.find('.');
  const std::string json = dot == std::string::npos ? "{\"" + name + "\":" + text + "}"
                                                    : "{\"" + name.substr(0, dot) + "\":{\"" + name.substr(dot + 1) + "\":" + text + "}}";
  Config changed = config;
  if (auto error = read_into(changed, json)) return fail(error->code, error->text, name);
  config = std::move(changed);
  return {};
}

Result<Config> load_config(const std::string& path) {
  namespace fs = std::filesystem;
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(Errc::not_found, "cannot read the configuration; run `hotdesk init --config " + path + "` or name another with --config", path);
  std::ostringstream text;
  text << in.rdbuf();
  if (text.str().size() > largest_file) return fail(Errc::too_big, "the configuration is larger than 1 MiB", path);
  auto config = parse_config(text.str());
  if (!config) return fail(config.error().code, config.error().text, path + ", " + config.error().where);
  const fs::path folder = fs::absolute(path).parent_path();
  for (const ConfigKey& key : config_keys())
    if (const auto* kind = std::get_if<Text>(&key.kind); kind != nullptr && kind->path)
      kind->at(*config) = absolute(folder, kind->at(*config));
  if (config->master_key.starts_with("file:")) config->master_key = "file:" + absolute(folder, config->master_key.substr(5));
  config->file = fs::absolute(path).lexically_normal().string();
  return config;
}

}  // namespace hotdesk::app
