#include "app/plugin_http.hpp"

#include <algorithm>
#include <chrono>

#include "base/text.hpp"
#include "net/address.hpp"
#include "net/http_stream.hpp"
#include "net/url.hpp"
#include "observe/log.hpp"

namespace hotdesk::app {
namespace {

using SteadyClock = std::chrono::steady_clock;
using plugins::HttpPiece;

std::int64_t steady_ms() { return std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now().time_since_epoch()).count(); }

bool is_token(std::string_view text) {
  constexpr std::string_view more = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || more.find(c) != std::string_view::npos;
  });
}

/// What the connection is made of is the host's to say.
bool is_reserved(std::string_view name) {
  static constexpr std::string_view names[] = {"host",    "content-length",      "transfer-encoding", "connection", "keep-alive",
                                               "upgrade", "proxy-authorization", "te",                "trailer",    "expect"};
  return std::find(std::begin(names), std::end(names), to_lower_ascii(name)) != std::end(names);
}

bool is_method(std::string_view method) {
  static constexpr std::string_view names[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  return std::find(std::begin(names), std::end(names), method) != std::end(names);
}

/// Printable, or above ASCII: no header of its own can hide in it.
bool is_header_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F); });
}

/// The address to connect to. A name that leads into a private network is refused unless it is itself granted as such.
Result<std::string> address_for(const net::Url& url) {
  if (const auto literal = net::parse_address(url.host)) return net::to_text(*literal);
  const auto found = net::resolve(url.host);
  if (!found) return found.error();
  const bool local = url.host == "localhost";
  for (const auto& address : *found)
    if (local ? !net::is_loopback(address) : net::is_private(address))
      return fail(Errc::forbidden, url.host + " leads to a private address.");
  return net::to_text(found->front());
}

}  // namespace

bool is_allowed(const std::vector<std::string>& allowed, const std::string& host, std::uint16_t port, bool tls) {
  const std::string named = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const bool usual = port == (tls ? 443 : 80);
  const std::string with_port = named + ":" + std::to_string(port);
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& one) {
    const std::string lower = to_lower_ascii(one);
    return lower == with_port || (usual && (lower == named || lower == host));
  });
}

PluginHttp::PluginHttp(plugins::PluginStore& store, Limits limits) : store_(store), limits_(std::move(limits)) {}

void PluginHttp::stop() {
  std::deque<Job> left;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    left.swap(jobs_);
  }
  wake_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

bool PluginHttp::enter(hotdesk_call call) {
  auto& count = under_way_[call];
  if (call != 0 && count >= limits_.at_once) return false;
  ++count;
  return true;
}

void PluginHttp::leave(hotdesk_call call) {
  const std::lock_guard lock(mutex_);
  const auto at = under_way_.find(call);
  if (at != under_way_.end() && --at->second == 0) under_way_.erase(at);
}

void PluginHttp::send(const plugins::CallContext& context, const std::vector<std::string>& allowed, plugins::HttpRequest request,
                      std::function<void(HttpPiece)> on_piece) {
  const std::uint32_t wanted = request.timeout_ms == 0 ? limits_.most_ms : std::min(request.timeout_ms, limits_.most_ms);
  hotdesk_result refused = HOTDESK_OK;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) refused = HOTDESK_E_GONE;
    else if (jobs_.size() >= limits_.queued) refused = HOTDESK_E_OVERLOAD;
    else if (!enter(context.call)) refused = HOTDESK_E_BUDGET;
    else {
      jobs_.push_back({context, allowed, std::move(request), on_piece, steady_ms() + wanted});
      if (idle_ < jobs_.size() && threads_.size() < limits_.threads) threads_.emplace_back([this] { work(); });
    }
  }
  if (refused == HOTDESK_OK) return wake_.notify_one();
  HttpPiece piece;
  piece.code = refused;
  on_piece(std::move(piece));
}

