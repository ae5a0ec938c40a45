#include "crypto/password.hpp"

#include <sodium.h>

#include <cstdlib>
#include <cstring>

namespace hotdesk::crypto {
namespace {
void need_sodium() {
  static const int ready = sodium_init();
  if (ready < 0) std::abort();
}
}  // namespace

std::string hash_password(std::string_view password, PasswordCost cost) {
  need_sodium();
  char out[crypto_pwhash_argon2id_STRBYTES];
  if (crypto_pwhash_argon2id_str(out, password.data(), password.size(), cost.passes, cost.memory) != 0) std::abort();
  return out;
}

bool verify_password(std::string_view hash, std::string_view password) {
  need_sodium();
  char text[crypto_pwhash_argon2id_STRBYTES] = {};
  if (hash.size() >= sizeof text) return false;
  std::memcpy(text, hash.data(), hash.size());
  return crypto_pwhash_argon2id_str_verify(text, password.data(), password.size()) == 0;
}

bool needs_rehash(const std::string& hash, PasswordCost cost) {
  need_sodium();
  return crypto_pwhash_argon2id_str_needs_rehash(hash.c_str(), cost.passes, cost.memory) != 0;
}

}  // namespace hotdesk::crypto
