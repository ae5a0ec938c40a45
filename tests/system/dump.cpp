#include "system/dump.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "base/json.hpp"
#include "crypto/keys.hpp"
#include "store/store.hpp"
#include "support/history.hpp"

namespace hotdesk::system {
namespace {

constexpr int page_size = 200;

Json line_of(const conversations::Entry& entry) {
  Json out{{"conv", entry.conversation.text()}, {"entry", entry.kind}, {"from", entry.from.id.text()}};
  if (entry.seq != 0) out["seq"] = entry.seq;
  if (entry.mid) out["mid"] = entry.mid->text();
  if (entry.kind == "text") out["h"] = support::fingerprint(Json::parse(entry.body).value("text", ""));
  return out;
}

}  // namespace

void write_dump(const support::World& world, const std::string& path) {
  store::Options options;
  options.data_dir = world.folder / "data";
  options.master_key = world.master_key;
  options.conversation_ids = [](const Uuid&, const Uuid&, std::int64_t) { return Uuid{}; };
  auto store = std::move(store::Store::open(std::move(options)).value());
  std::ofstream out(path);
  std::set<Uuid> users;
  for (const auto& agent : world.agents) users.insert(agent.id);
  conversations::ListFilter filter;
  filter.limit = page_size;
  do {
    const auto page = store->conversations().list_conversations(world.tenant.id, {}, filter).value();
    for (const auto& conversation : page.items) {
      users.insert(conversation.visitor);
      for (std::int64_t after = 0;;) {
        const auto entries = store->log().read_conversation(world.tenant.id, conversation.id, std::nullopt, after, page_size, true).value();
        for (const auto& entry : entries.items) {
          Json line = line_of(entry);
          line["kind"] = "message";
          out << dump_json(line) << '\n';
        }
        if (!entries.more) break;
        after = entries.next;
      }
    }
    filter.cursor = page.next;
  } while (!filter.cursor.empty());
  for (const Uuid& user : users) {
    for (std::int64_t cur = 0;;) {
      const auto page = store->log().read_feed(world.tenant.id, {user, false}, cur, page_size).value();
      for (const auto& entry : page.items) {
        Json line = line_of(entry);
        line["kind"] = "feed";
        line["user"] = user.text();
        line["cur"] = entry.cur;
        line["prev"] = entry.prev;
        out << dump_json(line) << '\n';
      }
      if (!page.more) break;
      cur = page.next;
    }
  }
}

}  // namespace hotdesk::system
