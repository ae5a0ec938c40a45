#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hotdesk::crypto {

/// What a derived key is for. One label a purpose: a MAC of one kind means nothing where another kind is expected.
enum class Label {
  connect_internal,  ///< signed connect sets of agents and admins
  connect_visitor,   ///< signed connect sets that the server mints for visitors
  resume,            ///< `rt`
  visitor_token,
  bearer,            ///< tokens of programs
  cookie,            ///< the browser's log-in
  csrf,              ///< the double-submit value
  conversation_id,   ///< a visitor's n-th conversation
  visitor_id,        ///< the public id of a site's own user
  content_mac,       ///< what a mid said first
  data_key,          ///< wraps a tenant's data key; context: the tenant
  blind_index,       ///< e-mail, phone, external id; context: the tenant
  search_index,      ///< context: the tenant
  site_secret,       ///< seals a site's AppSecrets; context: the tenant
  page_cursor,       ///< opaque cursors of lists
  internal_link,     ///< between nodes
};

/// The text that enters the derivation: never changes, or everything made with it dies.
constexpr std::string_view to_string(Label label) noexcept {
  switch (label) {
    case Label::connect_internal: return "connect-internal";
    case Label::connect_visitor: return "connect-visitor";
    case Label::resume: return "resume";
    case Label::visitor_token: return "visitor-token";
    case Label::bearer: return "bearer";
    case Label::cookie: return "cookie";
    case Label::csrf: return "csrf";
    case Label::conversation_id: return "conversation-id";
    case Label::visitor_id: return "visitor-id";
    case Label::content_mac: return "content-mac";
    case Label::data_key: return "data-key";
    case Label::blind_index: return "blind-index";
    case Label::search_index: return "search-index";
    case Label::site_secret: return "site-secret";
    case Label::page_cursor: return "page-cursor";
    case Label::internal_link: return "internal-link";
  }
  return "";
}

/// HKDF with SHA-256 (RFC 5869); `length` ≤ 8160.
std::string hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info, std::size_t length);

/// A 32-byte key for one purpose. `context` narrows it further, e.g. to a tenant (16 bytes of its id).
std::string derive_key(std::string_view master, Label label, std::string_view context = {});

/// Where the master key comes from; the first that is set, in this order, counts.
struct MasterKeySource {
  std::filesystem::path file;  ///< 43 characters of base64url; must be readable by its owner alone
  std::string environment = "HOTDESK_MASTER_KEY";  ///< a variable with the same text
  std::string command;         ///< a shell command that prints it, e.g. a key manager's client
};

/// The 32 bytes. Errors say which source was asked and what to do, never what it held. Blocks (start-up only).
Result<std::string> load_master_key(const MasterKeySource& source);
/// The text form is base64url; anything but 32 bytes is refused.
Result<std::string> parse_master_key(std::string_view text);
/// Writes a new random key with mode 0400 and makes it durable. Errc::conflict when the file exists: a key is never replaced.
Result<> make_master_key_file(const std::filesystem::path& path);

}  // namespace hotdesk::crypto
