#pragma once
#include <memory>

#include "plugins/calls/call.hpp"
#include "plugins/host_services.hpp"

namespace hotdesk::plugins {

/// A call for a service that answers later: at work or pending, in the pool or runner lane, and this plugin's own.
/// `code` says why there is none: HOTDESK_E_UNSUPPORTED in the inline lane, HOTDESK_E_GONE, HOTDESK_E_BUDGET.
std::shared_ptr<Call> find_outlasting(hotdesk_call call, hotdesk_result& code) noexcept;

/// One question of a plugin to a service, from the asking to its last answer. Holds the instance so long (and no longer, whoever
/// still keeps the callback); hands answers to the
/// plugin one at a time, in order, where its code may run; when the call ends first, `ended` is told instead, once.
template <class Answer>
class Owed : public std::enable_shared_from_this<Owed<Answer>> {
 public:
  using Tell = std::function<void(const Answer&)>;
  /// `last(answer)`: nothing follows it.
  Owed(std::shared_ptr<Call> call, Tell tell, std::function<bool(const Answer&)> last, Answer ended)
      : call_(std::move(call)), tell_(std::move(tell)), last_(std::move(last)), ended_(std::move(ended)) {
    call_->side->leases().take(0);
  }
  ~Owed() {
    if (!released_) call_->side->leases().give_back(0);
  }
  Owed(const Owed&) = delete;
  Owed& operator=(const Owed&) = delete;

  void watch() {
    call_->at_end([self = this->shared_from_this()] { self->push(self->ended_); });
  }
  /// Thread: any. What comes after the last answer is dropped.
  void push(Answer answer) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return;
      closed_ = last_(answer);
      queue_.push_back(std::move(answer));
      if (telling_) return;
      telling_ = true;
    }
    call_->side->run_callback([self = this->shared_from_this()] { self->drain(); });
  }

 private:
  void drain() {
    for (;;) {
      std::vector<Answer> some;
      {
        const std::lock_guard lock(mutex_);
        if (queue_.empty()) {
          telling_ = false;
          if (!closed_) return;
          released_ = true;
          break;
        }
        some.swap(queue_);
      }
      for (const auto& one : some) tell_(one);
    }
    call_->side->leases().give_back(0);
  }
  const std::shared_ptr<Call> call_;
  const Tell tell_;
  const std::function<bool(const Answer&)> last_;
  const Answer ended_;
  std::mutex mutex_;
  std::vector<Answer> queue_;
  bool telling_ = false;
  bool closed_ = false;
  bool released_ = false;
};

}  // namespace hotdesk::plugins
