#include "plugins/abi_text.hpp"
#include "plugins/services/outlasting.hpp"
#include "plugins/services/tables.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_body = 1024 * 1024;
constexpr std::size_t most_headers = 64;
constexpr std::size_t most_url = 8192;
constexpr std::size_t most_header = 16 * 1024;

using Tell = void (*)(void*, const hotdesk_http_piece*);

Result<HttpRequest> read(const hotdesk_http_request& from) {
  HttpRequest out;
  out.method = to_view(from.method);
  out.url = to_view(from.url);
  out.body = to_view(from.body);
  out.timeout_ms = from.timeout_ms;
  if (out.method.size() > 16 || out.url.size() > most_url || out.body.size() > most_body || from.headers.count > most_headers)
    return fail(Errc::invalid, "too long");
  for (std::uint64_t i = 0; i < from.headers.count; ++i) {
    const auto* header = HOTDESK_AT(hotdesk_http_header, from.headers, i);
    if (header->name.size > most_header || header->value.size > most_header) return fail(Errc::invalid, "too long");
    out.headers.emplace_back(to_view(header->name), to_view(header->value));
  }
  return out;
}

hotdesk_result send(hotdesk_call handle, const hotdesk_http_request* request, void* user, Tell on_piece) noexcept {
  hotdesk_result code = HOTDESK_E_INTERNAL;
  const auto call = find_outlasting(handle, code);
  if (!call) return code;
  if (request == nullptr || on_piece == nullptr) return HOTDESK_E_INVALID;
  try {
    const auto& granted = call->side->granted();
    auto hosts = granted.http_hosts();
    if (call->context().shadow || hosts.empty()) return HOTDESK_E_DENIED;
    if (!call->use_http(granted.budgets.http_requests)) return HOTDESK_E_BUDGET;
    auto read_request = read(*request);
    if (!read_request) return HOTDESK_E_INVALID;
    HttpPiece ended;
    ended.code = HOTDESK_E_GONE;
    const auto owed = std::make_shared<Owed<HttpPiece>>(
        call,
        [user, on_piece](const HttpPiece& piece) {
          const hotdesk_http_piece told{sizeof told, piece.code, piece.status, 0, to_text(piece.body)};
          on_piece(user, &told);
        },
        [](const HttpPiece& piece) { return piece.code != HOTDESK_PENDING; }, std::move(ended));
    call->side->ports().http->send(call->context(), hosts, std::move(*read_request), [owed](HttpPiece piece) { owed->push(std::move(piece)); });
    owed->watch();
    return HOTDESK_OK;
  } catch (...) {
    return HOTDESK_E_INTERNAL;
  }
}

}  // namespace

const hotdesk_host_http& http_table() noexcept {
  static constexpr hotdesk_host_http table{sizeof table, 0, &send};
  return table;
}

}  // namespace hotdesk::plugins
