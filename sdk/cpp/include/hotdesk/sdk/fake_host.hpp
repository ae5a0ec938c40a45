#pragma once
// A host for unit tests, in the test's own process. FakeHost here, FakePlugin (calls a plugin through its real entry point and
// tables) in fake_plugin.hpp.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hotdesk/plugin/plugin.h"
#include "hotdesk/sdk/fake_calls.hpp"
#include "hotdesk/sdk/fake_config.hpp"
#include "hotdesk/sdk/fake_services.hpp"

namespace hotdesk::sdk {

/// Settings, a clock that moves when told, keys, timers that fire when the clock is advanced, scripted services, and all that
/// the plugin said and asked. Callbacks run inside run() and advance(). Thread: one.
class FakeHost : public FakeConfig {
 public:
  FakeHost() {
    raw_ = {sizeof(hotdesk_host), HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR, 0, "fake", this, &get_extension};
  }
  FakeHost(const FakeHost&) = delete;
  FakeHost& operator=(const FakeHost&) = delete;
  ~FakeHost() {
    for (const auto& call : calls_) FakeCalls::instance().forget(call->handle);
    if (current() == this) current() = nullptr;
  }

  const hotdesk_host* raw() const noexcept { return &raw_; }
  const std::vector<std::string>& lines() const noexcept { return lines_; }
  const std::map<std::string, double>& metrics() const noexcept { return metrics_; }
  double metric(const std::string& name) const {
    const auto found = metrics_.find(name);
    return found != metrics_.end() ? found->second : 0;
  }
  std::map<std::string, std::string>& kv() noexcept { return kv_; }
  /// What the plugin gave as the reason of its last error or refusal to be made: path and text.
  const std::string& failed_path() const noexcept { return failed_path_; }
  const std::string& failed_text() const noexcept { return failed_text_; }

  /// A host without this service, or that did not grant it: "hotdesk.regex/1".
  void remove(std::string extension) { removed_.insert(std::move(extension)); }

  // What the services answer. Http: the next of the script, or what `on_http` says; nothing left: a refused connection.
  std::deque<FakeHttpAnswer> http_script;
  std::function<FakeHttpAnswer(const FakeHttpRequest&)> on_http;
  hotdesk_result http_refusal = HOTDESK_OK;  ///< what `send` answers instead of taking the request
  std::vector<FakeHttpRequest> http_requests;
  std::vector<FakePassage> passages;  ///< told as they are, best first
  std::vector<std::string> questions;
  std::vector<FakePast> past;  ///< oldest first
  std::vector<FakePost> posts;

  std::int64_t now() const noexcept { return now_; }
  void set_now(std::int64_t ms) noexcept { now_ = ms; }
  /// Runs what is due at this moment: answers of services, one after the other.
  void run() {
    while (!soon_.empty() && soon_.begin()->first <= now_) {
      const auto task = std::move(soon_.begin()->second);
      soon_.erase(soon_.begin());
      task();
    }
  }
  /// Moves the clock: timers fire, answers come, deadlines pass, in order.
  void advance(std::int64_t ms) {
    for (const std::int64_t end = now_ + ms; now_ < end;) {
      ++now_;
      run();
      for (const auto& [id, timer] : std::map(timers_)) {
        const auto at = timers_.find(id);
        if (at == timers_.end() || timer.due > now_) continue;
        if (timer.period != 0) at->second.due += timer.period;
        else timers_.erase(at);
        timer.fire(timer.user);
        run();
      }
      for (const auto& call : std::vector(calls_))
        if (!call->over && call->deadline <= now_) give_up(*call, HOTDESK_E_TIMEOUT);
    }
  }
  std::size_t timers() const noexcept { return timers_.size(); }

  /// Ends a pending call from the host's side, as when the visitor left.
  void give_up(FakeCall& call, hotdesk_result code) {
    if (call.over) return;
    call.finish(code, nullptr);
    if (on_cancel) on_cancel(call);
    run();
  }

 private:
  friend class FakePlugin;
  struct Timer {
    std::int64_t due;
    std::int64_t period;
    void* user;
    void (*fire)(void*);
  };

  static FakeHost& self(const hotdesk_host* host) { return *static_cast<FakeHost*>(host->internal); }
  /// The services for calls have no host argument: they belong to the host that was used last.
  static FakeHost*& current() {
    static FakeHost* host = nullptr;
    return host;
  }
  void later(std::int64_t delay, std::function<void()> task) { soon_.emplace(now_ + delay, std::move(task)); }

  std::shared_ptr<FakeCall> begin(FakeCall::Method method, std::int64_t limit) {
    std::erase_if(calls_, [](const auto& call) {
      if (call->over && call.use_count() <= 2) FakeCalls::instance().forget(call->handle);
      return call->over && call.use_count() <= 1;
    });
    current() = this;
    return calls_.emplace_back(FakeCalls::instance().begin(method, now_ + limit));
  }

