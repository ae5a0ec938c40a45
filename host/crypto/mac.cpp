#include "crypto/mac.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cassert>
#include <cstdlib>
#include <memory>

namespace hotdesk::crypto {
namespace {
struct FreeMac {
  void operator()(EVP_MAC_CTX* context) const noexcept { EVP_MAC_CTX_free(context); }
};

EVP_MAC_CTX* mac_context() {
  thread_local const std::unique_ptr<EVP_MAC_CTX, FreeMac> kept([] {
    EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    assert(mac != nullptr);
    EVP_MAC_CTX* const made = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);  // the context holds its own reference
    char name[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0), OSSL_PARAM_construct_end()};
    if (made == nullptr || EVP_MAC_CTX_set_params(made, params) != 1) std::abort();
    return made;
  }());
  return kept.get();
}

std::string digest(const EVP_MD* kind, std::string_view data) {
  std::string out(static_cast<std::size_t>(EVP_MD_get_size(kind)), '\0');
  unsigned int size = 0;
  if (EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(out.data()), &size, kind, nullptr) != 1) std::abort();
  return out;
}
}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view data) {
  // HMAC pads keys with zeros, so one zero byte is the empty key; EVP takes a null key for "keep the last one".
  if (key.empty()) key = std::string_view("\0", 1);
  EVP_MAC_CTX* const ctx = mac_context();
  std::string out(32, '\0');
  std::size_t size = 0;
  const auto* k = reinterpret_cast<const unsigned char*>(key.data());
  const auto* d = reinterpret_cast<const unsigned char*>(data.data());
  if (EVP_MAC_init(ctx, k, key.size(), nullptr) != 1 || (!data.empty() && EVP_MAC_update(ctx, d, data.size()) != 1) ||
      EVP_MAC_final(ctx, reinterpret_cast<unsigned char*>(out.data()), &size, out.size()) != 1)
    std::abort();
  return out;
}

std::string sha256(std::string_view data) { return digest(EVP_sha256(), data); }
std::string sha1(std::string_view data) { return digest(EVP_sha1(), data); }

}  // namespace hotdesk::crypto
