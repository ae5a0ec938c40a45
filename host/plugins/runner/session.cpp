#include "plugins/runner/session.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "plugins/runner/codec.hpp"

namespace hotdesk::plugins::runner {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t most_frames_a_second = 200'000;

/// The services that this host has, as the wire's bits.
std::uint32_t services_of(const ServicePorts& ports) noexcept {
  return (ports.http != nullptr ? 1U : 0U) | (ports.knowledge != nullptr ? 2U : 0U) | (ports.messages != nullptr ? 4U : 0U) |
         (ports.post != nullptr ? 8U : 0U);
}

std::vector<std::string> arguments_of(const Blueprint& blueprint) {
  std::vector<std::string> arguments{"hotdesk", "plugin-runner", std::to_string(getpid()),
                                     std::to_string(blueprint.parts.granted.budgets.memory_bytes)};
  if (!blueprint.interpreter.empty()) arguments.push_back(blueprint.interpreter);
  return arguments;
}

}  // namespace

Session::Session(std::shared_ptr<const Blueprint> blueprint, Services& services, SharedMemory memory, int socket, Loaded loaded)
    : blueprint_(std::move(blueprint)),
      host_version_(services.host_version),
      services_(services_of(services.ports)),
      link_(std::move(memory), socket),
      requests_(blueprint_, services, [this](std::uint64_t number) { return find(number); }),
      loaded_(std::move(loaded)),
      seen_heard_{started_},
      seen_progress_{started_},
      seen_pongs_{started_},
      pinged_(started_) {}

Result<std::shared_ptr<Session>> Session::start(std::shared_ptr<const Blueprint> blueprint, Services& services,
                                                const std::string& program, Loaded loaded) {
  auto memory = SharedMemory::make();
  if (!memory) return memory.error();
  std::array<int, 2> sockets{-1, -1};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) return fail(Errc::internal, "no sockets for a runner");
  std::shared_ptr<Session> made(new Session(std::move(blueprint), services, std::move(*memory), sockets[0], std::move(loaded)));
  made->requests_.answer_with([weak = made->weak_from_this()](std::string frame) {
    if (const auto session = weak.lock()) session->send(std::move(frame));
  });
  SpawnSpec spec;
  spec.program = program;
  spec.arguments = arguments_of(*made->blueprint_);
  spec.socket = sockets[1];
  spec.memory = made->link_.memory().fd();
  spec.file = made->blueprint_->file.fd();
  auto process = Process::spawn(spec);
  close(sockets[1]);
  if (!process) return process.error();
  made->process_ = std::move(*process);
  made->greet();
  made->ring_thread_ = std::thread([session = made.get()] { session->read_ring(); });
  return made;
}

Session::~Session() { end("the host let it go"); }

void Session::greet() {
  const auto& budgets = blueprint_->parts.granted.budgets;
  Writer hello(FrameType::hello);
  hello.u32(protocol_version).text(host_version_).u32(HOTDESK_ABI_MAJOR).u32(HOTDESK_ABI_MINOR).u32(services_);
  send_control(std::move(hello).take());
  Writer load(FrameType::load, 1);
  load.text(blueprint_->plugin).text(blueprint_->version).text(blueprint_->build_id).text(blueprint_->file_hash);
  load.uuid(blueprint_->parts.tenant).text(blueprint_->parts.config).u8(blueprint_->parts.shadow ? 1 : 0);
  for (const auto* list : {&blueprint_->provides, &blueprint_->parts.granted.permissions}) {
    load.u32(static_cast<std::uint32_t>(list->size()));
    for (const auto& one : *list) load.text(one);
  }
  load.u8(blueprint_->parts.kv ? 1 : 0).u32(budgets.sync_hard_ms).u32(budgets.host_calls).u32(budgets.http_requests);
  load.u32(budgets.log_lines).u32(budgets.concurrency).u64(budgets.memory_bytes);
  send_control(std::move(load).take());
}

void Session::send(std::string frame) {
  if (link_.send(std::move(frame)) == Link::Sent::broken) accuse("does not read what it is sent");
}

void Session::send_control(std::string frame) {
  if (link_.send_control(std::move(frame)) == Link::Sent::broken) accuse("does not read what it is sent");
}

void Session::accuse(std::string what) {
  const std::lock_guard lock(mutex_);
  if (accusation_.empty()) accusation_ = std::move(what);
}

std::shared_ptr<Call> Session::find(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  const auto found = calls_.find(number);
  return found != calls_.end() && !found->second.call->over() ? found->second.call : nullptr;
}

