#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "text.hpp"

namespace filtering {

enum class Personal : std::uint8_t { phone, id_card, bank_card, email };
inline constexpr std::size_t personal_kinds = 4;

struct PersonalHit {
  Personal kind;
  std::size_t begin;  ///< index of the first character
  std::size_t end;    ///< behind the last one
  std::size_t hide_begin;  ///< what of it is masked: enough stays to recognise one's own
  std::size_t hide_end;
};

/// Phone numbers (mainland China's mobile ones, with or without +86, and international ones with +), Chinese ID cards (18, with
/// their checksum and a possible date), bank cards (13 to 19 digits, Luhn), e-mail addresses. Digits may be full width and in
/// groups with single spaces or hyphens. Hits are in order and do not overlap. Linear in the text.
std::vector<PersonalHit> find_personal(const std::vector<Character>& text);

}  // namespace filtering
