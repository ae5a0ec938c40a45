#pragma once
#include <atomic>
#include <deque>
#include <map>
#include <mutex>

#include "app/bot_glue.hpp"
#include "app/plugin_http.hpp"
#include "base/clock.hpp"
#include "base/executor.hpp"
#include "conversations/knowledge.hpp"
#include "conversations/ports.hpp"
#include "delivery/ports.hpp"
#include "plugins/services/ports.hpp"
#include "visitors/ports.hpp"

namespace hotdesk::app {

/// What plugins may ask of this host, on its own rooms. Made before the plugins; connected to what they need in turn (the
/// timeline, the filters) before the first call. Thread: any.
class PluginPorts final : public plugins::KnowledgePort,
                          public plugins::MessagesPort,
                          public plugins::PostPort,
                          public plugins::VisitorFactsPort {
 public:
  struct Parts {
    plugins::PluginStore& store;
    conversations::Knowledge& knowledge;
    conversations::ConversationRepository& conversations;
    delivery::MessageLog& messages;
    visitors::VisitorRepository& visitors;
    Executor& pool;
    const Clock& clock;
  };
  explicit PluginPorts(Parts parts) : parts_(parts), http_(parts.store) {}
  void connect(conversations::Timeline& timeline, delivery::Filter& filter);
  /// Ends requests that are under way; before the store goes.
  void stop() { http_.stop(); }
  plugins::ServicePorts ports() noexcept { return {&http_, this, this, this, this}; }

  void search(const plugins::CallContext& context, std::string question, std::uint32_t limit,
              std::function<void(hotdesk_result, std::vector<plugins::Passage>)> done) override;
  void read(const plugins::CallContext& context, std::int64_t before_seq, std::uint32_t limit,
            std::function<void(hotdesk_result, std::vector<plugins::PastMessage>)> done) override;
  hotdesk_result message(const plugins::CallContext& context, std::int32_t kind, std::string body, std::uint32_t n) override;
  void find(const Uuid& tenant, const Uuid& visitor, std::function<void(plugins::Attributes)> done) override;

 private:
  /// Ten a minute and conversation.
  bool take_post(const Uuid& conversation);
  void post(const plugins::CallContext& context, std::string_view kind, std::string body, std::uint32_t n);
  void commit_post(const plugins::CallContext& context, std::string_view kind, std::string body, std::string filters, const Uuid& mid);

  const Parts parts_;
  PluginHttp http_;
  std::atomic<conversations::Timeline*> timeline_{nullptr};
  std::atomic<delivery::Filter*> filter_{nullptr};
  std::mutex mutex_;
  std::map<Uuid, std::deque<std::int64_t>> posts_;  ///< by conversation: when, steady milliseconds
};

}  // namespace hotdesk::app
