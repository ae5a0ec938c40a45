#include "crypto/aead.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/bytes.hpp"

namespace hotdesk::crypto {
namespace {
const std::string key(32, 'k');

// McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16: our envelope is its IV | C | T.
TEST(Aead, OpensThePublishedVector) {
  const auto hex = [](const char* text) { return from_hex(text).value(); };
  const auto k = hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
  const auto envelope = hex(
      "cafebabefacedbaddecaf888522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
      "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b");
  const auto aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const auto plain = open(k, aad, envelope);
  ASSERT_TRUE(plain) << plain.error().text;
  EXPECT_EQ(to_hex(*plain),
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
}

TEST(Aead, RoundTripsAnyLength) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{15}, std::size_t{16}, std::size_t{17}, std::size_t{100'000}}) {
    const std::string plain(size, '\xC3');
    const auto sealed = seal(key, "aad", plain);
    EXPECT_EQ(sealed.size(), plain.size() + aead_overhead);
    EXPECT_EQ(open(key, "aad", sealed).value(), plain);
  }
  EXPECT_EQ(open(key, "", seal(key, "", "x")).value(), "x");
}

TEST(Aead, SealsTheSameTextDifferently) { EXPECT_NE(seal(key, "a", "text"), seal(key, "a", "text")); }

TEST(Aead, RefusesEveryChangedByte) {
  const auto sealed = seal(key, "place", "something private");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(open(key, "place", changed)) << "byte " << i;
  }
}

TEST(Aead, RefusesAnotherKeyPlaceOrLength) {
  const auto sealed = seal(key, "place", "text");
  EXPECT_FALSE(open(std::string(32, 'K'), "place", sealed));
  EXPECT_FALSE(open(key, "elsewhere", sealed));
  EXPECT_FALSE(open(key, "", sealed));
  for (std::size_t size = 0; size < sealed.size(); ++size) EXPECT_FALSE(open(key, "place", sealed.substr(0, size)));
  EXPECT_TRUE(open(key, "place", sealed));  // a failure leaves nothing behind in the thread's context
}

TEST(Aead, WorksOnManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      const std::string mine(32, static_cast<char>('a' + t));
      for (int i = 0; i < 200; ++i) EXPECT_EQ(open(mine, "x", seal(mine, "x", "hello")).value(), "hello");
    });
  for (auto& thread : threads) thread.join();
}
}  // namespace
}  // namespace hotdesk::crypto
