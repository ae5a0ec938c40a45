#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "conversations/model.hpp"
#include "store/tenant_directory.hpp"
#include "visitors/model.hpp"

// Sealed columns: one byte for the scheme, then an AES-256-GCM envelope under the tenant's data key. The associated data
// (column, tenant, row, and what else the column needs) is known before the commit, so sealing runs off the writer.
namespace hotdesk::store {

/// An empty text is stored as none. Column: "visitor.email"; row: the public id that owns the value.
std::string seal_column(const TenantSecrets& tenant, std::string_view column, const Uuid& row, std::string_view plain);
/// Throws DatabaseError(broken) when the bytes were changed or moved.
std::string open_column(const TenantSecrets& tenant, std::string_view column, const Uuid& row, std::string_view sealed);
/// A keyed hash for equality look-ups, 16 bytes; empty for an empty value.
std::string blind_index(const TenantSecrets& tenant, std::string_view column, std::string_view value);

/// A visitor's personal data as stored; empty: none.
struct SealedVisitor {
  std::string name, email, phone, external_id, attributes, referrer;
  std::string blind_email, blind_phone, blind_external_id;
};
SealedVisitor seal_visitor(const TenantSecrets& tenant, const Uuid& id, const visitors::Visitor& visitor);
/// A site's own user id is hashed together with the site: two sites' "42" are two people.
std::string blind_external_id(const TenantSecrets& tenant, const Uuid& site, std::string_view id);

/// What a message's envelope holds: the author's name as it was, and the body.
struct MessageText {
  std::string name;
  std::string body;
};
/// `mid` for a message; nil for a timeline entry, which then is told apart by `seq` (a message's is not known yet: pass 0).
std::string seal_message(const TenantSecrets& tenant, const Uuid& conversation, const Uuid& mid, std::int64_t seq,
                         const MessageText& text);
MessageText open_message(const TenantSecrets& tenant, const Uuid& conversation, const Uuid& mid, std::int64_t seq,
                         std::string_view sealed);

/// What an entry without a message row holds; shared by all feeds it goes to.
struct Payload {
  conversations::Actor from;
  std::string body;
};
std::string seal_payload(const TenantSecrets& tenant, const Uuid& conversation, int kind, std::int64_t ts, const Payload& payload);
Payload open_payload(const TenantSecrets& tenant, const Uuid& conversation, int kind, std::int64_t ts, std::string_view sealed);

}  // namespace hotdesk::store
