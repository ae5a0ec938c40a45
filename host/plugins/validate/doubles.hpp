#pragma once
#include <map>
#include <mutex>
#include <string>

#include "plugins/kv_space.hpp"
#include "plugins/services/ports.hpp"

namespace hotdesk::plugins::validate {

/// Keys in memory; or, failing, a store that lags.
class MemoryKv final : public KvPort {
 public:
  explicit MemoryKv(bool failing) : failing_(failing) {}
  hotdesk_result get(std::string_view key, const hotdesk_sink& sink) const override;
  hotdesk_result set(std::string_view key, std::string_view value) override;
  hotdesk_result erase(std::string_view key) override;
  hotdesk_result list(std::string_view prefix, void* context, hotdesk_result (*each)(void*, hotdesk_text)) const override;

 private:
  const bool failing_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> entries_;
};

/// What a plugin may ask beyond its instance, without anything behind it: a web that answers 503, an article, a message.
class Doubles final : public HttpPort, public KnowledgePort, public MessagesPort, public PostPort, public VisitorFactsPort {
 public:
  explicit Doubles(bool failing) : failing_(failing) {}
  ServicePorts ports() { return {this, this, this, this, this}; }

  void send(const CallContext& context, const std::vector<std::string>& allowed, HttpRequest request,
            std::function<void(HttpPiece)> on_piece) override;
  void search(const CallContext& context, std::string question, std::uint32_t limit,
              std::function<void(hotdesk_result, std::vector<Passage>)> done) override;
  void read(const CallContext& context, std::int64_t before_seq, std::uint32_t limit,
            std::function<void(hotdesk_result, std::vector<PastMessage>)> done) override;
  hotdesk_result message(const CallContext& context, std::int32_t kind, std::string body, std::uint32_t n) override;
  void find(const Uuid& tenant, const Uuid& visitor, std::function<void(Attributes)> done) override;

 private:
  const bool failing_;
};

}  // namespace hotdesk::plugins::validate
