#include "plugins/calls/call.hpp"

#include "base/text.hpp"
#include "hotdesk/plugin/responder.h"
#include "plugins/calls/call_table.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_reply = 64 * 1024;

}  // namespace

Call::Call(CallContext context, Ask ask, std::chrono::milliseconds limit, Done done)
    : context_(std::move(context)), ask_(std::move(ask)), deadline_(std::chrono::steady_clock::now() + limit), done_(std::move(done)) {}

Call::~Call() = default;

void Call::begin() { context_.call = CallTable::instance().inner_->add(shared_from_this()); }

void Call::on_cancel(std::function<void()> cancel) {
  const std::lock_guard lock(mutex_);
  cancel_ = std::move(cancel);
}

bool Call::claim() {
  if (over_.exchange(true, std::memory_order_acq_rel)) {
    count_gone_call();
    return false;
  }
  CallTable::instance().inner_->remove(handle());
  std::function<void()> task;
  {
    const std::lock_guard lock(mutex_);
    task = std::move(on_over_);
    on_over_ = nullptr;
  }
  if (task) task();
  return true;
}

void Call::deliver(Outcome&& outcome) {
  Done done;
  std::vector<std::function<void()>> at_end;
  {
    const std::lock_guard lock(mutex_);
    done = std::move(done_);
    done_ = nullptr;
    cancel_ = nullptr;
    at_end.swap(at_end_);
  }
  for (auto& task : at_end) CallTable::instance().post(std::move(task));
  if (done) done(std::move(outcome));
}

hotdesk_result Call::finish(Outcome&& outcome) {
  if (!claim()) return HOTDESK_E_GONE;
  deliver(std::move(outcome));
  return HOTDESK_OK;
}

void Call::on_over(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (!over()) {
      on_over_ = std::move(task);
      return;
    }
  }
  task();
}

void Call::at_end(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (!over() || done_) {
      at_end_.push_back(std::move(task));
      return;
    }
  }
  CallTable::instance().post(std::move(task));
}

hotdesk_result Call::give_up(hotdesk_result code) {
  std::function<void()> cancel;
  {
    const std::lock_guard lock(mutex_);
    cancel = cancel_;
  }
  Outcome outcome;
  outcome.code = code;
  complement(outcome);
  const auto first = finish(std::move(outcome));
  if (first == HOTDESK_OK && cancel) cancel();
  return first;
}

const char* Call::keep(std::string_view bytes) {
  if (over()) return nullptr;
  const std::lock_guard lock(mutex_);
  return arena_.keep(bytes);
}

bool Call::holds(const char* data, std::size_t size) const {
  const std::lock_guard lock(mutex_);
  return arena_.holds(data, size);
}

hotdesk_result Call::chunk(std::string_view text) {
  if (method() != Method::reply) return HOTDESK_E_UNSUPPORTED;
  if (!is_clean_text(text)) return HOTDESK_E_INVALID;
  if (over()) {
    count_gone_call();
    return HOTDESK_E_GONE;
  }
  {
    const std::lock_guard lock(mutex_);
    if (text_.size() + text.size() > most_reply) return HOTDESK_E_BUDGET;
    text_ += text;
  }
  if (on_chunk_ && !text.empty()) on_chunk_(text);
  return HOTDESK_OK;
}

std::string Call::chunks() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

void Call::set_failure(std::string path, std::string text) {
  const std::lock_guard lock(mutex_);
  failed_path_ = std::move(path);
  failed_text_ = std::move(text);
}

void Call::complement(Outcome& outcome) const {
  const std::lock_guard lock(mutex_);
  outcome.failed_path = failed_path_;
  outcome.failed_text = failed_text_;
  if (auto* turn = std::get_if<TurnReply>(&outcome.reply)) turn->text = text_;
}

}  // namespace hotdesk::plugins
