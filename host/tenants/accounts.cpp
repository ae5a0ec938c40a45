#include "tenants/accounts.hpp"

#include <algorithm>
#include <array>

#include "base/random.hpp"
#include "base/text.hpp"

namespace hotdesk::tenants {
namespace {
constexpr std::size_t shortest_password = 10;
constexpr std::size_t longest_password = 128;

// What guessers try first among texts of ten characters and more.
constexpr std::array<std::string_view, 14> most_guessed = {
    "1234567890", "12345678910", "qwertyuiop", "password123", "password1234", "administrator", "adminadmin",
    "1q2w3e4r5t", "iloveyou123", "q1w2e3r4t5", "0987654321", "qwerty12345", "letmein1234", "hotdesk123"};

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
}  // namespace

Result<std::string> normal_username(std::string_view text) {
  if (text.size() < 3 || text.size() > 64) return fail(Errc::invalid, "a user name has 3 to 64 characters", "username");
  std::string name = to_lower_ascii(text);
  const bool clean = std::all_of(name.begin(), name.end(), [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-' || c == '@' || c == '+';
  });
  if (!clean || !is_letter_or_digit(name.front()))
    return fail(Errc::invalid, "a user name is made of letters a–z, digits and . _ - @ +, and begins with a letter or digit", "username");
  return name;
}

Result<std::string> normal_name(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const auto points = count_code_points(text);
  if (!points || *points == 0 || *points > 80) return fail(Errc::invalid, "a name has 1 to 80 characters", "name");
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return fail(Errc::invalid, "a name is one line of text", "name");
  return std::string(text);
}

Result<> check_password(std::string_view password, std::string_view username) {
  const auto points = count_code_points(password);
  if (!points || *points < shortest_password || *points > longest_password)
    return fail(Errc::invalid, "a password has 10 to 128 characters", "password");
  const std::string lower = to_lower_ascii(password);
  if (lower == to_lower_ascii(username)) return fail(Errc::invalid, "the password must not be the user name", "password");
  if (std::all_of(lower.begin(), lower.end(), [&](char c) { return c == lower.front(); }))
    return fail(Errc::invalid, "the password is one character over and over", "password");
  if (std::find(most_guessed.begin(), most_guessed.end(), lower) != most_guessed.end())
    return fail(Errc::invalid, "this password is among the first ones guessed", "password");
  return {};
}

std::string make_password() {
  static constexpr std::string_view alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string out;
  for (int i = 0; i < 20; ++i) {
    if (i > 0 && i % 5 == 0) out.push_back('-');
    out.push_back(alphabet[random_below(alphabet.size())]);
  }
  return out;
}

}  // namespace hotdesk::tenants
