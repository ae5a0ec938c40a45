#include "personal.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace filtering {
namespace {

constexpr std::size_t most_digits = 20;

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_letter(char32_t c) { return c >= 'a' && c <= 'z'; }
bool is_gap(char32_t c) { return c == ' ' || c == '-' || c == 0x2010 || c == 0x2011 || c == 0x2013 || c == 0xA0; }

bool is_id_card(const std::string& digits) {
  if (digits.size() != 18) return false;
  constexpr std::array weights{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * (digits[i] - '0');
  if (digits[17] != "10x98765432"[sum % 11]) return false;
  const int year = std::stoi(digits.substr(6, 4));
  const int month = std::stoi(digits.substr(10, 2));
  const int day = std::stoi(digits.substr(12, 2));
  return digits[0] != '0' && year >= 1900 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

bool is_bank_card(const std::string& digits) {
  if (digits.size() < 13 || digits.size() > 19 || digits.find('x') != digits.npos) return false;
  if (digits[0] < '2' || digits[0] > '6') return false;  // the networks' first digits
  if (digits.find_first_not_of(digits[0]) == digits.npos) return false;
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int digit = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 == 0;
}

bool is_mobile(const std::string& digits) {
  return digits.size() == 11 && digits[0] == '1' && digits[1] >= '3' && digits.find('x') == digits.npos;
}

/// Digits in a row, single gaps allowed: where each stands, and after which ones a gap or the end follows.
struct Run {
  std::string digits;
  std::vector<std::size_t> at;
  std::vector<bool> group_end;
};

Run read_run(const std::vector<Character>& text, std::size_t begin) {
  Run run;
  for (std::size_t i = begin; i < text.size() && run.digits.size() < most_digits;) {
    const char32_t c = text[i].folded;
    const bool check = c == 'x' && run.digits.size() == 17;  // an ID card's check digit ten
    if (!is_digit(c) && !check) break;
    run.digits += static_cast<char>(c);
    run.at.push_back(i++);
    const bool gap = i + 1 < text.size() && is_gap(text[i].folded) && is_digit(text[i + 1].folded);
    const bool gap_x = i + 1 < text.size() && is_gap(text[i].folded) && text[i + 1].folded == 'x' && run.digits.size() == 17;
    const bool goes_on = i < text.size() && (is_digit(text[i].folded) || is_letter(text[i].folded));
    run.group_end.push_back(!goes_on || gap);
    if (gap || gap_x) ++i;
  }
  return run;
}

struct Match {
  Personal kind;
  std::size_t digits;
  std::size_t show_first;
  std::size_t show_last;
};

/// The longest number that the run begins with and that ends where a group ends.
bool best_match(const Run& run, bool plus, Match& best) {
  for (std::size_t n = std::min(run.digits.size(), most_digits); n >= 8; --n) {
    if (!run.group_end[n - 1]) continue;
    const std::string digits = run.digits.substr(0, n);
    const bool china = digits.compare(0, 2, "86") == 0;
    if (plus) {
      if (n <= 15 && digits[0] != '0' && digits.find('x') == digits.npos && (!china || is_mobile(digits.substr(2)))) {
        best = {Personal::phone, n, china ? 5U : 4U, china ? 4U : 2U};
        return true;
      }
      continue;
    }
    if (is_id_card(digits)) return best = {Personal::id_card, n, 3, 4}, true;
    if (is_bank_card(digits)) return best = {Personal::bank_card, n, 0, 4}, true;
    if (is_mobile(digits)) return best = {Personal::phone, n, 3, 4}, true;
    if (china && is_mobile(digits.substr(2))) return best = {Personal::phone, n, 5, 4}, true;
    if (digits.compare(0, 4, "0086") == 0 && is_mobile(digits.substr(4))) return best = {Personal::phone, n, 7, 4}, true;
  }
  return false;
}

bool find_number(const std::vector<Character>& text, std::size_t i, PersonalHit& hit, std::size_t& behind) {
  const bool plus = text[i].folded == '+';
  std::size_t first = plus ? i + 1 : i;
  if (plus && first < text.size() && text[first].folded == '(') ++first;  // +(86) 138…
  if (first >= text.size() || !is_digit(text[first].folded)) return false;
  const Run run = read_run(text, first);
  Match match{};
  if (!best_match(run, plus, match)) {
    // The next chance is the next group: a number may stand behind another one.
    std::size_t n = 0;
    while (n + 1 < run.digits.size() && !run.group_end[n]) ++n;
    behind = run.at[n] + 1;
    return false;
  }
  hit = {match.kind, i, run.at[match.digits - 1] + 1, run.at[match.show_first], run.at[match.digits - match.show_last - 1] + 1};
  behind = hit.end;
  return true;
}

bool is_local(char32_t c) { return is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-'; }

/// An address around the @ at `i`; not before `from`.
bool find_email(const std::vector<Character>& text, std::size_t i, std::size_t from, PersonalHit& hit) {
  std::size_t begin = i;
  while (begin > from && i - begin < 64 && is_local(text[begin - 1].folded)) --begin;
  while (begin < i && text[begin].folded == '.') ++begin;
  std::size_t end = i + 1;
  std::size_t label = 0;       // length of the label at work
  std::size_t last_label = 0;  // of the last whole one behind a dot, letters alone
  std::size_t good_end = 0;
  bool letters = true;
  bool dotted = false;
  for (; end < text.size() && end - i < 254; ++end) {
    const char32_t c = text[end].folded;
    if (is_letter(c) || is_digit(c) || (c == '-' && label > 0)) {
      ++label;
      letters = letters && is_letter(c);
      if (dotted && letters && label >= 2) good_end = end + 1, last_label = label;
    } else if (c == '.' && label > 0) {
      label = 0;
      letters = true;
      dotted = true;
    } else {
      break;
    }
  }
  if (begin == i || good_end == 0 || last_label < 2) return false;
  hit = {Personal::email, begin, good_end, std::min(begin + 1, i), i};
  if (i - begin == 1) hit.hide_begin = begin;
  return true;
}

}  // namespace

std::vector<PersonalHit> find_personal(const std::vector<Character>& text) {
  std::vector<PersonalHit> hits;
  std::size_t from = 0;  // behind the last hit
  for (std::size_t i = 0; i < text.size();) {
    const char32_t c = text[i].folded;
    PersonalHit hit{};
    if (c == '@' && find_email(text, i, from, hit)) {
      // Digits before the @ may have been taken for a phone number's: they are the address's.
      hits.push_back(hit);
      i = from = hit.end;
      continue;
    }
    const bool inside = i > 0 && (is_digit(text[i - 1].folded) || is_letter(text[i - 1].folded));
    if ((c == '+' || (is_digit(c) && !inside)) && i >= from) {
      std::size_t behind = i + 1;
      // "13812345678@example.com" is one address, not a phone number and a rest.
      std::size_t word = i;
      while (word < text.size() && word - i <= 64 && is_local(text[word].folded)) ++word;
      if (word < text.size() && text[word].folded == '@' && find_email(text, word, from, hit)) {
        i = word;
        continue;
      }
      if (find_number(text, i, hit, behind)) {
        hits.push_back(hit);
        from = hit.end;
      }
      i = std::max(behind, i + 1);
      continue;
    }
    ++i;
  }
  return hits;
}

}  // namespace filtering
