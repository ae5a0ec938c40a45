#pragma once
#include "plugins/host_services.hpp"
#include "plugins/runner/mailbox.hpp"

namespace hotdesk::plugins::runner {

/// The host's services as a runner has them: frames to the host, which checks everything again. Thread: any.

class RemoteKv final : public KvPort {
 public:
  explicit RemoteKv(Mailbox& mailbox) : mailbox_(mailbox) {}
  hotdesk_result get(std::string_view key, const hotdesk_sink& sink) const override;
  hotdesk_result set(std::string_view key, std::string_view value) override;
  hotdesk_result erase(std::string_view key) override;
  hotdesk_result list(std::string_view prefix, void* context, hotdesk_result (*each)(void*, hotdesk_text)) const override;

 private:
  Frame ask(FrameType type, std::string_view key, const std::string_view* value) const;
  Mailbox& mailbox_;
};

class RemoteMetrics final : public MetricsPort {
 public:
  explicit RemoteMetrics(Mailbox& mailbox) : mailbox_(mailbox) {}
  hotdesk_result count(const std::string& plugin, const std::string& version, std::string_view name, double by) override;
  hotdesk_result gauge(const std::string& plugin, const std::string& version, std::string_view name, double value) override;

 private:
  hotdesk_result tell(FrameType type, std::string_view name, double value);
  Mailbox& mailbox_;
};

/// What belongs to a call names it by the host's number.
class RemoteServices final : public HttpPort, public KnowledgePort, public MessagesPort, public PostPort {
 public:
  using NumberOf = std::function<std::uint64_t(hotdesk_call call)>;
  RemoteServices(Mailbox& mailbox, NumberOf number_of) : mailbox_(mailbox), number_of_(std::move(number_of)) {}

  void send(const CallContext& context, const std::vector<std::string>& allowed, HttpRequest request,
            std::function<void(HttpPiece)> on_piece) override;
  void search(const CallContext& context, std::string question, std::uint32_t limit,
              std::function<void(hotdesk_result, std::vector<Passage>)> done) override;
  void read(const CallContext& context, std::int64_t before_seq, std::uint32_t limit,
            std::function<void(hotdesk_result, std::vector<PastMessage>)> done) override;
  hotdesk_result message(const CallContext& context, std::int32_t kind, std::string body, std::uint32_t n) override;

 private:
  Mailbox& mailbox_;
  const NumberOf number_of_;
};

}  // namespace hotdesk::plugins::runner
