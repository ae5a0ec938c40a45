#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "answer_text.hpp"
#include "breaker.hpp"
#include "chat.hpp"
#include "hotdesk/sdk/responder.hpp"
#include "settings.hpp"
#include "sse.hpp"
#include "unsure.hpp"

namespace ai_bridge {

/// What all turns of an instance share; lives as long as it.
struct Room {
  const Settings& settings;
  const hotdesk::sdk::Host& host;
  Breaker& breaker;
  UnsureTurns& unsure;
  /// Runs something once after so many milliseconds; false: the host has no timer left.
  std::function<bool(std::int64_t, std::function<void()>)> after;
};

/// One turn: knowledge → history → the model's stream → the end. Owned by the callback that is owed next, so it ends with the
/// call. One step at a time; the threads differ.
class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  Exchange(Room room, const hotdesk::sdk::Turn& turn);
  /// Once, from reply(), which then returns pending().
  void begin();

 private:
  /// One request to the model.
  struct Attempt {
    explicit Attempt(std::size_t passages) : text(passages) {}
    SseParser sse;
    AnswerText text;
    std::int32_t status = 0;
    std::string body;  ///< of an error, or of a server that does not stream
    bool streams = false;
    bool finished = false;  ///< the model said so
    bool filtered = false;
    bool failed = false;  ///< the server said so in mid-stream
    std::string error;
    int unreadable = 0;
    std::int64_t tokens_in = -1;
    std::int64_t tokens_out = -1;
  };

  void ask_history();
  void ask_model();
  void take_piece(const hotdesk::sdk::HttpPiece& piece);
  void take_event(std::string_view data);
  void take_delta(const ChatDelta& delta);
  void end_attempt(hotdesk_result code);
  void try_again_or_give_up(const std::string& why, bool again);

  void show(std::string text);
  void flush(bool all);
  void end_answer();
  void answer_locally(const std::string& why);
  void hand_over(std::string reason);
  void count_tokens();
  double confidence() const;
  std::int64_t time_left() const { return deadline_ - room_.host.steady_ms(); }

  const Room room_;
  const hotdesk::sdk::Turn turn_;  ///< its views are not used after begin(): the call may be over by then
  hotdesk::sdk::Later<hotdesk::sdk::Reply> later_;
  const std::string question_;
  const std::string language_;
  const hotdesk_id conversation_;
  const std::int64_t deadline_;
  std::vector<hotdesk::sdk::Passage> passages_;
  std::vector<ChatMessage> prompt_;
  std::string body_;
  std::unique_ptr<Attempt> attempt_;
  std::uint32_t attempts_ = 0;
  std::string unsent_;  ///< certain, but not yet worth a chunk
  std::int64_t sent_at_ = 0;
  std::size_t shown_ = 0;  ///< bytes
  std::size_t shown_tokens_ = 0;  ///< estimated
};

}  // namespace ai_bridge
