#include "exchange.hpp"

#include <algorithm>

#include "prompt.hpp"
#include "text.hpp"

namespace ai_bridge {
namespace {

namespace sdk = hotdesk::sdk;

constexpr std::size_t most_error_body = 16 * 1024;
constexpr std::size_t most_plain_body = 1024 * 1024;
constexpr std::size_t most_answer = 60 * 1024;  // beneath the ABI's 64 KiB, for the words of a hand-over
constexpr std::size_t longest_quote = 900;
constexpr int most_unreadable = 16;
// A chunk is a host call, of which a turn has a few hundred: tokens are gathered, but not long enough to be noticed.
constexpr std::int64_t chunk_every_ms = 80;
constexpr std::int64_t least_for_a_try = 1'500;

}  // namespace

Exchange::Exchange(Room room, const sdk::Turn& turn)
    : room_(std::move(room)),
      turn_(turn),
      later_(turn.later()),
      question_(clean(turn.text())),
      language_(turn.language()),
      conversation_(turn.conversation()),
      deadline_(room_.host.steady_ms() + room_.settings.timeout_ms) {}

void Exchange::begin() {
  const auto seq = turn_.seq();
  const auto next = [self = shared_from_this(), seq] {
    if (self->room_.settings.endpoint.empty()) return self->answer_locally("nothing in the knowledge base answers this");
    if (!self->room_.host.http()) return self->answer_locally("the AI service's host is not granted to the plugin");
    if (!self->room_.breaker.allows(self->room_.host.steady_ms())) {
      self->room_.host.count("not_asked");
      return self->answer_locally("the AI service fails at the moment");
    }
    const auto code = self->room_.settings.history == 0
                          ? hotdesk_result{HOTDESK_E_UNSUPPORTED}
                          : self->room_.host.messages().read(self->turn_.call(), seq, self->room_.settings.history,
                                                             [self](hotdesk_result read, std::vector<sdk::PastMessage> past) {
                                                               if (read == HOTDESK_E_GONE) return;
                                                               self->prompt_ = write_prompt(self->room_.settings, self->passages_, past, self->question_);
                                                               self->ask_history();
                                                             });
    if (code == HOTDESK_OK) return;
    self->prompt_ = write_prompt(self->room_.settings, self->passages_, {}, self->question_);
    self->ask_history();
  };
  if (room_.settings.passages == 0) return next();
  const auto code = room_.host.knowledge().search(turn_.call(), shorten(question_, 2000), room_.settings.passages,
                                                  [self = shared_from_this(), next](hotdesk_result found, std::vector<sdk::Passage> passages) {
                                                    if (found == HOTDESK_E_GONE) return;
                                                    self->passages_ = choose_passages(self->room_.settings, std::move(passages));
                                                    next();
                                                  });
  if (code != HOTDESK_OK) next();
}

void Exchange::ask_history() {
  body_ = write_request(room_.settings, prompt_);
  ask_model();
}

void Exchange::ask_model() {
  ++attempts_;
  attempt_ = std::make_unique<Attempt>(passages_.size());
  room_.host.count("requests");
  sdk::HttpRequest request(room_.settings.endpoint);
  request.json(body_).header("Accept", "text/event-stream").timeout(static_cast<std::uint32_t>(std::max<std::int64_t>(time_left(), 100)));
  if (!room_.settings.api_key.empty()) request.header("Authorization", "Bearer ${secret:" + room_.settings.api_key + "}");
  const auto code = room_.host.http().send(turn_.call(), request, [self = shared_from_this()](const sdk::HttpPiece& piece) { self->take_piece(piece); });
  // From here on another thread may be at work on this object, unless the request was refused.
  if (code == HOTDESK_OK || code == HOTDESK_E_GONE) return;
  room_.host.warn("the request was refused by the host: " + std::to_string(code));
  if (code == HOTDESK_E_DENIED) return answer_locally("the AI service's host is not granted to the plugin");
  try_again_or_give_up("the AI service could not be asked", false);
}

void Exchange::take_piece(const sdk::HttpPiece& piece) {
  if (piece.code == HOTDESK_E_GONE) return;
  Attempt& attempt = *attempt_;
  if (piece.status != 0) attempt.status = piece.status;
  if (attempt.status == 200 && !attempt.failed) {
    if (!attempt.streams && attempt.body.size() + piece.body.size() <= most_plain_body) attempt.body += piece.body;
    attempt.sse.feed(piece.body, [this](std::string_view data) { take_event(data); });
    if (attempt.sse.failed()) attempt.failed = true;
    flush(false);
  } else if (attempt.body.size() < most_error_body) {
    attempt.body += piece.body.substr(0, most_error_body - attempt.body.size());
  }
  if (piece.last()) end_attempt(piece.code);
}

void Exchange::take_event(std::string_view data) {
  Attempt& attempt = *attempt_;
  if (attempt.failed) return;
  attempt.streams = true;
  attempt.body.clear();
  if (data == "[DONE]") {
    attempt.finished = true;
    return;
  }
  take_delta(read_delta(data));
}

void Exchange::take_delta(const ChatDelta& delta) {
  Attempt& attempt = *attempt_;
  if (!delta.readable) {
    if (++attempt.unreadable >= most_unreadable) attempt.failed = true;
    return;
  }
  attempt.unreadable = 0;
  if (delta.is_error) {
    attempt.failed = true;
    attempt.error = delta.error;
    return;
  }
  if (delta.tokens_in) attempt.tokens_in = *delta.tokens_in;
  if (delta.tokens_out) attempt.tokens_out = *delta.tokens_out;
  if (!delta.finish_reason.empty()) attempt.finished = true;
  if (delta.finish_reason == "content_filter") attempt.filtered = true;
  if (!delta.text.empty()) show(attempt.text.feed(delta.text));
}

void Exchange::end_attempt(hotdesk_result code) {
  Attempt& attempt = *attempt_;
  if (attempt.status == 200 && code == HOTDESK_OK && !attempt.failed) {
    attempt.sse.finish([this](std::string_view data) { take_event(data); });
    if (!attempt.streams) {  // the whole answer at once
      const ChatDelta whole = read_delta(attempt.body);
      take_delta(whole);
      attempt.finished = whole.readable && !whole.is_error;
    }
  }
  const bool whole = attempt.status == 200 && code == HOTDESK_OK && !attempt.failed && attempt.finished;
  const bool said = shown_ + unsent_.size() > 0 || attempt.text.asks_for_person() || attempt.filtered;
  if (whole && (said || attempt.text.confidence())) {
    room_.breaker.record(true, room_.host.steady_ms());
    show(attempt.text.finish());
    return end_answer();
  }
  room_.breaker.record(false, room_.host.steady_ms());
  room_.host.count("failures");
  room_.host.gauge("breaker_open", room_.breaker.is_open() ? 1 : 0);
  std::string why = "the AI service's answer broke off";
  bool again = true;
  if (attempt.status != 0 && attempt.status != 200) {
    why = "the AI service answered with status " + std::to_string(attempt.status);
    again = attempt.status == 429 || attempt.status == 408 || attempt.status >= 500;
    attempt.error = read_delta(attempt.body).error;
  } else if (attempt.status == 0) {
    why = code == HOTDESK_E_TIMEOUT ? "the AI service did not answer in time" : "the AI service cannot be reached";
  } else if (whole) {
    why = "the AI service's answer was empty";
  }
  room_.host.warn(why + (attempt.error.empty() ? "" : " (" + attempt.error + ")"));
  try_again_or_give_up(why, again);
}

void Exchange::try_again_or_give_up(const std::string& why, bool again) {
  if (shown_ + unsent_.size() > 0) {
    flush(true);
    count_tokens();
    return hand_over(why);  // half an answer was read: a second one would contradict it
  }
  const auto now = room_.host.steady_ms();
  std::int64_t wait = std::int64_t{250} << std::min<std::uint32_t>(attempts_, 6);
  wait = wait / 2 + static_cast<std::int64_t>(turn_.call() * 2654435761U % static_cast<std::uint64_t>(wait / 2 + 1));  // not all at once
  if (attempt_) wait = std::max(wait, wait_asked_for(attempt_->body));
  if (again && attempts_ <= room_.settings.retries && time_left() > wait + least_for_a_try && room_.breaker.allows(now + wait)) {
    room_.host.count("retries");
    if (room_.after(wait, [self = shared_from_this()] { self->ask_model(); })) return;
  }
  answer_locally(why);
}

void Exchange::show(std::string text) {
  if (attempt_->text.asks_for_person()) return;
  if (shown_ + unsent_.size() == 0) text.erase(0, std::min(text.find_first_not_of(" \n\r\t"), text.size()));
  if (shown_ + unsent_.size() + text.size() > most_answer) return;
  unsent_ += text;
}

void Exchange::flush(bool all) {
  if (unsent_.empty()) return;
  const auto now = room_.host.steady_ms();
  if (!all && shown_ != 0 && now - sent_at_ < chunk_every_ms) return;
  std::size_t end = unsent_.size();
  // White space at the end may turn out to stand before a mark that nobody sees.
  while (end > 0 && (unsent_[end - 1] == ' ' || unsent_[end - 1] == '\n')) --end;
  if (end == 0) return;
  const auto chunk = std::string_view(unsent_).substr(0, end);
  turn_.chunk(chunk);
  shown_tokens_ += estimate_tokens(chunk);
  unsent_.erase(0, all ? unsent_.size() : end);
  shown_ += end;
  sent_at_ = now;
}

double Exchange::confidence() const {
  double retrieval = -1;
  for (const auto i : attempt_->text.used()) retrieval = std::max(retrieval, passages_[i].score);
  if (retrieval < 0 && !passages_.empty()) retrieval = passages_.front().score * 0.7;  // it had them and used none
  const auto own = attempt_->text.confidence();
  if (!own) return retrieval;
  return retrieval < 0 ? *own : (retrieval + *own) / 2;
}

void Exchange::end_answer() {
  const Attempt& attempt = *attempt_;
  flush(true);
  count_tokens();
  if (attempt.text.asks_for_person()) return hand_over("the AI handed over");
  if (attempt.filtered) return hand_over("the AI service refused the topic");
  const double sure = confidence();
  if (room_.settings.min_confidence > 0 && sure >= 0 && sure < room_.settings.min_confidence) {
    room_.host.count("unsure");
    if (room_.unsure.add(conversation_) >= room_.settings.unsure_turns) {
      room_.unsure.clear(conversation_);
      return hand_over("the AI is not sure of its answer (" + std::to_string(static_cast<int>(sure * 100)) + " %)");
    }
  } else {
    room_.unsure.clear(conversation_);
  }
  sdk::Reply reply = sdk::answered(sure);
  for (const auto i : attempt.text.used()) reply.citations.push_back({passages_[i].article, shorten(passages_[i].title, 300), {}});
  room_.host.count("answers");
  later_.finish(reply);
}

void Exchange::answer_locally(const std::string& why) {
  if (passages_.empty() || passages_.front().score < room_.settings.quote_score) return hand_over(why);
  const auto& best = passages_.front();
  turn_.chunk(shorten(clean(best.text), longest_quote) + " [1]");
  sdk::Reply reply = sdk::answered(best.score);
  reply.citations.push_back({best.article, shorten(best.title, 300), {}});
  room_.host.count("quotes");
  later_.finish(reply);
}

void Exchange::hand_over(std::string reason) {
  const std::string words = room_.settings.handover_words(language_, question_);
  if (!words.empty()) turn_.chunk((shown_ != 0 ? "\n\n" : "") + words);
  room_.host.count("handovers");
  later_.finish(sdk::to_human(std::move(reason)));
}

void Exchange::count_tokens() {
  const Attempt& attempt = *attempt_;
  if (attempt.tokens_in < 0 || attempt.tokens_out < 0) room_.host.count("usage_estimated");
  const auto in = attempt.tokens_in >= 0 ? attempt.tokens_in : static_cast<std::int64_t>(estimate_tokens(prompt_));
  const auto out = attempt.tokens_out >= 0 ? attempt.tokens_out : static_cast<std::int64_t>(shown_tokens_);
  room_.host.count("tokens_in", static_cast<double>(in));
  room_.host.count("tokens_out", static_cast<double>(out));
  const double cost = (static_cast<double>(in) * room_.settings.price_in + static_cast<double>(out) * room_.settings.price_out) / 1000;
  if (cost > 0) room_.host.count("cost", cost);
}

}  // namespace ai_bridge
