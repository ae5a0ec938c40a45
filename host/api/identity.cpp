#include "api/identity.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/json.hpp"
#include "base/text.hpp"
#include "crypto/jwt.hpp"

namespace hotdesk::api {
namespace {
constexpr const char* audience = "hotdesk-identity";
constexpr std::int64_t longest_life_s = 300;
constexpr std::int64_t jti_keep_ms = 660'000;

Error refuse(std::string text) { return fail(Errc::unauthorized, "identity: " + std::move(text), "identity"); }

bool names_audience(const Json& claims) {
  const auto aud = claims.find("aud");
  if (aud == claims.end()) return false;
  if (aud->is_string()) return *aud == audience;
  return aud->is_array() && std::any_of(aud->begin(), aud->end(), [](const Json& each) { return each == audience; });
}

std::string short_text(const Json& claims, const char* name, std::size_t most) {
  const auto text = find_string(claims, name);
  if (!text || !is_clean_text(*text)) return {};
  return std::string(truncate_code_points(*text, most));
}
}  // namespace

Result<SiteIdentity> check_identity(const Services& services, const tenants::Site& site, std::string_view token) {
  const auto key_of = [&](const std::string& kid) -> std::optional<std::string> {
    for (const auto& key : site.keys)
      if (key.kid == kid) return key.secret;
    return std::nullopt;
  };
  const auto jwt = crypto::verify_jwt(token, key_of);
  if (!jwt) return refuse(jwt.error().text);
  const auto claims = parse_json(jwt->claims, 8);
  if (!claims) return refuse("the claims are not JSON");
  if (!names_audience(*claims)) return refuse(std::string("aud must be ") + audience);
  const auto sub = find_string(*claims, "sub");
  if (!sub || sub->empty() || sub->size() > 256 || !is_clean_text(*sub)) return refuse("sub is the user's id of your site, 1 to 256 bytes");
  const std::int64_t now = services.clock.now_ms() / 1000;
  const auto exp = find_integer(*claims, "exp");
  if (!exp || *exp <= now) return refuse("exp is over; sign a new one");
  if (*exp > now + longest_life_s) return refuse("exp must be at most five minutes ahead");
  // What was used before a restart is forgotten, so only what was surely signed after it counts.
  const std::int64_t blind = services.nonces.blind_until_s();
  if (blind > 0 && find_integer(*claims, "iat").value_or(*exp - longest_life_s) <= blind)
    return refuse("signed before the server started; sign a new one and give it an iat");
  const auto jti = find_string(*claims, "jti");
  if (!jti || jti->size() < 8 || jti->size() > 128) return refuse("jti is a random text of 8 to 128 characters");
  const auto fresh = services.nonces.use("jti:" + site.id.text() + ":" + *jti, jti_keep_ms);
  if (!fresh) return fresh.error();
  if (!*fresh) return refuse("this token was used before; sign a new one for each call");
  SiteIdentity identity;
  identity.sub = *sub;
  identity.name = short_text(*claims, "name", 80);
  identity.email = short_text(*claims, "email", 254);
  return identity;
}

}  // namespace hotdesk::api
