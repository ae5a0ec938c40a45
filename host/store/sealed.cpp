#include "store/sealed.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "crypto/aead.hpp"
#include "crypto/mac.hpp"
#include "store/connection.hpp"

namespace hotdesk::store {
namespace {

constexpr char scheme = 1;  // 1: AES-256-GCM under the tenant's data key

void append_integer(std::string& out, std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>((value >> (8 * i)) & 0xFF));
}

void append_uuid(std::string& out, const Uuid& id) {
  out.append(reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size());
}

std::string aad_of(const TenantSecrets& tenant, std::string_view column, const Uuid& row) {
  std::string aad;
  aad.reserve(column.size() + 1 + 16 * 3);
  aad += column;
  aad.push_back('\0');
  append_uuid(aad, tenant.id);
  append_uuid(aad, row);
  return aad;
}

std::string seal_with(const TenantSecrets& tenant, std::string_view aad, std::string_view plain) {
  return scheme + crypto::seal(tenant.data, aad, plain);
}

std::string open_with(const TenantSecrets& tenant, std::string_view aad, std::string_view sealed, std::string_view what) {
  if (!sealed.empty() && sealed.front() == scheme) {
    auto plain = crypto::open(tenant.data, aad, sealed.substr(1));
    if (plain) return std::move(*plain);
  }
  throw DatabaseError(DatabaseError::Kind::corrupt, std::string(what) + ": the sealed value does not open");
}

std::string message_aad(const TenantSecrets& tenant, const Uuid& conversation, const Uuid& mid, std::int64_t seq) {
  std::string aad = aad_of(tenant, "message.body", conversation);
  if (mid.is_nil()) append_integer(aad, static_cast<std::uint64_t>(seq), 8);
  else append_uuid(aad, mid);
  return aad;
}

void append_name(std::string& out, std::string_view name) {
  name = name.substr(0, 0xFFFF);
  append_integer(out, name.size(), 2);
  out += name;
}

std::string take_name(std::string_view& from) {
  if (from.size() < 2) return {};
  const std::size_t size = static_cast<std::size_t>(static_cast<unsigned char>(from[0])) << 8 | static_cast<unsigned char>(from[1]);
  std::string name(from.substr(2, size));
  from.remove_prefix(std::min(from.size(), 2 + size));
  return name;
}

std::string payload_aad(const TenantSecrets& tenant, const Uuid& conversation, int kind, std::int64_t ts) {
  std::string aad = aad_of(tenant, "feed_entry.payload", conversation);
  append_integer(aad, static_cast<std::uint64_t>(kind), 1);
  append_integer(aad, static_cast<std::uint64_t>(ts), 8);
  return aad;
}

}  // namespace

std::string seal_column(const TenantSecrets& tenant, std::string_view column, const Uuid& row, std::string_view plain) {
  return plain.empty() ? std::string() : seal_with(tenant, aad_of(tenant, column, row), plain);
}

std::string open_column(const TenantSecrets& tenant, std::string_view column, const Uuid& row, std::string_view sealed) {
  return sealed.empty() ? std::string() : open_with(tenant, aad_of(tenant, column, row), sealed, column);
}

std::string blind_index(const TenantSecrets& tenant, std::string_view column, std::string_view value) {
  if (value.empty()) return {};
  std::string data(column);
  data.push_back('\0');
  data += value;
  return crypto::hmac_sha256(tenant.blind, data).substr(0, 16);
}

std::string blind_external_id(const TenantSecrets& tenant, const Uuid& site, std::string_view id) {
  return id.empty() ? std::string() : blind_index(tenant, "visitor.external_id", site.binary() + std::string(id));
}

SealedVisitor seal_visitor(const TenantSecrets& tenant, const Uuid& id, const visitors::Visitor& v) {
  std::string digits;
  for (const char c : v.phone)
    if (c >= '0' && c <= '9') digits.push_back(c);
  return {.name = seal_column(tenant, "visitor.name", id, v.name),
          .email = seal_column(tenant, "visitor.email", id, v.email),
          .phone = seal_column(tenant, "visitor.phone", id, v.phone),
          .external_id = seal_column(tenant, "visitor.external_id", id, v.external_id),
          .attributes = seal_column(tenant, "visitor.attributes", id, v.attributes),
          .referrer = seal_column(tenant, "visitor.referrer", id, v.referrer),
          .blind_email = blind_index(tenant, "visitor.email", to_lower_ascii(v.email)),
          .blind_phone = blind_index(tenant, "visitor.phone", digits),
          .blind_external_id = blind_external_id(tenant, v.site, v.external_id)};
}

std::string seal_message(const TenantSecrets& tenant, const Uuid& conversation, const Uuid& mid, std::int64_t seq,
                         const MessageText& text) {
  std::string plain;
  plain.reserve(2 + text.name.size() + text.body.size());
  append_name(plain, text.name);
  plain += text.body;
  return seal_with(tenant, message_aad(tenant, conversation, mid, seq), plain);
}

MessageText open_message(const TenantSecrets& tenant, const Uuid& conversation, const Uuid& mid, std::int64_t seq,
                         std::string_view sealed) {
  const std::string plain = open_with(tenant, message_aad(tenant, conversation, mid, seq), sealed, "message.body");
  std::string_view rest = plain;
  MessageText text;
  text.name = take_name(rest);
  text.body = rest;
  return text;
}

std::string seal_payload(const TenantSecrets& tenant, const Uuid& conversation, int kind, std::int64_t ts, const Payload& payload) {
  std::string plain;
  plain.push_back(static_cast<char>(payload.from.role));
  append_uuid(plain, payload.from.id);
  append_name(plain, payload.from.name);
  plain += payload.body;
  return seal_with(tenant, payload_aad(tenant, conversation, kind, ts), plain);
}

Payload open_payload(const TenantSecrets& tenant, const Uuid& conversation, int kind, std::int64_t ts, std::string_view sealed) {
  const std::string plain = open_with(tenant, payload_aad(tenant, conversation, kind, ts), sealed, "feed_entry.payload");
  std::string_view rest = plain;
  Payload payload;
  if (rest.size() < 17) throw DatabaseError(DatabaseError::Kind::corrupt, "feed_entry.payload: too short");
  payload.from.role = static_cast<tenants::Role>(rest[0]);
  payload.from.id = uuid_from_binary(rest.substr(1, 16)).value_or(Uuid{});
  rest.remove_prefix(17);
  payload.from.name = take_name(rest);
  payload.body = rest;
  return payload;
}

}  // namespace hotdesk::store
