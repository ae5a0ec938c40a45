#pragma once
#include <functional>
#include <variant>
#include <vector>

#include "hotdesk/plugin/plugin.h"
#include "plugins/calls/ask.hpp"

namespace hotdesk::plugins {

hotdesk_id to_id(const Uuid& uuid) noexcept;
Uuid to_uuid(const hotdesk_id& id) noexcept;

/// An ask in the ABI's form. Points into itself and into the ask, which must live as long.
class Input {
 public:
  explicit Input(const Ask& ask);
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  const hotdesk_filter_message& message() const { return std::get<hotdesk_filter_message>(struct_); }
  const hotdesk_route_request& route() const { return std::get<hotdesk_route_request>(struct_); }
  const hotdesk_turn& turn() const { return std::get<hotdesk_turn>(struct_); }
  const hotdesk_gray_request& gray() const { return std::get<hotdesk_gray_request>(struct_); }
  const hotdesk_event& event() const { return std::get<hotdesk_event>(struct_); }

 private:
  void fill(const FilterAsk& ask);
  void fill(const RouteAsk& ask);
  void fill(const TurnAsk& ask);
  void fill(const GrayAsk& ask);
  void fill(const EventAsk& ask);
  hotdesk_array take_attributes(const Attributes& attributes);

  std::variant<hotdesk_filter_message, hotdesk_route_request, hotdesk_turn, hotdesk_gray_request, hotdesk_event> struct_;
  std::vector<hotdesk_text> labels_;
  std::vector<hotdesk_agent> agents_;
  std::vector<std::vector<hotdesk_id>> agent_departments_;
  std::vector<hotdesk_department> departments_;
  std::vector<hotdesk_attribute> attributes_;
};

/// An answer struct for a method to fill, made zero, with its size.
union AnswerStruct {
  hotdesk_filter_answer filter;
  hotdesk_route_answer route;
  hotdesk_turn_answer turn;
  std::uint32_t bucket;
  explicit AnswerStruct(Method method) noexcept;
};

/// Whether bytes came from keep().
using Holds = std::function<bool(const char* data, std::size_t size)>;

/// Reads what a method filled (with HOTDESK_OK) or gave to complete(): copies it, or HOTDESK_E_INVALID with the reason in
/// `wrong` when it points elsewhere than into keep(), is no clean UTF-8, too long, or names what was not offered.
/// `answer` may be NULL where a method has none.
hotdesk_result read_answer(const Ask& ask, const void* answer, const Holds& holds, Reply& reply, const char*& wrong);

/// A result code as the host counts it: unknown ones are HOTDESK_E_INTERNAL.
constexpr hotdesk_result known_code(hotdesk_result code) noexcept {
  return code > HOTDESK_SKIP || code < HOTDESK_E_CRASHED ? HOTDESK_E_INTERNAL : code;
}

}  // namespace hotdesk::plugins
