#include "plugins/runner/desk.hpp"

#include <pthread.h>

#include "base/text.hpp"
#include "plugins/lanes/perform.hpp"
#include "plugins/lanes/state_calls.hpp"
#include "plugins/runner/codec.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins::runner {
namespace {

using namespace std::chrono_literals;

/// The host keeps the time; ours ends only what it forgot.
constexpr auto grace = 5000ms;
constexpr std::size_t most_cancelled = 1000;

ServicePorts ports_of(std::uint32_t services, RemoteServices& remote) {
  ServicePorts ports;
  if ((services & 1) != 0) ports.http = &remote;
  if ((services & 2) != 0) ports.knowledge = &remote;
  if ((services & 4) != 0) ports.messages = &remote;
  if ((services & 8) != 0) ports.post = &remote;
  return ports;
}

Package package_of(const LoadOrder& order) {
  Package package;
  package.id = order.plugin;
  package.version = order.version;
  package.manifest.id = order.plugin;
  package.manifest.version = order.version;
  package.manifest.build_id = order.build_id;
  package.manifest.abi_major = HOTDESK_ABI_MAJOR;
  package.manifest.abi_minor = HOTDESK_ABI_MINOR;
  package.manifest.provides = order.provides;
  package.manifest.permissions = order.permissions;
  return package;
}

}  // namespace

bool read_hello(Reader& in, LoadOrder& order) {
  const auto protocol = in.u32();
  order.host_version = in.text(64);
  in.u32();  // the host's ABI: it is this very program
  in.u32();
  order.services = in.u32();
  return !in.bad() && protocol == protocol_version;
}

bool read_load(Reader& in, LoadOrder& order) {
  order.plugin = in.text(128);
  order.version = in.text(128);
  order.build_id = in.text(128);
  order.file_hash = in.text(64);
  order.tenant = in.uuid();
  order.config = in.text(1024 * 1024);
  order.shadow = in.u8() != 0;
  for (auto* list : {&order.provides, &order.permissions})
    for (auto left = in.count(256); left > 0 && !in.bad(); --left) list->push_back(in.text(512));
  order.kv = in.u8() != 0;
  order.budgets.sync_hard_ms = in.u32();
  order.budgets.host_calls = in.u32();
  order.budgets.http_requests = in.u32();
  order.budgets.log_lines = in.u32();
  order.budgets.concurrency = in.u32();
  order.budgets.memory_bytes = in.u64();
  return !in.bad();
}

Desk::Desk(Mailbox& mailbox, LoadOrder order)
    : mailbox_(mailbox),
      order_(std::move(order)),
      metrics_(mailbox),
      remote_(mailbox, [this](hotdesk_call call) { return number_of(call); }),
      services_(
          clock_,
          [this](LogLevel level, std::string_view, std::string_view line) {
            mailbox_.send(std::move(Writer(FrameType::log).i32(static_cast<std::int32_t>(level)).text(line.substr(0, 4096))).take());
          },
          metrics_, order_.host_version, ports_of(order_.services, remote_)) {
  start_threads();
}

void Desk::start_threads() {
  // Those that are made at first use: of timers, deadlines and ends of calls.
  std::uint64_t timer = 0;
  services_.timers.start(this, "", 3'600'000, 0, nullptr, [](void*) {}, timer);
  services_.timers.drop(this);
  const auto call = std::make_shared<Call>(CallContext{}, Ask(EventAsk{}), 1000ms, Call::Done{});
  call->begin();
  call->finish({HOTDESK_SKIP, {}, {}, {}});
  CallTable::instance().post([] { make_signal_stack(); });
  CallTable::instance().drain();
  new ChildWatch(order_.budgets.sync_hard_ms);  // as long as the process
  for (int i = 0; i < workers; ++i) std::thread([this] { work(); }).detach();
}

Result<> Desk::load(const SealedFile& file, const char* name) {
  if (file.sha256_hex() != order_.file_hash) return fail(Errc::unsupported, "its runner was given another file than the host checked");
  auto image = Image::load_named(package_of(order_), services_, name, clock_.now_ms());
  if (!image) return image.error();
  image_ = std::move(*image);
  Instance::Parts parts;
  parts.tenant = order_.tenant;
  parts.config = order_.config;
  if (order_.kv) parts.kv = std::make_shared<RemoteKv>(mailbox_);
  parts.granted = {Lane::inline_, order_.permissions, order_.budgets};
  parts.shadow = order_.shadow;
  auto instance = Instance::make(*image_, services_, std::move(parts), no_pool_, {});
  if (!instance) return instance.error();
  (*instance)->target().side->set_executor([this](std::function<void()> task) {
    mailbox_.post([this, task = std::move(task)] {
      const auto turn = serial_ ? std::unique_lock(turn_) : std::unique_lock<std::mutex>();
      task();
    });
  });
  serial_ = image_->tables().state != nullptr;
  const std::lock_guard lock(mutex_);
  instance_ = std::move(*instance);
  return {};
}

void Desk::work() {
  pthread_setname_np(pthread_self(), "runner-work");
  make_signal_stack();
  this_thread();
  for (;;) {
    Frame frame;
    Mailbox::Task task;
    if (!mailbox_.next(frame, task)) continue;
    if (task) task();
    else if (frame.type() == FrameType::ask) start(frame);
    else cancel(frame.header.call);
    this_thread().arena.clear();
  }
}

