#include "crypto/jwt.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "crypto/mac.hpp"

namespace hotdesk::crypto {
namespace {
const std::string secret = "a-site-secret";
std::string sign(const std::string& header, const std::string& claims, const std::string& key = secret) {
  const auto input = to_base64url(header) + "." + to_base64url(claims);
  return input + "." + to_base64url(hmac_sha256(key, input));
}
std::optional<std::string> key_of(const std::string& kid) {
  if (kid == "k1") return secret;
  if (kid == "empty") return "";
  return std::nullopt;
}
const char* const good_header = R"({"alg":"HS256","typ":"JWT","kid":"k1"})";

TEST(Jwt, AcceptsItsOwn) {
  const auto jwt = verify_jwt(sign(good_header, R"({"sub":"u1"})"), key_of);
  ASSERT_TRUE(jwt) << jwt.error().text;
  EXPECT_EQ(jwt->kid, "k1");
  EXPECT_EQ(jwt->claims, R"({"sub":"u1"})");
}

// RFC 7515 appendix A.1, which bears no kid: the signature is right and it is refused for the kid alone.
TEST(Jwt, RefusesTheRfcExampleForItsMissingKid) {
  const std::string token =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  EXPECT_EQ(verify_jwt(token, key_of).error().text, "the token's header has no kid");
}

struct Case {
  const char* name;
  std::string token;
};
class Refused : public ::testing::TestWithParam<Case> {};
TEST_P(Refused, Token) { EXPECT_FALSE(verify_jwt(GetParam().token, key_of)); }
INSTANTIATE_TEST_SUITE_P(
    Jwt, Refused,
    ::testing::Values(Case{"empty", ""}, Case{"two_parts", "a.b"}, Case{"four_parts", sign(good_header, "{}") + ".x"},
                      Case{"alg_none", sign(R"({"alg":"none","kid":"k1"})", "{}")},
                      Case{"alg_none_unsigned", to_base64url(R"({"alg":"none","kid":"k1"})") + "." + to_base64url("{}") + "."},
                      Case{"alg_other", sign(R"({"alg":"HS512","kid":"k1"})", "{}")},
                      Case{"alg_lower", sign(R"({"alg":"hs256","kid":"k1"})", "{}")},
                      Case{"crit", sign(R"({"alg":"HS256","kid":"k1","crit":["b64"]})", "{}")},
                      Case{"unknown_kid", sign(R"({"alg":"HS256","kid":"k2"})", "{}")},
                      Case{"empty_key", sign(R"({"alg":"HS256","kid":"empty"})", "{}", "")},
                      Case{"other_key", sign(good_header, "{}", "another")}, Case{"claims_no_object", sign(good_header, "[]")},
                      Case{"claims_no_json", sign(good_header, "{")}, Case{"padded", sign(good_header, "{}") + "="},
                      Case{"too_long", sign(good_header, "{\"a\":\"" + std::string(5000, 'a') + "\"}")}),
    [](const auto& i) { return std::string(i.param.name); });
}  // namespace
}  // namespace hotdesk::crypto
