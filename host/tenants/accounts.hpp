#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hotdesk::tenants {

/// The form a user name is stored and compared in: ASCII lower case. 3 to 64 characters of a–z 0–9 . _ - @ +, beginning with
/// a letter or digit. Errc::invalid says which rule.
Result<std::string> normal_username(std::string_view text);
/// A name people see: 1 to 80 code points, no control characters, not blank; trimmed.
Result<std::string> normal_name(std::string_view text);
/// 10 to 128 code points, not the user name, not one character over and over, not among the most guessed. No demands on
/// kinds of characters: length is what counts (NIST SP 800-63B §5.1.1).
Result<> check_password(std::string_view password, std::string_view username);
/// 20 characters of an alphabet without look-alikes in four groups ("kfm7-…"): about 95 bits.
std::string make_password();

}  // namespace hotdesk::tenants
