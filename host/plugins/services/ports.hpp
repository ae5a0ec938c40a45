#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plugins/calls/call.hpp"

namespace hotdesk::plugins {

/// What plugins may ask of the host beyond their own instance. Every function returns at once on any thread and answers
/// later through its callback, once, on any thread. Permissions, shadow and the call's budget have been checked by the room;
/// in a runner these are proxies to the host, so `context` is what the *host* knows of the call.

struct HttpRequest {
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;  ///< "${secret:NAME}" not yet expanded
  std::string body;
  std::uint32_t timeout_ms = 0;
};
struct HttpPiece {
  hotdesk_result code = HOTDESK_PENDING;  ///< PENDING: more follows
  std::int32_t status = 0;
  std::string body;
};
class HttpPort {
 public:
  virtual ~HttpPort() = default;
  /// Expands the tenant's secrets, keeps to `allowed` hosts ("api.example.com", "localhost:11434"; names, never resolved to
  /// a private address unless allowed as such), streams the body. `on_piece` several times, the last with another code than
  /// PENDING. Pieces stop when the call is over.
  virtual void send(const CallContext& context, const std::vector<std::string>& allowed, HttpRequest request,
                    std::function<void(HttpPiece)> on_piece) = 0;
};

struct Passage {
  Uuid article;
  std::string title;
  std::string text;
  double score = 0;
};
class KnowledgePort {
 public:
  virtual ~KnowledgePort() = default;
  virtual void search(const CallContext& context, std::string question, std::uint32_t limit,
                      std::function<void(hotdesk_result, std::vector<Passage>)> done) = 0;
};

struct PastMessage {
  std::int32_t role = 0;  ///< HOTDESK_ROLE_*
  std::int64_t seq = 0;
  std::int64_t at = 0;
  std::string text;
};
class MessagesPort {
 public:
  virtual ~MessagesPort() = default;
  /// Ascending; of the context's conversation alone; no notes.
  virtual void read(const CallContext& context, std::int64_t before_seq, std::uint32_t limit,
                    std::function<void(hotdesk_result, std::vector<PastMessage>)> done) = 0;
};

class PostPort {
 public:
  virtual ~PostPort() = default;
  /// HOTDESK_OK: queued. HOTDESK_E_BUDGET beyond 10 a minute and conversation. `n` tells a call's posts apart.
  virtual hotdesk_result message(const CallContext& context, std::int32_t kind, std::string body, std::uint32_t n) = 0;
};

/// What is known of a visitor, for gray selection and routing. May take a read of the store.
class VisitorFactsPort {
 public:
  virtual ~VisitorFactsPort() = default;
  virtual void find(const Uuid& tenant, const Uuid& visitor, std::function<void(Attributes)> done) = 0;
};

/// All of them; nullptr: this host has no such service, and plugins are told so by a NULL table.
struct ServicePorts {
  HttpPort* http = nullptr;
  KnowledgePort* knowledge = nullptr;
  MessagesPort* messages = nullptr;
  PostPort* post = nullptr;
  VisitorFactsPort* visitors = nullptr;
};

}  // namespace hotdesk::plugins
