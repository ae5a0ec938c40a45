#include "crypto/aead.hpp"

#include <openssl/evp.h>

#include <cassert>
#include <climits>
#include <cstdlib>
#include <memory>

#include "base/random.hpp"

namespace hotdesk::crypto {
namespace {
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};

// An implicit fetch per call costs more than sealing a short text.
const EVP_CIPHER* cipher() {
  static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  assert(fetched != nullptr);
  return fetched;
}

EVP_CIPHER_CTX* context() {
  thread_local const std::unique_ptr<EVP_CIPHER_CTX, FreeContext> kept(EVP_CIPHER_CTX_new());
  assert(kept != nullptr);
  return kept.get();
}

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text, std::size_t at) { return reinterpret_cast<unsigned char*>(text.data()) + at; }
}  // namespace

std::string seal(std::string_view key, std::string_view aad, std::string_view plain) {
  assert(key.size() == aead_key_size && plain.size() < INT_MAX && aad.size() < INT_MAX);
  std::string out(plain.size() + aead_overhead, '\0');
  random_bytes(out.data(), nonce_size);
  EVP_CIPHER_CTX* const ctx = context();
  int written = 0;
  int rest = 0;
  bool good = EVP_EncryptInit_ex(ctx, cipher(), nullptr, bytes(key), bytes(out, 0)) == 1;
  if (!aad.empty()) good = good && EVP_EncryptUpdate(ctx, nullptr, &rest, bytes(aad), static_cast<int>(aad.size())) == 1;
  good = good && EVP_EncryptUpdate(ctx, bytes(out, nonce_size), &written, bytes(plain), static_cast<int>(plain.size())) == 1;
  good = good && EVP_EncryptFinal_ex(ctx, bytes(out, nonce_size) + written, &rest) == 1;
  good = good && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, tag_size, bytes(out, nonce_size + plain.size())) == 1;
  // Only a broken library gets here; going on would store what nobody can read, or plain text.
  if (!good) std::abort();
  return out;
}

Result<std::string> open(std::string_view key, std::string_view aad, std::string_view sealed) {
  assert(key.size() == aead_key_size && sealed.size() < INT_MAX && aad.size() < INT_MAX);
  const auto refuse = [] { return fail(Errc::invalid, "sealed text does not open: it was changed, or belongs to another key or place"); };
  if (sealed.size() < aead_overhead) return refuse();
  const std::string_view text = sealed.substr(nonce_size, sealed.size() - aead_overhead);
  std::string tag(sealed.substr(sealed.size() - tag_size));
  std::string out(text.size(), '\0');
  EVP_CIPHER_CTX* const ctx = context();
  int written = 0;
  int rest = 0;
  bool good = EVP_DecryptInit_ex(ctx, cipher(), nullptr, bytes(key), bytes(sealed)) == 1;
  if (!aad.empty()) good = good && EVP_DecryptUpdate(ctx, nullptr, &rest, bytes(aad), static_cast<int>(aad.size())) == 1;
  good = good && EVP_DecryptUpdate(ctx, bytes(out, 0), &written, bytes(text), static_cast<int>(text.size())) == 1;
  good = good && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1;
  good = good && EVP_DecryptFinal_ex(ctx, bytes(out, 0) + written, &rest) == 1;
  if (!good) return refuse();
  return out;
}

}  // namespace hotdesk::crypto
