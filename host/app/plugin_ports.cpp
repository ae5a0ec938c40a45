#include "app/plugin_ports.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/json.hpp"
#include "conversations/derived_mid.hpp"
#include "observe/log.hpp"
#include "plugins/services/words.hpp"

namespace hotdesk::app {
namespace {

constexpr std::size_t most_posts = 10;
constexpr std::int64_t post_window_ms = 60'000;

std::string text_of(const std::string& body) {
  const auto parsed = parse_json(body);
  return parsed && parsed->is_object() ? find_string(*parsed, "text").value_or("") : std::string();
}

std::string text_body(std::string_view text) {
  std::string out = "{\"text\":";
  append_json_string(out, text);
  return out + "}";
}

}  // namespace

void PluginPorts::connect(conversations::Timeline& timeline, delivery::Filter& filter) {
  filter_ = &filter;
  timeline_ = &timeline;
}

void PluginPorts::search(const plugins::CallContext& context, std::string question, std::uint32_t limit,
                         std::function<void(hotdesk_result, std::vector<plugins::Passage>)> done) {
  parts_.pool.post([this, tenant = context.tenant, question = std::move(question), limit, done = std::move(done)] {
    const auto hits = parts_.knowledge.search(tenant, question, limit);
    if (!hits) return done(HOTDESK_E_INTERNAL, {});
    std::vector<plugins::Passage> out;
    for (const auto& hit : *hits) out.push_back({hit.article, hit.title, hit.text, hit.score});
    done(HOTDESK_OK, std::move(out));
  });
}

void PluginPorts::read(const plugins::CallContext& context, std::int64_t before_seq, std::uint32_t limit,
                       std::function<void(hotdesk_result, std::vector<plugins::PastMessage>)> done) {
  parts_.pool.post([this, tenant = context.tenant, conversation = context.conversation, before_seq, limit, done = std::move(done)] {
    // Timeline entries lie between the messages: pages are read until there are enough.
    std::vector<plugins::PastMessage> newest_first;
    std::int64_t before = before_seq;
    for (int pages = 0; pages < 8 && newest_first.size() < limit; ++pages) {
      const auto page = parts_.messages.read_conversation(tenant, conversation, before, std::nullopt, static_cast<int>(std::min(limit, 200U)), false);
      if (!page) return done(HOTDESK_E_INTERNAL, {});
      for (auto at = page->items.rbegin(); at != page->items.rend() && newest_first.size() < limit; ++at)
        if (at->kind == "text" && !at->recalled) newest_first.push_back({plugins::to_abi_role(at->from.role), at->seq, at->ts, text_of(at->body)});
      if (!page->more || page->items.empty()) break;
      before = page->items.front().seq;
    }
    std::reverse(newest_first.begin(), newest_first.end());
    done(HOTDESK_OK, std::move(newest_first));
  });
}

bool PluginPorts::take_post(const Uuid& conversation) {
  const std::int64_t now = parts_.clock.steady_ms();
  const std::lock_guard lock(mutex_);
  if (posts_.size() > 10'000)
    std::erase_if(posts_, [&](const auto& one) { return one.second.empty() || one.second.back() <= now - post_window_ms; });
  auto& times = posts_[conversation];
  while (!times.empty() && times.front() <= now - post_window_ms) times.pop_front();
  if (times.size() >= most_posts) return false;
  times.push_back(now);
  return true;
}

hotdesk_result PluginPorts::message(const plugins::CallContext& context, std::int32_t kind, std::string body, std::uint32_t n) {
  if (timeline_.load() == nullptr) return HOTDESK_E_STATE;
  const std::string_view word = plugins::posted_kind(kind);
  if (word.empty()) return HOTDESK_E_INVALID;
  if (word == "card") {
    const auto card = parse_json(body);
    if (!card || !card->is_object()) return HOTDESK_E_INVALID;
    body = dump_json(*card);
  }
  if (!take_post(context.conversation)) return HOTDESK_E_BUDGET;
  parts_.pool.post([this, context, word, body = std::move(body), n]() mutable { post(context, word, std::move(body), n); });
  return HOTDESK_OK;
}

void PluginPorts::post(const plugins::CallContext& context, std::string_view kind, std::string body, std::uint32_t n) {
  // The mid bears the time of what triggered it, which a repeat reads from the same row. Without one a repeat is not known.
  Uuid mid = make_uuid(parts_.clock.now_ms());
  if (context.seq > 0) {
    const auto page = parts_.messages.read_conversation(context.tenant, context.conversation, std::nullopt, context.seq - 1, 1, true);
    if (!page || page->items.empty() || page->items[0].seq != context.seq)
      return log::warn("plugins", "a plugin's message has lost what triggered it", {{"plugin", context.plugin}});
    mid = conversations::derive_mid(context.plugin + "/post", context.conversation, context.seq, n, page->items[0].ts);
  }
  if (kind == "card") return commit_post(context, kind, std::move(body), {}, mid);
  check_plugin_text(*filter_.load(), {context.tenant, context.conversation, context.visitor, context.plugin, std::string(kind), std::move(body), tenants::Role::plugin},
                    [this, context, kind, mid](conversations::Checked&& checked) {
                      if (checked.kind == conversations::Checked::Kind::pass)
                        return commit_post(context, kind, text_body(checked.text), std::move(checked.seen_by), mid);
                      log::info("plugins", "a plugin's message did not pass the filters", {{"plugin", context.plugin}, {"why", checked.reason}});
                    });
}

void PluginPorts::commit_post(const plugins::CallContext& context, std::string_view kind, std::string body, std::string filters,
                              const Uuid& mid) {
  conversations::Message message;
  message.mid = mid;
  message.kind = kind;
  message.body = std::move(body);
  message.filters = std::move(filters);
  conversations::Change change;
  change.tenant = context.tenant;
  change.conversation = context.conversation;
  change.actor = {tenants::Role::plugin, {}, context.plugin};
  change.now = parts_.clock.now_ms();
  change.what = std::move(message);
  timeline_.load()->commit(std::move(change), [plugin = context.plugin](conversations::Committed&& committed) {
    using conversations::Outcome;
    if (committed.outcome != Outcome::ok && committed.outcome != Outcome::dup)
      log::info("plugins", "a plugin's message was not stored", {{"plugin", plugin}, {"why", committed.text}});
  });
}

void PluginPorts::find(const Uuid& tenant, const Uuid& visitor, std::function<void(plugins::Attributes)> done) {
  parts_.pool.post([this, tenant, visitor, done = std::move(done)] {
    plugins::Attributes out;
    const auto found = parts_.visitors.find_visitor(tenant, visitor);
    if (!found || !*found) return done({});
    const visitors::Visitor& v = **found;
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) out.emplace_back(name, value);
    };
    add("language", v.language);
    add("referrer", v.referrer);
    add("external_id", v.external_id);
    if (const auto device = parse_json(v.device); device && device->is_object())
      for (const char* name : {"kind", "os", "browser"}) add((std::string("device.") + name).c_str(), find_string(*device, name).value_or(""));
    // The site's own words, under their own names: they cannot pass for what the host found out.
    if (const auto given = parse_json(v.attributes); given && given->is_object())
      for (const auto& [name, value] : given->items()) {
        const bool taken = std::any_of(out.begin(), out.end(), [&](const auto& one) { return one.first == name; });
        if (!taken && value.is_string()) out.emplace_back(name, value.get<std::string>());
      }
    done(std::move(out));
  });
}

}  // namespace hotdesk::app
