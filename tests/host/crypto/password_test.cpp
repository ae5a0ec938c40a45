#include "crypto/password.hpp"

#include <gtest/gtest.h>

namespace hotdesk::crypto {
namespace {
constexpr PasswordCost cheap{1, 8192};

TEST(Password, VerifiesItsOwnAlone) {
  const auto hash = hash_password("correct horse", cheap);
  EXPECT_EQ(hash.rfind("$argon2id$", 0), 0u);
  EXPECT_TRUE(verify_password(hash, "correct horse"));
  EXPECT_FALSE(verify_password(hash, "correct horsf"));
  EXPECT_FALSE(verify_password(hash, ""));
  EXPECT_NE(hash, hash_password("correct horse", cheap));  // own salt
}

TEST(Password, RefusesWhatIsNoHash) {
  EXPECT_FALSE(verify_password("", ""));
  EXPECT_FALSE(verify_password("plain", "plain"));
  EXPECT_FALSE(verify_password(std::string(5000, '$'), "x"));
}

TEST(Password, TellsWhenTheCostChanged) {
  const auto hash = hash_password("x", cheap);
  EXPECT_FALSE(needs_rehash(hash, cheap));
  EXPECT_TRUE(needs_rehash(hash, PasswordCost{2, 8192}));
}

TEST(Password, DefaultCostIsTwoPassesOver64MiB) {
  EXPECT_NE(hash_password("x").find("$m=65536,t=2,p=1$"), std::string::npos);
}
}  // namespace
}  // namespace hotdesk::crypto