void PluginHttp::work() {
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      ++idle_;
      wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      --idle_;
      if (stopping_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    HttpPiece last;
    last.code = perform(job, last.status);
    leave(job.context.call);
    job.on_piece(std::move(last));
  }
}

Result<> PluginHttp::expand(const plugins::CallContext& context, std::string& value) {
  constexpr std::string_view mark = "${secret:";
  std::string out;
  std::size_t at = 0;
  while (true) {
    const std::size_t from = value.find(mark, at);
    if (from == std::string::npos) break;
    const std::size_t end = value.find('}', from);
    if (end == std::string::npos) return fail(Errc::invalid, "a header names a secret without an end");
    const std::string name = value.substr(from + mark.size(), end - from - mark.size());
    auto secret = store_.find_secret(context.tenant, context.plugin, name);
    if (!secret) return secret.error();
    if (!*secret) return fail(Errc::not_found, "the secret " + name.substr(0, 64) + " is not set");
    out.append(value, at, from - at).append(**secret);
    at = end + 1;
  }
  out.append(value, at, std::string::npos);
  value = std::move(out);
  return {};
}

hotdesk_result PluginHttp::perform(Job& job, std::int32_t& status) {
  const auto note = [&](const std::string& why) {
    log::info("plugins", "a plugin's request did not succeed", {{"plugin", job.context.plugin}, {"why", why}});
  };
  const auto url = net::parse_url(job.request.url);
  if (!url || !is_method(job.request.method) || job.request.body.size() > limits_.body_out) return HOTDESK_E_INVALID;
  if (!is_allowed(job.allowed, url->host, url->port, url->tls)) {
    note(url->host + " is not granted");
    return HOTDESK_E_DENIED;
  }
  const auto literal = net::parse_address(url->host);
  if (!url->tls && url->host != "localhost" && !(literal && net::is_loopback(*literal))) {
    note("plain HTTP goes to this machine alone");
    return HOTDESK_E_DENIED;
  }
  net::StreamingRequest request;
  for (auto& [name, value] : job.request.headers) {
    if (!is_token(name) || is_reserved(name)) return HOTDESK_E_INVALID;
    if (auto expanded = expand(job.context, value); !expanded) {
      note(expanded.error().text);
      return expanded.error().code == Errc::invalid ? HOTDESK_E_INVALID : HOTDESK_E_STATE;
    }
    if (!is_header_value(value)) return HOTDESK_E_INVALID;
    request.headers.emplace_back(std::move(name), std::move(value));
  }
  const auto address = address_for(*url);
  if (!address) {
    note(address.error().text);
    return address.error().code == Errc::forbidden ? HOTDESK_E_DENIED : HOTDESK_E_INTERNAL;
  }
  if (url->tls) {
    auto tls = net::make_client_tls(limits_.ca_file, false);
    if (!tls) return HOTDESK_E_INTERNAL;
    request.tls = std::move(*tls);
  }
  request.host = url->host;
  request.address = *address;
  request.port = url->port;
  request.method = std::move(job.request.method);
  request.target = url->target;
  request.body = std::move(job.request.body);
  request.deadline = SteadyClock::time_point(std::chrono::milliseconds(job.deadline_ms));
  request.max_body = limits_.body_in;
  const auto wanted = [&] {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return false;
    }
    return job.context.call == 0 || plugins::CallTable::instance().find(job.context.call) != nullptr;
  };
  const auto done = net::send_streaming(
      request,
      [&](int code, std::string_view bytes) {
        status = code;
        HttpPiece piece;
        piece.status = code;
        piece.body = bytes;
        job.on_piece(std::move(piece));
        return wanted();
      },
      wanted);
  if (done) return HOTDESK_OK;
  note(done.error().text);
  switch (done.error().code) {
    case Errc::expired: return HOTDESK_E_TIMEOUT;
    case Errc::too_big: return HOTDESK_E_BUDGET;
    case Errc::conflict: return HOTDESK_E_GONE;
    default: return HOTDESK_E_INTERNAL;
  }
}

}  // namespace hotdesk::app
