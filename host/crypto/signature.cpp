#include "crypto/signature.hpp"

#include <sodium.h>

#include <cassert>
#include <cstdlib>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "crypto/aead.hpp"
#include "crypto/mac.hpp"

namespace hotdesk::crypto {
namespace {

static_assert(signing_seed_size == crypto_sign_SEEDBYTES && public_key_size == crypto_sign_PUBLICKEYBYTES &&
              signature_size == crypto_sign_BYTES);

const unsigned char* in(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* out(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void need_sodium() {
  static const int ready = sodium_init();
  if (ready < 0) std::abort();
}

/// libsodium's form of the secret: seed and public key.
struct Secret {
  unsigned char bytes[crypto_sign_SECRETKEYBYTES];
  ~Secret() { sodium_memzero(bytes, sizeof bytes); }
};

constexpr std::string_view seal_purpose = "hotdesk/1 vendor key";

std::string key_of(std::string_view passphrase, std::string_view salt) {
  need_sodium();
  std::string key(aead_key_size, '\0');
  if (crypto_pwhash(out(key), key.size(), passphrase.data(), passphrase.size(), in(salt), crypto_pwhash_argon2id_OPSLIMIT_MODERATE,
                    crypto_pwhash_argon2id_MEMLIMIT_MODERATE, crypto_pwhash_ALG_ARGON2ID13) != 0)
    std::abort();  // no memory
  return key;
}

}  // namespace

Result<SigningKey> signing_key_of(std::string_view seed) {
  if (seed.size() != signing_seed_size) return fail(Errc::invalid, "a signing key has 32 bytes");
  need_sodium();
  SigningKey key{std::string(seed), std::string(public_key_size, '\0')};
  Secret secret;
  crypto_sign_seed_keypair(out(key.public_key), secret.bytes, in(seed));
  return key;
}

SigningKey make_signing_key() { return signing_key_of(random_string(signing_seed_size)).value(); }

std::string sign(const SigningKey& key, std::string_view data) {
  assert(key.seed.size() == signing_seed_size);
  need_sodium();
  Secret secret;
  unsigned char public_key[crypto_sign_PUBLICKEYBYTES];
  crypto_sign_seed_keypair(public_key, secret.bytes, in(key.seed));
  std::string signature(signature_size, '\0');
  crypto_sign_detached(out(signature), nullptr, in(data), data.size(), secret.bytes);
  return signature;
}

bool verify_signature(std::string_view public_key, std::string_view data, std::string_view signature) {
  if (public_key.size() != public_key_size || signature.size() != signature_size) return false;
  need_sodium();
  return crypto_sign_verify_detached(in(signature), in(data), data.size(), in(public_key)) == 0;
}

std::string key_id_of(std::string_view public_key) { return to_hex(sha256(public_key)).substr(0, 16); }

std::string seal_with_passphrase(std::string_view passphrase, std::string_view secret) {
  const std::string salt = random_string(crypto_pwhash_SALTBYTES);
  return salt + seal(key_of(passphrase, salt), seal_purpose, secret);
}

Result<std::string> open_with_passphrase(std::string_view passphrase, std::string_view sealed) {
  if (sealed.size() < crypto_pwhash_SALTBYTES + aead_overhead) return fail(Errc::invalid, "the sealed key is too short");
  const auto salt = sealed.substr(0, crypto_pwhash_SALTBYTES);
  auto opened = open(key_of(passphrase, salt), seal_purpose, sealed.substr(crypto_pwhash_SALTBYTES));
  if (!opened) return fail(Errc::unauthorized, "the passphrase does not open this key");
  return opened;
}

}  // namespace hotdesk::crypto
