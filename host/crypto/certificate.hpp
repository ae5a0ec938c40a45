#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hotdesk::crypto {

/// PEM texts. The key is PKCS #8, unencrypted: store it with mode 0400.
struct CertificatePair {
  std::string certificate;
  std::string key;
};

/// A self-signed ECDSA P-256 certificate for these DNS names and IP addresses (at least one; the first is the subject).
/// Valid from an hour ago (clocks differ) for `days`, ≤ 825 (what browsers take). Errc::invalid for a name that is neither.
Result<CertificatePair> make_self_signed(const std::vector<std::string>& names, int days = 825);

struct CertificateInfo {
  std::string subject;              ///< common name
  std::vector<std::string> names;   ///< DNS names and addresses of subjectAltName
  std::int64_t not_before = 0;      ///< milliseconds since 1970
  std::int64_t not_after = 0;
  bool self_signed = false;
  /// Whole days until it ends, negative when it has.
  std::int64_t days_left(std::int64_t now_ms) const noexcept;
};

/// Reads the first certificate of a PEM text. Errc::invalid.
Result<CertificateInfo> read_certificate(std::string_view pem);
/// Whether the private key is this certificate's.
bool key_matches(std::string_view certificate_pem, std::string_view key_pem);

}  // namespace hotdesk::crypto
