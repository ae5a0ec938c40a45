#include "crypto/jwt.hpp"

#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "crypto/mac.hpp"

namespace hotdesk::crypto {
namespace {
constexpr std::size_t longest_token = 4096;
}

Result<Jwt> verify_jwt(std::string_view token, const std::function<std::optional<std::string>(const std::string& kid)>& key_of) {
  if (token.size() > longest_token) return fail(Errc::invalid, "the token is longer than 4096 characters");
  const auto first = token.find('.');
  const auto second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos)
    return fail(Errc::invalid, "a token has three parts");
  const auto header_text = from_base64url(token.substr(0, first));
  auto claims = from_base64url(token.substr(first + 1, second - first - 1));
  const auto signature = from_base64url(token.substr(second + 1));
  if (!header_text || !claims || !signature) return fail(Errc::invalid, "a token's parts are base64url without padding");
  const auto header = parse_json(*header_text, 4);
  if (!header || !header->is_object()) return fail(Errc::invalid, "the token's header is not a JSON object");
  if (find_string(*header, "alg") != "HS256") return fail(Errc::invalid, "the token's algorithm must be HS256");
  if (header->contains("crit")) return fail(Errc::invalid, "the token names extensions that are not understood");
  const auto kid = find_string(*header, "kid");
  if (!kid) return fail(Errc::invalid, "the token's header has no kid");
  const auto key = key_of(*kid);
  if (!key || key->empty() || !equal_constant_time(hmac_sha256(*key, token.substr(0, second)), *signature))
    return fail(Errc::unauthorized, "the token's signature does not hold");
  const auto parsed = parse_json(*claims, 8);
  if (!parsed || !parsed->is_object()) return fail(Errc::invalid, "the token's claims are not a JSON object");
  return Jwt{*kid, std::move(*claims)};
}

}  // namespace hotdesk::crypto
