#include "plugins/runner/requests.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hotdesk::plugins::runner {
namespace {

constexpr std::size_t most_line = 4096;
constexpr std::size_t most_name = 64;
constexpr std::size_t most_key = 256;
constexpr std::size_t most_value = 64 * 1024;
constexpr std::size_t most_http = 1024 * 1024;
constexpr std::size_t most_post = 64 * 1024;
constexpr std::size_t most_piece = 64 * 1024;
constexpr std::uint32_t most_headers = 100;

hotdesk_result append(const hotdesk_sink* sink, const void* data, std::uint64_t bytes) noexcept {
  static_cast<std::string*>(sink->context)->append(static_cast<const char*>(data), static_cast<std::size_t>(bytes));
  return HOTDESK_OK;
}
hotdesk_result add_key(void* context, hotdesk_text key) noexcept {
  static_cast<std::vector<std::string>*>(context)->emplace_back(key.data, static_cast<std::size_t>(key.size));
  return HOTDESK_OK;
}

}  // namespace

Requests::Requests(std::shared_ptr<const Blueprint> blueprint, Services& services, FindCall find_call)
    : blueprint_(std::move(blueprint)), services_(services), find_call_(std::move(find_call)) {}

bool Requests::handle(const Frame& frame) {
  Reader in(frame.payload);
  switch (frame.type()) {
    case FrameType::log: log(in); break;
    case FrameType::count:
    case FrameType::gauge: number(frame.type(), in); break;
    case FrameType::kv_get:
    case FrameType::kv_set:
    case FrameType::kv_erase:
    case FrameType::kv_list: keys(frame.type(), frame.header.call, in); break;
    case FrameType::post: post(frame.header.call, in); break;
    case FrameType::http: http(frame.header.call, in); break;
    case FrameType::knowledge: knowledge(frame.header.call, in); break;
    case FrameType::messages: messages(frame.header.call, in); break;
    default: return false;
  }
  return !in.bad();
}

void Requests::refuse(std::uint64_t request, hotdesk_result code, FrameType answer) {
  Writer out(answer, request);
  if (answer == FrameType::piece) out.u32(0);
  (*send_)(std::move(out.i32(code)).take());
}

std::shared_ptr<Call> Requests::call_of(std::uint64_t request, std::uint64_t number, FrameType answer) {
  auto call = find_call_(number);
  if (!call) return refuse(request, HOTDESK_E_GONE, answer), nullptr;
  if (!call->use_host(blueprint_->parts.granted.budgets.host_calls)) return refuse(request, HOTDESK_E_BUDGET, answer), nullptr;
  return call;
}

void Requests::log(Reader& in) {
  const auto level = in.i32();
  const auto line = in.text(most_line);
  const std::int64_t second = services_.clock.steady_ms() / 1000;
  if (log_second_.exchange(second) != second) log_lines_ = 0;
  if (in.bad() || log_lines_.fetch_add(1) >= blueprint_->parts.granted.budgets.log_lines) return;
  services_.log(static_cast<LogLevel>(std::clamp(level, 0, 3)), blueprint_->tag, line);
}

void Requests::number(FrameType type, Reader& in) {
  const auto name = in.text(most_name);
  const double value = in.f64();
  if (in.bad()) return;
  if (type == FrameType::count) services_.metrics.count(blueprint_->plugin, blueprint_->version, name, value);
  else services_.metrics.gauge(blueprint_->plugin, blueprint_->version, name, value);
}

void Requests::keys(FrameType type, std::uint64_t request, Reader& in) {
  const auto key = in.text(most_key);
  const auto value = type == FrameType::kv_set ? in.bytes(most_value) : std::string{};
  KvPort* kv = blueprint_->parts.kv.get();
  if (in.bad()) return;
  if (kv == nullptr) return refuse(request, HOTDESK_E_DENIED);
  if (type == FrameType::kv_set) return refuse(request, kv->set(key, value));
  if (type == FrameType::kv_erase) return refuse(request, kv->erase(key));
  Writer out(FrameType::result, request);
  if (type == FrameType::kv_get) {
    std::string found;
    const hotdesk_sink sink{sizeof sink, 0, &found, &append};
    out.i32(kv->get(key, sink)).text(found);
  } else {
    std::vector<std::string> keys;
    out.i32(kv->list(key, &keys, &add_key)).u32(static_cast<std::uint32_t>(keys.size()));
    for (const auto& one : keys) out.text(one);
  }
  (*send_)(std::move(out).take());
}

