#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "net/address.hpp"
#include "net/loops.hpp"

namespace hotdesk::net {

/// What lives in a loop's list, so that stop() finds it.
class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  /// Cuts it; it unlinks itself when it is over.
  virtual void cut() = 0;

 protected:
  virtual ~Connection() { unlink(); }
  void unlink() noexcept;

 private:
  friend class ConnectionList;
  Connection* previous_ = nullptr;
  Connection* next_ = nullptr;
};

/// The connections of one loop. Thread: that loop.
class ConnectionList {
 public:
  ConnectionList();
  ~ConnectionList();
  void add(Connection& connection) noexcept;
  bool empty() const noexcept;
  void cut_all();

 private:
  struct Anchor final : Connection {
    void cut() override {}
  };
  Anchor anchor_;
};

/// A server connection's place in the counts, given back when the connection ends. Empty for clients.
class Ticket {
 public:
  /// What gives it back; lives as long as any ticket.
  class Office {
   public:
    virtual void give_back(const AddressBytes& address, std::size_t loop) = 0;

   protected:
    virtual ~Office() = default;
  };
  Ticket() = default;
  Ticket(std::shared_ptr<Office> office, AddressBytes address, std::size_t loop)
      : office_(std::move(office)), address_(address), loop_(loop) {}
  Ticket(Ticket&& other) noexcept = default;
  Ticket& operator=(Ticket&& other) noexcept {
    std::swap(office_, other.office_);
    std::swap(address_, other.address_);
    std::swap(loop_, other.loop_);
    return *this;
  }
  ~Ticket() {
    if (office_) office_->give_back(address_, loop_);
  }

 private:
  std::shared_ptr<Office> office_;
  AddressBytes address_{};
  std::size_t loop_ = 0;
};

/// Where a connection lives.
struct Place {
  Loops* loops = nullptr;
  std::size_t loop = 0;
  ConnectionList* connections = nullptr;             ///< null: a client's
  std::atomic<std::size_t>* websockets = nullptr;    ///< gauge; may be null
};

}  // namespace hotdesk::net
