#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "conversations/knowledge.hpp"
#include "conversations/ports.hpp"
#include "delivery/ports.hpp"
#include "plugins/ports.hpp"
#include "tenants/ports.hpp"
#include "visitors/ports.hpp"

namespace hotdesk::contract {

/// The ports under test, opened on one database.
class Ports {
 public:
  virtual ~Ports() = default;
  virtual delivery::Commit& commit() = 0;
  virtual delivery::MessageLog& log() = 0;
  virtual conversations::ConversationRepository& conversations() = 0;
  virtual tenants::TenantRepository& tenants() = 0;
  virtual tenants::SiteRepository& sites() = 0;
  virtual tenants::UserRepository& users() = 0;
  virtual tenants::LogRepository& logs() = 0;
  virtual visitors::VisitorRepository& visitors() = 0;
  virtual plugins::PluginStore& plugins() = 0;
  virtual conversations::KnowledgeRepository& knowledge() = 0;
};

using Failpoint = std::function<void(std::string_view)>;

/// One database system. Each test makes a folder (or schema) of its own and may open it again and again.
struct Backend {
  std::string name;
  std::function<std::unique_ptr<Ports>(const std::filesystem::path& folder, Failpoint failpoint)> open;
};

inline void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }

/// Every implementation of this build; the suite runs over all of them.
const std::vector<Backend>& backends();

/// How the suite derives conversation ids: the same for every opening of a database.
Uuid conversation_id(const Uuid& tenant, const Uuid& visitor, std::int64_t finished);

inline constexpr std::int64_t reopen_window_ms = 24LL * 3600 * 1000;
inline constexpr std::int64_t recall_window_ms = 2LL * 60 * 1000;

}  // namespace hotdesk::contract
