#include "net/connection.hpp"

namespace hotdesk::net {

void Connection::unlink() noexcept {
  if (next_ == nullptr) return;
  previous_->next_ = next_;
  next_->previous_ = previous_;
  previous_ = next_ = nullptr;
}

ConnectionList::ConnectionList() {
  Connection& head = anchor_;
  head.previous_ = head.next_ = &head;
}

ConnectionList::~ConnectionList() {
  Connection& head = anchor_;
  while (head.next_ != &head) head.next_->unlink();
  head.previous_ = head.next_ = nullptr;
}

void ConnectionList::add(Connection& connection) noexcept {
  Connection& head = anchor_;
  connection.previous_ = head.previous_;
  connection.next_ = &head;
  head.previous_->next_ = &connection;
  head.previous_ = &connection;
}

bool ConnectionList::empty() const noexcept {
  const Connection& head = anchor_;
  return head.next_ == &head;
}

void ConnectionList::cut_all() {
  // cut() only closes sockets: connections unlink in a later turn, so the walk is safe.
  const Connection& head = anchor_;
  for (Connection* item = head.next_; item != &head;) {
    Connection* following = item->next_;
    item->cut();
    item = following;
  }
}

}  // namespace hotdesk::net
