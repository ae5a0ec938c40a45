#include "crypto/signature.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"

namespace hotdesk::crypto {
namespace {

// RFC 8032, 7.1, TEST 2.
TEST(Signature, KnownAnswer) {
  const auto seed = from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").value();
  const auto key = signing_key_of(seed);
  ASSERT_TRUE(key);
  EXPECT_EQ(to_hex(key->public_key), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const auto signature = sign(*key, "\x72");
  EXPECT_EQ(to_hex(signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(verify_signature(key->public_key, "\x72", signature));
}

TEST(Signature, EveryChangedBitIsFound) {
  const auto key = make_signing_key();
  const std::string text = "{\"id\":\"org.example.polite\"}";
  const auto signature = sign(key, text);
  ASSERT_TRUE(verify_signature(key.public_key, text, signature));
  for (std::size_t i = 0; i < signature.size() * 8; ++i) {
    auto wrong = signature;
    wrong[i / 8] = static_cast<char>(wrong[i / 8] ^ (1 << (i % 8)));
    EXPECT_FALSE(verify_signature(key.public_key, text, wrong)) << i;
  }
  EXPECT_FALSE(verify_signature(key.public_key, text + " ", signature));
  EXPECT_FALSE(verify_signature(make_signing_key().public_key, text, signature));
}

TEST(Signature, OddSizesAndWeakKeysAreRefused) {
  const auto key = make_signing_key();
  const auto signature = sign(key, "x");
  EXPECT_FALSE(verify_signature("", "x", signature));
  EXPECT_FALSE(verify_signature(key.public_key.substr(1), "x", signature));
  EXPECT_FALSE(verify_signature(key.public_key, "x", signature.substr(1)));
  EXPECT_FALSE(verify_signature(key.public_key, "x", ""));
  // The neutral element as key accepts R = neutral, S = 0 for every text, if nobody looks.
  std::string neutral(32, '\0');
  neutral[0] = 1;
  EXPECT_FALSE(verify_signature(neutral, "x", neutral + std::string(32, '\0')));
  EXPECT_FALSE(signing_key_of("short"));
}

TEST(Signature, KeyIdIsStable) {
  EXPECT_EQ(key_id_of(std::string(32, '\0')), "66687aadf862bd77");  // SHA-256 of 32 zero bytes
  EXPECT_NE(key_id_of(make_signing_key().public_key), key_id_of(make_signing_key().public_key));
}

TEST(Passphrase, OpensWithItAlone) {
  const auto sealed = seal_with_passphrase("correct horse", "secret");
  EXPECT_EQ(open_with_passphrase("correct horse", sealed).value(), "secret");
  EXPECT_EQ(open_with_passphrase("battery staple", sealed).error().code, Errc::unauthorized);
  EXPECT_FALSE(open_with_passphrase("correct horse", "short"));
}

}  // namespace
}  // namespace hotdesk::crypto