  static hotdesk_result send(hotdesk_call call, const hotdesk_http_request* raw, void* user,
                             void (*on_piece)(void*, const hotdesk_http_piece*)) {
    auto& me = *current();
    if (FakeCalls::instance().is_over(call)) return HOTDESK_E_GONE;
    if (me.http_refusal != HOTDESK_OK) return me.http_refusal;
    FakeHttpRequest request{call, std::string(to_view(raw->method)), std::string(to_view(raw->url)), {}, std::string(to_view(raw->body)),
                            raw->timeout_ms};
    for (std::uint64_t i = 0; i < raw->headers.count; ++i) {
      const auto* header = HOTDESK_AT(hotdesk_http_header, raw->headers, i);
      request.headers[std::string(to_view(header->name))] = to_view(header->value);
    }
    FakeHttpAnswer answer;
    if (me.on_http) {
      answer = me.on_http(request);
    } else if (!me.http_script.empty()) {
      answer = me.http_script.front();
      me.http_script.pop_front();
    } else {
      answer = {0, {}, HOTDESK_E_INTERNAL, 0};
    }
    const std::int64_t limit = me.now_ + (request.timeout_ms != 0 ? request.timeout_ms : 1'000'000'000);
    me.http_requests.push_back(std::move(request));
    me.later(std::min(answer.delay_ms, limit - me.now_), [&me, call, answer = std::move(answer), user, on_piece, limit] {
      me.next_piece(call, answer, 0, limit, user, on_piece);
    });
    return HOTDESK_OK;
  }
  void next_piece(hotdesk_call call, const FakeHttpAnswer& answer, std::size_t i, std::int64_t limit, void* user,
                  void (*on_piece)(void*, const hotdesk_http_piece*)) {
    hotdesk_http_piece piece{sizeof piece, HOTDESK_PENDING, answer.status, 0, {}};
    if (FakeCalls::instance().is_over(call)) piece.code = HOTDESK_E_GONE;
    else if (now_ >= limit) piece.code = HOTDESK_E_TIMEOUT;
    else if (i == answer.pieces.size()) piece.code = answer.end;
    else piece.body = to_text(answer.pieces[i]);
    const bool more = piece.code == HOTDESK_PENDING;
    on_piece(user, &piece);
    if (more) later(std::min(answer.delay_ms, limit - now_), [this, call, answer, i, limit, user, on_piece] { next_piece(call, answer, i + 1, limit, user, on_piece); });
  }

  static hotdesk_result search(hotdesk_call call, hotdesk_text question, std::uint32_t limit, void* user,
                               void (*on_result)(void*, hotdesk_result, const hotdesk_array*)) {
    auto& me = *current();
    if (FakeCalls::instance().is_over(call)) return HOTDESK_E_GONE;
    me.questions.emplace_back(to_view(question));
    me.later(0, [&me, limit, user, on_result] {
      std::vector<hotdesk_passage> found;
      for (const auto& one : me.passages)
        if (found.size() < limit) found.push_back({sizeof(hotdesk_passage), 0, one.article, to_text(one.title), to_text(one.text), one.score});
      const hotdesk_array array{found.data(), found.size(), sizeof(hotdesk_passage)};
      on_result(user, HOTDESK_OK, &array);
    });
    return HOTDESK_OK;
  }
  static hotdesk_result read(hotdesk_call call, std::int64_t before, std::uint32_t limit, void* user,
                             void (*on_page)(void*, hotdesk_result, const hotdesk_array*)) {
    auto& me = *current();
    if (FakeCalls::instance().is_over(call)) return HOTDESK_E_GONE;
    me.later(0, [&me, before, limit, user, on_page] {
      std::vector<hotdesk_message> page;
      for (std::size_t i = 0; i < me.past.size(); ++i) {
        const auto& one = me.past[i];
        const auto seq = one.seq != 0 ? one.seq : static_cast<std::int64_t>(i + 1);
        if (before == 0 || seq < before) page.push_back({sizeof(hotdesk_message), one.role, seq, one.at, to_text(one.text)});
      }
      const std::size_t skip = page.size() > limit ? page.size() - limit : 0;
      const hotdesk_array array{page.data() + skip, page.size() - skip, sizeof(hotdesk_message)};
      on_page(user, HOTDESK_OK, &array);
    });
    return HOTDESK_OK;
  }

  static const void* get_extension(const hotdesk_host* host, const char* id);

  hotdesk_host raw_{};
  std::map<std::string, std::string> kv_;
  std::map<std::string, double> metrics_;
  std::map<std::uint64_t, Timer> timers_;
  std::uint64_t last_timer_ = 0;
  std::int64_t now_ = 1'700'000'000'000;
  std::multimap<std::int64_t, std::function<void()>> soon_;
  std::vector<std::shared_ptr<FakeCall>> calls_;
  std::vector<std::unique_ptr<FakeRegex>> regexes_;
  std::set<std::string> removed_;
  std::vector<std::string> lines_;
  std::string failed_path_;
  std::string failed_text_;
  std::function<void(FakeCall&)> on_cancel;
};

}  // namespace hotdesk::sdk

#include "hotdesk/sdk/fake_plugin.hpp"
#include "hotdesk/sdk/fake_tables.hpp"