void Session::call(const std::shared_ptr<Call>& call) {
  const std::uint64_t number = ++last_;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(call->deadline() - Steady::now());
  Writer ask(FrameType::ask, number);
  const auto& context = call->context();
  ask.u32(static_cast<std::uint32_t>(std::max<std::int64_t>(left.count(), 0))).i64(context.seq).u8(context.shadow ? 1 : 0);
  ask.uuid(context.conversation).uuid(context.visitor);
  write_ask(ask, call->ask());
  call->on_cancel([weak = weak_from_this(), number] {
    if (const auto session = weak.lock()) session->cancel(number);
  });
  hotdesk_result refused = HOTDESK_OK;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) refused = HOTDESK_E_CRASHED;
    else if (calls_.size() >= blueprint_->parts.granted.budgets.concurrency) refused = HOTDESK_E_OVERLOAD;
    else calls_.emplace(number, Entry{call, false});
  }
  if (refused == HOTDESK_OK) {
    calls_wait_.store(true, std::memory_order_relaxed);
    const auto sent = link_.try_send(std::move(ask).take());
    if (sent == Link::Sent::done) return;
    if (sent == Link::Sent::broken) accuse("does not read what it is sent");
    refused = sent == Link::Sent::full ? HOTDESK_E_OVERLOAD : HOTDESK_E_CRASHED;
    const std::lock_guard lock(mutex_);
    calls_.erase(number);
    tell_if_idle();
  }
  call->set_failure({}, refused == HOTDESK_E_OVERLOAD ? "too many calls under way" : "the runner is gone");
  call->give_up(refused);
}

void Session::cancel(std::uint64_t number) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(number);
    if (found == calls_.end()) return;
    // Its answer is owed at once from now on.
    if (std::exchange(found->second.pending, false)) --pending_;
  }
  send(std::move(Writer(FrameType::cancel, number)).take());
}

bool Session::wait_idle(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, limit, [this] { return ended_ || calls_.size() == pending_; });
}

void Session::tell_if_idle() {
  if (calls_.size() != pending_) return;
  calls_wait_.store(false, std::memory_order_relaxed);
  idle_.notify_all();
}

std::optional<Frame> Session::question(FrameType type, const std::function<void(Writer&)>& fill, std::chrono::milliseconds limit) {
  const std::uint64_t number = ++last_;
  std::future<std::optional<Frame>> answer;
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return std::nullopt;
    answer = questions_[number].get_future();
  }
  Writer out(type, number);
  fill(out);
  send_control(std::move(out).take());
  if (answer.wait_for(limit) == std::future_status::ready) return answer.get();
  const std::lock_guard lock(mutex_);
  questions_.erase(number);
  return std::nullopt;
}

std::optional<std::string> Session::look(const Rhythm& rhythm) {
  const auto now = Steady::now();
  const auto changed = [&](Seen& seen, std::uint64_t value) {
    if (std::exchange(seen.value, value) == value) return false;
    seen.at = now;
    return true;
  };
  if (hung_up_) {
    if (now - hung_up_at_ > 500ms) return "closed its socket";
    return std::nullopt;
  }
  if (link_.flush() == Link::Sent::broken) return "does not read what it is sent";
  const auto frames = heard_.load(std::memory_order_relaxed) - seen_heard_.value;
  const auto seconds = std::chrono::duration<double>(now - seen_heard_.at).count();
  if (seconds > 0.5) {
    if (static_cast<double>(frames) / seconds > static_cast<double>(most_frames_a_second)) return "floods the host with frames";
    seen_heard_ = {now, seen_heard_.value + frames};
  }
  changed(seen_progress_, progress_.load(std::memory_order_relaxed));
  if (changed(seen_pongs_, pongs_.load(std::memory_order_relaxed))) pinged_ = now;
  {
    const std::lock_guard lock(mutex_);
    if (!accusation_.empty()) return accusation_;
    if (calls_.size() == pending_) seen_progress_.at = now;
  }
  if (now - seen_progress_.at > rhythm.stuck) return "answered nothing for " + std::to_string(rhythm.stuck.count()) + " ms while calls waited";
  if (now - seen_pongs_.at > rhythm.silent) return "did not answer for " + std::to_string(rhythm.silent.count()) + " ms";
  if (now - pinged_ > rhythm.ping_every) {
    pinged_ = now;
    send_control(std::move(Writer(FrameType::ping, ++last_)).take());
  }
  return std::nullopt;
}

void Session::say_bye() { send_control(std::move(Writer(FrameType::bye)).take()); }

void Session::end(const std::string& reason) {
  link_.reader().close();
  if (ring_thread_.joinable()) ring_thread_.join();
  std::unordered_map<std::uint64_t, Entry> calls;
  std::unordered_map<std::uint64_t, std::promise<std::optional<Frame>>> questions;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    calls.swap(calls_);
    questions.swap(questions_);
    pending_ = 0;
    loaded_ = nullptr;
    idle_.notify_all();
  }
  for (auto& [number, question] : questions) question.set_value(std::nullopt);
  for (auto& [number, entry] : calls)
    if (!entry.call->over()) entry.call->finish({HOTDESK_E_CRASHED, {}, {}, reason});
}

}  // namespace hotdesk::plugins::runner