void Requests::post(std::uint64_t request, Reader& in) {
  const auto number = in.u64();
  const auto kind = in.i32();
  auto body = in.text(most_post);
  const auto n = in.u32();
  if (in.bad()) return;
  const auto call = call_of(request, number, FrameType::result);
  if (!call) return;
  const bool may = blueprint_->parts.granted.allows("post") && !call->context().shadow && services_.ports.post != nullptr;
  refuse(request, may ? services_.ports.post->message(call->context(), kind, std::move(body), n) : HOTDESK_E_DENIED);
}

void Requests::http(std::uint64_t request, Reader& in) {
  const auto number = in.u64();
  HttpRequest asked;
  asked.method = in.text(16);
  asked.url = in.text(8192);
  for (auto left = in.count(most_headers); left > 0 && !in.bad(); --left) {
    auto name = in.text(256);
    asked.headers.emplace_back(std::move(name), in.text(8192));
  }
  asked.body = in.bytes(most_http);
  asked.timeout_ms = in.u32();
  if (in.bad()) return;
  const auto call = call_of(request, number, FrameType::piece);
  if (!call) return;
  const auto hosts = blueprint_->parts.granted.http_hosts();
  if (hosts.empty() || call->context().shadow || services_.ports.http == nullptr) return refuse(request, HOTDESK_E_DENIED, FrameType::piece);
  if (!call->use_http(blueprint_->parts.granted.budgets.http_requests)) return refuse(request, HOTDESK_E_BUDGET, FrameType::piece);
  services_.ports.http->send(call->context(), hosts, std::move(asked), [send = send_, request, n = std::make_shared<std::atomic<std::uint32_t>>(0)](const HttpPiece& piece) {
    std::string_view rest = piece.body;
    do {
      const auto part = rest.substr(0, most_piece);
      rest.remove_prefix(part.size());
      const auto code = rest.empty() ? piece.code : HOTDESK_PENDING;
      (*send)(std::move(Writer(FrameType::piece, request).u32((*n)++).i32(code).i32(piece.status).text(part)).take());
    } while (!rest.empty());
  });
}

void Requests::knowledge(std::uint64_t request, Reader& in) {
  const auto number = in.u64();
  auto question = in.text(most_post);
  const auto limit = in.u32();
  if (in.bad()) return;
  const auto call = call_of(request, number, FrameType::result);
  if (!call) return;
  if (!blueprint_->parts.granted.allows("knowledge") || services_.ports.knowledge == nullptr) return refuse(request, HOTDESK_E_DENIED);
  services_.ports.knowledge->search(
      call->context(), std::move(question), std::min<std::uint32_t>(limit, 20),
      [send = send_, request](hotdesk_result code, const std::vector<Passage>& passages) {
        Writer out(FrameType::result, request);
        out.i32(code).u32(static_cast<std::uint32_t>(passages.size()));
        for (const auto& one : passages) out.uuid(one.article).text(one.title).text(one.text).f64(one.score);
        (*send)(std::move(out).take());
      });
}

void Requests::messages(std::uint64_t request, Reader& in) {
  const auto number = in.u64();
  const auto before = in.i64();
  const auto limit = in.u32();
  if (in.bad()) return;
  const auto call = call_of(request, number, FrameType::result);
  if (!call) return;
  if (!blueprint_->parts.granted.allows("messages") || services_.ports.messages == nullptr) return refuse(request, HOTDESK_E_DENIED);
  services_.ports.messages->read(call->context(), before, std::min<std::uint32_t>(limit, 200),
                                 [send = send_, request](hotdesk_result code, const std::vector<PastMessage>& page) {
                                   Writer out(FrameType::result, request);
                                   out.i32(code).u32(static_cast<std::uint32_t>(page.size()));
                                   for (const auto& one : page) out.i32(one.role).i64(one.seq).i64(one.at).text(one.text);
                                   (*send)(std::move(out).take());
                                 });
}

}  // namespace hotdesk::plugins::runner
