#include "app/bot_glue.hpp"

#include <memory>

#include "protocol/encode.hpp"

namespace hotdesk::app {

void show_delta(delivery::Delivery& delivery, const conversations::Delta& delta) {
  delivery.tell({delta.visitor, false}, std::make_shared<const std::string>(protocol::encode_delta(delta.conversation, delta.mid, delta.text, delta.done)));
}

namespace {

conversations::Checked to_checked(const PluginText& asked, delivery::FilterVerdict&& verdict) {
  using From = delivery::FilterVerdict::Kind;
  conversations::Checked out;
  out.reason = std::move(verdict.reason);
  out.seen_by = std::move(verdict.seen_by);
  switch (verdict.kind) {
    case From::pass: out.text = asked.text; break;
    case From::rewrite: out.text = std::move(verdict.text); break;
    case From::refuse: out.kind = conversations::Checked::Kind::refuse; break;
    case From::failed: out.kind = conversations::Checked::Kind::failed; break;
  }
  if (out.kind == conversations::Checked::Kind::pass && out.text.empty()) out.kind = conversations::Checked::Kind::failed;
  return out;
}

}  // namespace

void check_plugin_text(delivery::Filter& filter, PluginText text, std::function<void(conversations::Checked&&)> then) {
  // What the filters look at must live until they have answered.
  const auto asked = std::make_shared<const PluginText>(std::move(text));
  delivery::FilterInput input;
  input.tenant = asked->tenant;
  input.conversation = asked->conversation;
  input.visitor = asked->visitor;
  input.role = asked->role;
  input.kind = asked->kind;
  input.text = asked->text;
  input.origin = asked->component;
  auto verdict = filter.inspect(input, [asked, then](delivery::FilterVerdict later) { then(to_checked(*asked, std::move(later))); });
  if (verdict) then(to_checked(*asked, std::move(*verdict)));
}

}  // namespace hotdesk::app
