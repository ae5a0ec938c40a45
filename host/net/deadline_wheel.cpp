#include "net/deadline_wheel.hpp"

namespace hotdesk::net {

void Deadline::unlink() noexcept {
  if (next_ == nullptr) return;
  previous_->next_ = next_;
  next_->previous_ = previous_;
  previous_ = next_ = nullptr;
}

DeadlineWheel::DeadlineWheel() {
  for (auto& anchor : wheel_) {
    Deadline& head = anchor;
    head.previous_ = head.next_ = &head;
  }
}

DeadlineWheel::~DeadlineWheel() {
  for (auto& anchor : wheel_) {
    Deadline& head = anchor;
    while (head.next_ != &head) head.next_->unlink();
    head.previous_ = head.next_ = nullptr;
  }
}

void DeadlineWheel::arm(Deadline& deadline, int seconds) noexcept {
  deadline.unlink();
  // One more than asked: the current second has already begun.
  deadline.due_ = now_ + static_cast<std::uint32_t>(seconds < 0 ? 0 : seconds) + 1;
  Deadline& head = wheel_[deadline.due_ % slots];
  deadline.previous_ = head.previous_;
  deadline.next_ = &head;
  head.previous_->next_ = &deadline;
  head.previous_ = &deadline;
}

void DeadlineWheel::tick() {
  ++now_;
  Deadline& head = wheel_[now_ % slots];
  // The due ones go to a list of their own first: on_deadline() may arm, disarm or destroy any of them.
  Anchor due_anchor;
  Deadline& due = due_anchor;
  due.previous_ = due.next_ = &due;
  for (Deadline* item = head.next_; item != &head;) {
    Deadline* following = item->next_;
    if (item->due_ == now_) {
      item->unlink();
      item->previous_ = due.previous_;
      item->next_ = &due;
      due.previous_->next_ = item;
      due.previous_ = item;
    }
    item = following;
  }
  while (due.next_ != &due) {
    Deadline& item = *due.next_;
    item.unlink();
    item.on_deadline();
  }
  due.previous_ = due.next_ = nullptr;
}

}  // namespace hotdesk::net
