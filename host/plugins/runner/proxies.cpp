#include "plugins/runner/proxies.hpp"

#include "base/text.hpp"

namespace hotdesk::plugins::runner {
namespace {

constexpr std::size_t most_value = 64 * 1024;
constexpr std::size_t most_text = 8 * 1024 * 1024;

bool is_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == name.npos;
}

}  // namespace

Frame RemoteKv::ask(FrameType type, std::string_view key, const std::string_view* value) const {
  const auto number = mailbox_.number();
  Writer out(type, number);
  out.text(key);
  if (value != nullptr) out.text(*value);
  return mailbox_.request(number, std::move(out).take());
}

hotdesk_result RemoteKv::get(std::string_view key, const hotdesk_sink& sink) const {
  if (!is_clean_text(key)) return HOTDESK_SKIP;
  const auto frame = ask(FrameType::kv_get, key, nullptr);
  Reader in(frame.payload);
  const auto code = in.i32();
  if (code != HOTDESK_OK) return code;
  const auto value = in.bytes(most_value);
  return sink.write(&sink, value.data(), value.size());
}

hotdesk_result RemoteKv::set(std::string_view key, std::string_view value) {
  if (key.empty() || !is_clean_text(key)) return HOTDESK_E_INVALID;
  if (key.size() > 256 || value.size() > most_value) return HOTDESK_E_BUDGET;
  const auto frame = ask(FrameType::kv_set, key, &value);
  return Reader(frame.payload).i32();
}

hotdesk_result RemoteKv::erase(std::string_view key) {
  if (key.size() > 256 || !is_clean_text(key)) return HOTDESK_SKIP;
  const auto frame = ask(FrameType::kv_erase, key, nullptr);
  return Reader(frame.payload).i32();
}

hotdesk_result RemoteKv::list(std::string_view prefix, void* context, hotdesk_result (*each)(void*, hotdesk_text)) const {
  if (prefix.size() > 256 || !is_clean_text(prefix)) return HOTDESK_OK;
  const auto frame = ask(FrameType::kv_list, prefix, nullptr);
  Reader in(frame.payload);
  if (const auto code = in.i32(); code != HOTDESK_OK) return code;
  for (auto left = in.count(100'000); left > 0 && !in.bad(); --left) {
    const auto key = in.text(256);
    if (const auto code = each(context, hotdesk_text{key.data(), key.size()}); code != HOTDESK_OK) return code;
  }
  return HOTDESK_OK;
}

hotdesk_result RemoteMetrics::tell(FrameType type, std::string_view name, double value) {
  if (!is_name(name)) return HOTDESK_E_INVALID;
  mailbox_.send(std::move(Writer(type).text(name).f64(value)).take());
  return HOTDESK_OK;
}
hotdesk_result RemoteMetrics::count(const std::string&, const std::string&, std::string_view name, double by) {
  return by < 0 ? HOTDESK_E_INVALID : tell(FrameType::count, name, by);
}
hotdesk_result RemoteMetrics::gauge(const std::string&, const std::string&, std::string_view name, double value) {
  return tell(FrameType::gauge, name, value);
}

void RemoteServices::send(const CallContext& context, const std::vector<std::string>&, HttpRequest request,
                          std::function<void(HttpPiece)> on_piece) {
  const auto number = mailbox_.number();
  Writer out(FrameType::http, number);
  out.u64(number_of_(context.call)).text(request.method).text(request.url).u32(static_cast<std::uint32_t>(request.headers.size()));
  for (const auto& [name, value] : request.headers) out.text(name).text(value);
  out.text(request.body).u32(request.timeout_ms);
  mailbox_.request(number, std::move(out).take(), [told = std::move(on_piece)](const Frame& frame) {
    Reader in(frame.payload);
    in.u32();  // its place
    HttpPiece piece;
    piece.code = in.i32();
    piece.status = in.i32();
    piece.body = in.bytes(most_text);
    const bool more = piece.code == HOTDESK_PENDING;
    told(std::move(piece));
    return more;
  });
}

void RemoteServices::search(const CallContext& context, std::string question, std::uint32_t limit,
                            std::function<void(hotdesk_result, std::vector<Passage>)> done) {
  const auto number = mailbox_.number();
  mailbox_.request(number, std::move(Writer(FrameType::knowledge, number).u64(number_of_(context.call)).text(question).u32(limit)).take(),
                   [done = std::move(done)](const Frame& frame) {
                     Reader in(frame.payload);
                     const auto code = in.i32();
                     std::vector<Passage> passages(in.count(20));
                     for (auto& one : passages) {
                       one.article = in.uuid();
                       one.title = in.text(most_text);
                       one.text = in.text(most_text);
                       one.score = in.f64();
                     }
                     done(code, std::move(passages));
                     return false;
                   });
}

void RemoteServices::read(const CallContext& context, std::int64_t before_seq, std::uint32_t limit,
                          std::function<void(hotdesk_result, std::vector<PastMessage>)> done) {
  const auto number = mailbox_.number();
  mailbox_.request(number, std::move(Writer(FrameType::messages, number).u64(number_of_(context.call)).i64(before_seq).u32(limit)).take(),
                   [done = std::move(done)](const Frame& frame) {
                     Reader in(frame.payload);
                     const auto code = in.i32();
                     std::vector<PastMessage> page(in.count(200));
                     for (auto& one : page) {
                       one.role = in.i32();
                       one.seq = in.i64();
                       one.at = in.i64();
                       one.text = in.text(most_text);
                     }
                     done(code, std::move(page));
                     return false;
                   });
}

hotdesk_result RemoteServices::message(const CallContext& context, std::int32_t kind, std::string body, std::uint32_t n) {
  if (!is_clean_text(body)) return HOTDESK_E_INVALID;
  if (body.size() > most_value) return HOTDESK_E_BUDGET;
  const auto number = mailbox_.number();
  const auto frame = mailbox_.request(
      number, std::move(Writer(FrameType::post, number).u64(number_of_(context.call)).i32(kind).text(body).u32(n)).take());
  return Reader(frame.payload).i32();
}

}  // namespace hotdesk::plugins::runner
