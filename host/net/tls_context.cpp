#include "net/tls_context.hpp"

#include <openssl/err.h>

#include <cstring>
#include <string_view>

namespace hotdesk::net {

namespace {

/// HTTP/1.1 is what we speak; a client that offers only other protocols still gets it, without ALPN.
int select_alpn(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* offered,
                unsigned int length, void*) {
  static constexpr std::string_view ours = "http/1.1";
  for (unsigned int at = 0; at < length;) {
    const unsigned int size = offered[at];
    if (at + 1 + size > length) break;
    if (size == ours.size() && std::memcmp(offered + at + 1, ours.data(), size) == 0) {
      *out = offered + at + 1;
      *out_length = static_cast<unsigned char>(size);
      return SSL_TLSEXT_ERR_OK;
    }
    at += 1 + size;
  }
  return SSL_TLSEXT_ERR_NOACK;
}

TlsContext make_common(const SSL_METHOD* method) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(method), SSL_CTX_free);
  if (!context) return nullptr;
  SSL_CTX* raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(raw, 0);
  // RELEASE_BUFFERS: an idle connection holds no record buffers. MOVING: writes are flattened into a shared scratch.
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  if (SSL_CTX_set1_groups_list(raw, "X25519:P-256:P-384") != 1 ||
      SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1)
    return nullptr;
  return context;
}

}  // namespace

Result<TlsContext> make_server_tls(const std::string& certificate_file, const std::string& key_file) {
  TlsContext context = make_common(TLS_server_method());
  if (!context) return fail(Errc::internal, "TLS cannot be set up: " + take_tls_error());
  SSL_CTX* raw = context.get();
  if (SSL_CTX_use_certificate_chain_file(raw, certificate_file.c_str()) != 1)
    return fail(Errc::invalid, "The certificate file " + certificate_file + " cannot be used: " + take_tls_error());
  if (SSL_CTX_use_PrivateKey_file(raw, key_file.c_str(), SSL_FILETYPE_PEM) != 1)
    return fail(Errc::invalid, "The key file " + key_file + " cannot be used: " + take_tls_error());
  if (SSL_CTX_check_private_key(raw) != 1)
    return fail(Errc::invalid, "The key " + key_file + " does not belong to the certificate " + certificate_file + ".");
  SSL_CTX_set_alpn_select_cb(raw, select_alpn, nullptr);
  return context;
}

Result<TlsContext> make_client_tls(const std::string& ca_file, bool insecure) {
  TlsContext context = make_common(TLS_client_method());
  if (!context) return fail(Errc::internal, "TLS cannot be set up: " + take_tls_error());
  SSL_CTX* raw = context.get();
  SSL_CTX_set_verify(raw, insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  if (insecure) return context;
  const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(raw)
                                     : SSL_CTX_load_verify_file(raw, ca_file.c_str());
  if (loaded != 1) return fail(Errc::invalid, "The roots " + ca_file + " cannot be read: " + take_tls_error());
  return context;
}

std::string take_tls_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (code == 0) return "no details";
  const char* reason = ERR_reason_error_string(code);
  return reason != nullptr ? reason : "error " + std::to_string(code);
}

}  // namespace hotdesk::net
