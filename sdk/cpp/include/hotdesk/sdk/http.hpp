#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hotdesk/plugin/http.h"
#include "hotdesk/sdk/call.hpp"

namespace hotdesk::sdk {

/// A request, built in one expression: HttpRequest("https://api.example.com/v1").header("Authorization",
/// "Bearer ${secret:KEY}").json(text).timeout(8000). The host puts the secret in; the plugin never sees it.
struct HttpRequest {
  std::string url;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::uint32_t timeout_ms = 0;  ///< 0: the call's deadline

  explicit HttpRequest(std::string url_) : url(std::move(url_)) {}
  HttpRequest& header(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  HttpRequest& post(std::string text, std::string type) {
    method = "POST";
    body = std::move(text);
    return header("Content-Type", std::move(type));
  }
  HttpRequest& json(std::string text) { return post(std::move(text), "application/json"); }
  HttpRequest& timeout(std::uint32_t ms) {
    timeout_ms = ms;
    return *this;
  }
};

/// A piece of the answer; lives until the callback returns. The body's bytes are as sent: a piece may end inside a character.
struct HttpPiece {
  hotdesk_result code;  ///< HOTDESK_PENDING: more follows; HOTDESK_OK: that was all; else an error
  std::int32_t status;  ///< 0 until the headers came
  std::string_view body;
  bool last() const noexcept { return code != HOTDESK_PENDING; }
};

/// Requests for a call that is, or is about to be, pending. Cheap to copy. Thread: any.
class Http {
 public:
  using OnPiece = std::function<void(const HttpPiece& piece)>;
  Http(const hotdesk_host_http* table, const hotdesk_host_call* calls) noexcept : table_(table), calls_(calls) {}
  explicit operator bool() const noexcept { return table_ != nullptr; }

  /// HOTDESK_OK: `on_piece` is called, one at a time, until last(); the call's end counts as one (HOTDESK_E_GONE).
  /// Otherwise it is never called: HOTDESK_E_DENIED, HOTDESK_E_BUDGET, HOTDESK_E_UNSUPPORTED.
  /// What `on_piece` throws ends the call as if reply() had thrown it; further pieces are dropped.
  hotdesk_result send(hotdesk_call call, const HttpRequest& request, OnPiece on_piece) const {
    if (table_ == nullptr) return HOTDESK_E_UNSUPPORTED;
    std::vector<hotdesk_http_header> headers;
    for (const auto& [name, value] : request.headers)
      headers.push_back({sizeof(hotdesk_http_header), 0, to_text(name), to_text(value)});
    hotdesk_http_request raw{};
    raw.size = sizeof raw;
    raw.timeout_ms = request.timeout_ms;
    raw.method = to_text(request.method);
    raw.url = to_text(request.url);
    raw.headers = {headers.data(), headers.size(), sizeof(hotdesk_http_header)};
    raw.body = to_text(request.body);
    auto waiting = std::make_unique<Waiting>(Waiting{calls_, call, std::move(on_piece)});
    const auto code = table_->send(call, &raw, waiting.get(), &receive);
    if (code == HOTDESK_OK) waiting.release();  // receive() frees it with the last piece, perhaps already
    return code;
  }

 private:
  struct Waiting {
    const hotdesk_host_call* calls;
    hotdesk_call call;
    OnPiece on_piece;
  };
  static void receive(void* user, const hotdesk_http_piece* raw) noexcept {
    auto* waiting = static_cast<Waiting*>(user);
    const HttpPiece piece{raw->code, raw->status, to_view(raw->body)};
    try {
      if (waiting->on_piece) waiting->on_piece(piece);
    } catch (...) {
      waiting->calls->complete(waiting->call, detail::report(waiting->calls, waiting->call), nullptr);
      waiting->on_piece = nullptr;
    }
    if (piece.last()) delete waiting;
  }

  const hotdesk_host_http* table_;
  const hotdesk_host_call* calls_;
};

}  // namespace hotdesk::sdk