void Desk::answer(std::uint64_t number, Method method, const Outcome& outcome) {
  Writer out(FrameType::answer, number);
  write_outcome(out, method, outcome);
  mailbox_.send(std::move(out).take());
}

std::uint64_t Desk::number_of(hotdesk_call call) const {
  const std::lock_guard lock(mutex_);
  const auto found = numbers_.find(call);
  return found != numbers_.end() ? found->second : 0;
}

void Desk::start(const Frame& frame) {
  const std::uint64_t number = frame.header.call;
  Reader in(frame.payload);
  const std::chrono::milliseconds left(in.u32());
  CallContext context;
  context.tenant = order_.tenant;
  context.plugin = order_.plugin;
  context.version = order_.version;
  context.seq = in.i64();
  context.shadow = in.u8() != 0;
  context.conversation = in.uuid();
  context.visitor = in.uuid();
  auto ask = read_ask(in);
  std::shared_ptr<Instance> instance;
  {
    const std::lock_guard lock(mutex_);
    instance = instance_;
  }
  if (!ask || !instance) return answer(number, Method::inspect, {HOTDESK_E_INTERNAL, {}, {}, "the runner was asked something malformed"});

  const auto method = method_of(*ask);
  auto call = std::make_shared<Call>(std::move(context), std::move(*ask), left + grace, [this, number, method](Outcome&& outcome) {
    hotdesk_call handle = 0;
    {
      const std::lock_guard lock(mutex_);
      const auto found = calls_.find(number);
      if (found != calls_.end()) handle = found->second->handle();
      numbers_.erase(handle);
      calls_.erase(number);
    }
    answer(number, method, outcome);
  });
  if (method == Method::reply)
    call->on_chunk([this, number](std::string_view text) { mailbox_.send(std::move(Writer(FrameType::chunk, number).text(text)).take()); });
  call->begin();
  bool too_late = false;
  {
    const std::lock_guard lock(mutex_);
    calls_.emplace(number, call);
    numbers_.emplace(call->handle(), number);
    too_late = !cancelled_.empty() && std::erase(cancelled_, number) != 0;
  }
  if (too_late) {
    call->give_up(HOTDESK_E_GONE);
    return;
  }
  call->on_cancel([this, instance, weak = std::weak_ptr<Call>(call)] {
    if (auto cancelled = weak.lock())
      mailbox_.post([this, instance, cancelled] {
        const auto turn = serial_ ? std::unique_lock(turn_) : std::unique_lock<std::mutex>();
        perform_cancel(instance->target(), *cancelled);
      });
  });
  {
    const auto turn = serial_ ? std::unique_lock(turn_) : std::unique_lock<std::mutex>();
    perform(instance->target(), call);
  }
  if (!call->over()) mailbox_.send(std::move(Writer(FrameType::pending, number)).take());
}

void Desk::cancel(std::uint64_t number) {
  std::shared_ptr<Call> call;
  {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(number);
    if (found == calls_.end()) {
      // It is over; or another worker has only just taken it, and start() looks here.
      cancelled_.push_back(number);
      if (cancelled_.size() > most_cancelled) cancelled_.pop_front();
      return;
    }
    call = found->second;
  }
  call->give_up(HOTDESK_E_GONE);
}

bool Desk::serve(const Frame& frame) {
  const std::uint64_t number = frame.header.call;
  Reader in(frame.payload);
  const auto turn = serial_ ? std::unique_lock(turn_) : std::unique_lock<std::mutex>();
  if (!instance_) return false;
  switch (frame.type()) {
    case FrameType::export_state: {
      const auto blob = export_state(instance_->target(), in.u32());
      Writer out(FrameType::state, number);
      out.i32(blob ? HOTDESK_OK : HOTDESK_E_UNSUPPORTED).text(blob ? std::string_view{} : std::string_view(blob.error().text).substr(0, 1024));
      mailbox_.send(std::move(out.text(blob ? std::string_view(*blob) : std::string_view{})).take());
      return true;
    }
    case FrameType::import_state: {
      const auto schema = in.u32();
      const bool dry_run = in.u8() != 0;
      const auto blob = in.bytes(most_state);
      const auto done = import_state(instance_->target(), schema, blob, dry_run);
      Writer out(FrameType::imported, number);
      out.i32(done ? HOTDESK_OK : HOTDESK_E_INVALID).text(done ? std::string_view{} : std::string_view(done.error().text).substr(0, 1024));
      mailbox_.send(std::move(out).take());
      return true;
    }
    case FrameType::check:
      mailbox_.send(std::move(Writer(FrameType::checked, number).i32(check_health(instance_->target(), in.i32()))).take());
      return true;
    default: return false;
  }
}

void Desk::close() {
  std::shared_ptr<Instance> last;
  {
    const std::lock_guard lock(mutex_);
    last.swap(instance_);
  }
  if (last) last->target().side->close();
  // A call that is still at work keeps the instance; then it ends with the process instead.
  last.reset();
  if (image_ && image_->instances == 0) image_->unload();
}

}  // namespace hotdesk::plugins::runner
