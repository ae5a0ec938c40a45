#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "plugins/runner/blueprint.hpp"
#include "plugins/runner/wire.hpp"

namespace hotdesk::plugins::runner {

/// What a runner asks of the host: logs, numbers, keys, posts, HTTP, knowledge, messages. Nothing it says is believed:
/// permissions, budgets and the call that is meant are checked here again, and a call is looked up among those of this
/// very process. Thread: any; never waits.
class Requests {
 public:
  using FindCall = std::function<std::shared_ptr<Call>(std::uint64_t number)>;
  using Send = std::function<void(std::string frame)>;
  Requests(std::shared_ptr<const Blueprint> blueprint, Services& services, FindCall find_call);
  /// Where answers go, also those that come late. Once, before the first frame.
  void answer_with(Send send) { send_ = std::make_shared<const Send>(std::move(send)); }

  /// False: no such request, or a malformed one.
  bool handle(const Frame& frame);

 private:
  void log(Reader& in);
  void number(FrameType type, Reader& in);
  void keys(FrameType type, std::uint64_t request, Reader& in);
  void http(std::uint64_t request, Reader& in);
  void post(std::uint64_t request, Reader& in);
  void knowledge(std::uint64_t request, Reader& in);
  void messages(std::uint64_t request, Reader& in);
  /// The call that a request belongs to, if it is under way and has uses left; else the refusal is sent.
  std::shared_ptr<Call> call_of(std::uint64_t request, std::uint64_t number, FrameType answer);
  void refuse(std::uint64_t request, hotdesk_result code, FrameType answer = FrameType::result);

  const std::shared_ptr<const Blueprint> blueprint_;
  Services& services_;
  const FindCall find_call_;
  std::shared_ptr<const Send> send_;  ///< also held by answers that are still to come
  std::atomic<std::int64_t> log_second_{0};
  std::atomic<std::uint32_t> log_lines_{0};
};

}  // namespace hotdesk::plugins::runner
