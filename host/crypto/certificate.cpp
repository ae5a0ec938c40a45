#include "crypto/certificate.hpp"

#include <arpa/inet.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <memory>

#include "base/random.hpp"

namespace hotdesk::crypto {
namespace {
template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;
using Bio = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;

bool is_address(const std::string& name) {
  in6_addr buffer{};
  return ::inet_pton(AF_INET, name.c_str(), &buffer) == 1 || ::inet_pton(AF_INET6, name.c_str(), &buffer) == 1;
}

bool is_host_name(const std::string& name) {
  if (name.empty() || name.size() > 253 || name.front() == '.' || name.front() == '-' || name.back() == '.') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '*';
  });
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

bool add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

std::int64_t to_ms(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return static_cast<std::int64_t>(::timegm(&parts)) * 1000;
}

Certificate parse(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
}

std::string common_name(X509* certificate) {
  char buffer[256] = {};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, buffer, sizeof buffer);
  return buffer;
}
}  // namespace

Result<CertificatePair> make_self_signed(const std::vector<std::string>& names, int days) {
  if (names.empty()) return fail(Errc::invalid, "a certificate needs at least one host name or address");
  if (days < 1 || days > 825) return fail(Errc::invalid, "a certificate lives 1 to 825 days");
  std::string alternatives;
  for (const std::string& name : names) {
    const bool address = is_address(name);
    if (!address && !is_host_name(name)) return fail(Errc::invalid, "neither a host name nor an address: " + name);
    alternatives += (alternatives.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + name;
  }
  const Key key(EVP_EC_gen("P-256"));
  const Certificate made(X509_new());
  unsigned char serial[16];
  random_bytes(serial, sizeof serial);
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7F) | 0x40);  // positive and of full length
  const std::unique_ptr<BIGNUM, Deleter<BN_free>> number(BN_bin2bn(serial, sizeof serial, nullptr));
  const std::string subject = names.front().substr(0, 64);
  X509* const x = made.get();
  X509_NAME* const name = X509_NAME_new();
  const std::unique_ptr<X509_NAME, Deleter<X509_NAME_free>> owned(name);
  const bool good =
      key && made && number && name && X509_set_version(x, 2) == 1 && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x)) &&
      X509_gmtime_adj(X509_getm_notBefore(x), -3600) && X509_time_adj_ex(X509_getm_notAfter(x), days, -3600, nullptr) &&
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(subject.data()),
                                 static_cast<int>(subject.size()), -1, 0) == 1 &&
      X509_set_subject_name(x, name) == 1 && X509_set_issuer_name(x, name) == 1 && X509_set_pubkey(x, key.get()) == 1 &&
      add_extension(x, NID_subject_alt_name, alternatives) && add_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(x, NID_key_usage, "critical,digitalSignature") && add_extension(x, NID_ext_key_usage, "serverAuth") &&
      add_extension(x, NID_subject_key_identifier, "hash") && X509_sign(x, key.get(), EVP_sha256()) > 0;
  if (!good) return fail(Errc::internal, "the certificate could not be made");
  const Bio certificate_out(BIO_new(BIO_s_mem()));
  const Bio key_out(BIO_new(BIO_s_mem()));
  if (!certificate_out || !key_out || PEM_write_bio_X509(certificate_out.get(), x) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return fail(Errc::internal, "the certificate could not be written");
  return CertificatePair{text_of(certificate_out.get()), text_of(key_out.get())};
}

std::int64_t CertificateInfo::days_left(std::int64_t now_ms) const noexcept {
  constexpr std::int64_t day = 86'400'000;
  const std::int64_t left = not_after - now_ms;
  return left >= 0 ? left / day : -((-left + day - 1) / day);
}

Result<CertificateInfo> read_certificate(std::string_view pem) {
  const Certificate certificate = parse(pem);
  if (!certificate) return fail(Errc::invalid, "no PEM certificate in this text");
  CertificateInfo info;
  info.subject = common_name(certificate.get());
  info.not_before = to_ms(X509_get0_notBefore(certificate.get()));
  info.not_after = to_ms(X509_get0_notAfter(certificate.get()));
  info.self_signed = X509_self_signed(certificate.get(), 1) == 1;
  const std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int kind = 0;
    const auto* value = static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &kind));
    const unsigned char* data = ASN1_STRING_get0_data(value);
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(value));
    if (kind == GEN_DNS) info.names.emplace_back(reinterpret_cast<const char*>(data), size);
    char text[INET6_ADDRSTRLEN] = {};
    if (kind == GEN_IPADD && ::inet_ntop(size == 4 ? AF_INET : AF_INET6, data, text, sizeof text) != nullptr) info.names.emplace_back(text);
  }
  return info;
}

bool key_matches(std::string_view certificate_pem, std::string_view key_pem) {
  const Certificate certificate = parse(certificate_pem);
  const Bio bio(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  const Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  return certificate && key && X509_check_private_key(certificate.get(), key.get()) == 1;
}

}  // namespace hotdesk::crypto
