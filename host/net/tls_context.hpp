#pragma once
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "base/result.hpp"

namespace hotdesk::net {

using TlsContext = std::shared_ptr<SSL_CTX>;

/// TLS 1.2 and later, X25519 first, AEAD ciphers with ECDHE only; no tickets, no session cache, no renegotiation.
/// (Resumption saves a server with an ECDSA key nothing measurable, and tickets would weaken forward secrecy.)
Result<TlsContext> make_server_tls(const std::string& certificate_file, const std::string& key_file);
/// Verifies the peer against `ca_file` (empty: the system's roots) unless `insecure`.
Result<TlsContext> make_client_tls(const std::string& ca_file, bool insecure);

/// The oldest entry of OpenSSL's error queue in words, and empties the queue. Names no secret.
std::string take_tls_error();

}  // namespace hotdesk::net
