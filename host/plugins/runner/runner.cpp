#include "plugins/runner/runner.hpp"

#include <algorithm>

namespace hotdesk::plugins::runner {
namespace {

using namespace std::chrono_literals;

constexpr auto never = std::chrono::steady_clock::time_point::max();

/// The last line that says something, for a sentence.
std::string last_line(const std::string& lines) {
  auto end = lines.find_last_not_of("\n ");
  if (end == lines.npos) return {};
  const auto begin = lines.rfind('\n', end);
  return lines.substr(begin == lines.npos ? 0 : begin + 1, end - (begin == lines.npos ? 0 : begin + 1) + 1);
}

}  // namespace

Runner::Runner(std::shared_ptr<const Blueprint> blueprint, Services& services, std::string program, Rhythm rhythm, OnEvent on_event)
    : blueprint_(std::move(blueprint)), services_(services), program_(std::move(program)), rhythm_(rhythm), on_event_(std::move(on_event)) {}

void Runner::tell(RunnerEvent::Kind kind, int pid, std::string reason) {
  RunnerEvent event;
  event.kind = kind;
  event.tenant = blueprint_->parts.tenant;
  event.plugin = blueprint_->plugin;
  event.version = blueprint_->version;
  event.pid = pid;
  event.reason = std::move(reason);
  if (on_event_) on_event_(event);
}

void Runner::start(std::shared_ptr<Call> call) {
  std::shared_ptr<Session> session;
  hotdesk_result refused = HOTDESK_E_CRASHED;
  {
    const std::lock_guard lock(mutex_);
    if (paused_) {
      if (held_.size() < blueprint_->parts.granted.budgets.concurrency) {
        held_.push_back(std::move(call));
        return;
      }
      refused = HOTDESK_E_OVERLOAD;
    } else {
      session = ready_;
    }
  }
  if (session) return session->call(call);
  call->set_failure({}, refused == HOTDESK_E_OVERLOAD ? "too many calls under way" : "the runner is starting again");
  call->give_up(refused);
}

std::shared_ptr<Session> Runner::running() const {
  const std::lock_guard lock(mutex_);
  return ready_;
}

bool Runner::pause(std::chrono::milliseconds limit) {
  std::shared_ptr<Session> session;
  {
    const std::lock_guard lock(mutex_);
    paused_ = true;
    session = ready_;
  }
  return !session || session->wait_idle(limit);
}

void Runner::resume() {
  std::deque<std::shared_ptr<Call>> held;
  {
    const std::lock_guard lock(mutex_);
    paused_ = false;
    held.swap(held_);
  }
  for (auto& call : held) start(std::move(call));
}

Result<std::string> Runner::export_state(std::uint32_t target_schema) {
  const auto session = running();
  auto answer = session ? session->question(FrameType::export_state, [&](Writer& out) { out.u32(target_schema); }, 2s) : std::nullopt;
  if (!answer) return fail(Errc::busy, "its runner did not answer");
  Reader in(answer->payload);
  const auto code = in.i32();
  auto text = in.text(1024);
  auto blob = in.bytes(16 * 1024 * 1024);
  if (in.bad()) return fail(Errc::invalid, "its runner sent a malformed state");
  if (code != HOTDESK_OK) return fail(Errc::unsupported, text.empty() ? "the plugin could not export its state" : std::move(text));
  return blob;
}

Result<> Runner::import_state(std::uint32_t schema, std::string_view blob, bool dry_run) {
  const auto session = running();
  const auto fill = [&](Writer& out) { out.u32(schema).u8(dry_run ? 1 : 0).text(blob); };
  const auto answer = session ? session->question(FrameType::import_state, fill, 2s) : std::nullopt;
  if (!answer) return fail(Errc::busy, "its runner did not answer");
  Reader in(answer->payload);
  const auto code = in.i32();
  auto text = in.text(1024);
  if (code != HOTDESK_OK || in.bad()) return fail(Errc::invalid, text.empty() ? "the plugin refused the state" : std::move(text));
  return {};
}

hotdesk_result Runner::check(std::int32_t level) {
  const auto session = running();
  if (!session) return HOTDESK_E_CRASHED;
  const auto answer = session->question(FrameType::check, [&](Writer& out) { out.i32(level); }, 2s);
  if (!answer) return HOTDESK_E_TIMEOUT;
  Reader in(answer->payload);
  const auto code = in.i32();
  return in.bad() || code > HOTDESK_SKIP || code < HOTDESK_E_CRASHED ? HOTDESK_E_INTERNAL : code;
}

Result<> Runner::wait_loaded() {
  std::unique_lock lock(mutex_);
  settled_.wait(lock, [this] { return first_.has_value(); });  // the supervisor kills one that takes too long
  return *first_;
}

RunnerStatus Runner::status() const {
  const std::lock_guard lock(mutex_);
  RunnerStatus status;
  status.state = state_ == State::stopped ? "stopped" : state_ == State::backoff ? "backoff" : "running";
  status.pid = pid_;
  status.restarts = restarts_;
  status.last_crash = last_crash_;
  return status;
}

Runner::Steady::time_point Runner::step(Steady::time_point now) {
  if (!session_) {
    if (ending_ || due_ == never) return never;
    if (now >= due_) spawn(now);
    return session_ ? now : due_;
  }
  if (ending_) {
    if (now >= due_) kill("did not end in time");
    return due_;
  }
  bool starting = false;
  {
    const std::lock_guard lock(mutex_);
    starting = state_ == State::starting;
    if (!starting && now - session_->started() > rhythm_.well_after) delay_ = 0ms;
  }
  if (starting && now - session_->started() > rhythm_.start) kill("did not start within " + std::to_string(rhythm_.start.count()) + " ms");
  else if (auto reason = session_->look(rhythm_)) kill(std::move(*reason));
  return now + (session_->link().waits() ? 1ms : 100ms);
}

void Runner::spawn(Steady::time_point now) {
  {
    const std::lock_guard lock(mutex_);
    state_ = State::starting;
  }
  killed_for_.reset();
  auto started = Session::start(blueprint_, services_, program_, [weak = weak_from_this()](const std::shared_ptr<Session>& session, const Result<>& result) {
    if (const auto runner = weak.lock()) runner->loaded(session, result);
  });
  if (started) {
    session_ = std::move(*started);
    const std::lock_guard lock(mutex_);
    pid_ = session_->process().pid();
    return;
  }
  due_ = now + rhythm_.longest_delay;  // the machine's trouble, not the plugin's
  const std::lock_guard lock(mutex_);
  last_crash_ = started.error().text;
  state_ = State::backoff;
  if (!first_) {
    first_ = started.error();
    due_ = never;
    settled_.notify_all();
  }
}

/// Called on a thread of the session, which died() waits for.
void Runner::loaded(const std::shared_ptr<Session>& session, const Result<>& result) {
  {
    const std::lock_guard lock(mutex_);
    if (!first_) first_ = result;
    settled_.notify_all();
    if (!result) {
      last_crash_ = result.error().text;
      return;  // its process ends by itself; after the first start that counts as a crash
    }
    state_ = State::running;
    ready_ = session;
    pid_ = session->process().pid();
  }
  tell(RunnerEvent::Kind::started, session->process().pid(), {});
}

void Runner::kill(std::string reason) {
  if (killed_for_) return;
  killed_for_ = std::move(reason);
  session_->process().kill();
}

void Runner::died(const Death& death) {
  const auto session = std::exchange(session_, nullptr);
  const int pid = session->process().pid();
  std::string reason = killed_for_ ? "was killed: it " + *killed_for_ : death.reason;
  if (const auto line = last_line(death.last_lines); !line.empty()) reason += "; its last words: " + line;
  const bool by_rule = killed_for_ || death.status == (exit_overran << 8) || death.status == (exit_forbidden << 8);
  session->end(reason);
  const auto now = Steady::now();
  bool first = false;
  bool stopped = false;
  {
    const std::lock_guard lock(mutex_);
    ready_ = nullptr;
    pid_ = 0;
    if (first_ && !*first_) {
      first = true;  // it said why itself
    } else if (!first_) {
      first_ = fail(Errc::unsupported, blueprint_->tag + " could not be started: its runner " + reason);
      first = true;
    }
    last_crash_ = reason;
    crashes_.push_back(now);
    while (!crashes_.empty() && now - crashes_.front() > rhythm_.well_after) crashes_.pop_front();
    stopped = first || crashes_.size() > rhythm_.most_crashes;
    delay_ = delay_ == 0ms ? rhythm_.first_delay : std::min(delay_ * 2, rhythm_.longest_delay);
    due_ = stopped || ending_ ? never : now + delay_;
    state_ = stopped ? State::stopped : State::backoff;
    if (!stopped && !ending_) ++restarts_;
  }
  settled_.notify_all();
  if (ending_ || first) return;
  tell(by_rule ? RunnerEvent::Kind::killed : RunnerEvent::Kind::crashed, pid, reason);
  if (stopped)
    tell(RunnerEvent::Kind::stopped, pid,
         "crashed " + std::to_string(rhythm_.most_crashes + 1) + " times within " + std::to_string(rhythm_.well_after.count() / 1000) + " s; the last time it " + reason);
}

void Runner::begin_end() {
  if (std::exchange(ending_, true)) return;
  due_ = Steady::now() + rhythm_.end;
  {
    const std::lock_guard lock(mutex_);
    ready_ = nullptr;
  }
  if (session_) session_->say_bye();
}

}  // namespace hotdesk::plugins::runner
