#include "app/config_keys.hpp"

#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "base/overloaded.hpp"

namespace hotdesk::app {
namespace {

constexpr std::int64_t day_ms = 86'400'000;

#define NUMBER(member, least, most) WholeNumber{[](Config& c) -> std::int64_t& { return c.member; }, least, most}
#define TEXT(member, ...) Text{[](Config& c) -> std::string& { return c.member; } __VA_OPT__(, ) __VA_ARGS__}

const std::vector<ConfigKey>& table() {
  static const std::vector<std::string_view> levels{"debug", "info", "warn", "error"};
  static const std::vector<ConfigKey> keys{
      {"DeploymentMode", "",
       Choice{[](const Config& c) { return static_cast<std::size_t>(c.deployment_mode); },
              [](Config& c, std::size_t i) { c.deployment_mode = static_cast<DeploymentMode>(i); },
              {"SelfHosted", "SaaS"}},
       "SelfHosted serves one tenant and has no operator's API; SaaS serves many, each with its own sites and accounts."},
      {"TenantId", "", TEXT(tenant_id, true),
       "With SelfHosted: the id of the tenant served. Empty: the only one in the database."},
      {"public_host", "", TEXT(public_host),
       "Host name, with the port unless it is 443, under which browsers reach the server. Part of every signed connection."},
      {"listen.address", "", TEXT(listen.address), "Address to listen on; 127.0.0.1 for this machine alone, :: for IPv6 too."},
      {"listen.port", "", NUMBER(listen.port, 0, 65'535),
       "HTTPS and WSS on one port; plain text is answered with 403. 0 takes a free one and writes it to run_dir/port."},
      {"data_dir", "", TEXT(data_dir, false, true), "Folder of the database. Only the server's own user may read it."},
      {"run_dir", "", TEXT(run_dir, false, true), "Folder of the local control socket hotdesk.sock that the command line uses."},
      {"tls.certificate", "", TEXT(tls.certificate, false, true), "PEM file with the certificate and its chain."},
      {"tls.key", "", TEXT(tls.key, false, true), "PEM file with the certificate's private key."},
      {"master_key", "", TEXT(master_key),
       "Where the key that seals the data comes from: file:PATH, env:NAME or command:LINE. Outside data_dir and in no backup: "
       "without it the data cannot be read."},
      {"plugins.path", "", TEXT(plugins.path, false, true), "Folder with <id>/<version>/manifest.json and the plugin's library."},
      {"plugins.trust_store", "", TEXT(plugins.trust_store, true, true),
       "File with the vendors' keys that may sign uploaded plugins, 0600. Empty: trust.json in data_dir."},
      {"plugins.python", "", TEXT(plugins.python, true, true),
       "Interpreter of plugins written in Python, e.g. /usr/bin/python3. Empty: they are refused."},
      {"plugins.allow_dev", "",
       Choice{[](const Config& c) { return std::size_t{c.plugins.allow_dev ? 1U : 0U}; }, [](Config& c, std::size_t i) { c.plugins.allow_dev = i == 1; }, {"off", "on"}},
       "Whether plugins signed by keys of the level dev are loaded. Leave it off where others than their authors are served."},
      {"web.path", "", TEXT(web.path, false, true), "Folder with the built pages: widget, agent, admin."},
      {"log.level", "",
       Choice{[](const Config& c) {
                const auto at = std::find(levels.begin(), levels.end(), c.log.level);
                return static_cast<std::size_t>(at - levels.begin());
              },
              [](Config& c, std::size_t i) { c.log.level = levels[i]; }, levels},
       "How much is logged. Message text, passwords and tokens are logged at no level."},
      {"log.file", "", TEXT(log.file, true, true), "File to log to. Empty: standard error, for the service manager to keep."},
      {"loops", "threads", NUMBER(loops, 0, 256), "Event loops that serve connections. 0: one a processor."},
      {"store.readers", "connections", NUMBER(store.readers, 1, 64), "Database connections that read; one more writes."},
      {"store.batch", "messages", NUMBER(store.batch, 1, 256), "The most that one commit takes."},
      {"heartbeat.interval_ms", "ms", NUMBER(heartbeat.interval_ms, 100, day_ms), "Silence after which the server pings, give or take 20 %."},
      {"heartbeat.timeout_ms", "ms", NUMBER(heartbeat.timeout_ms, 200, day_ms),
       "With one interval added: silence after which a connection is taken for dead."},
      {"heartbeat.hello_ms", "ms", NUMBER(heartbeat.hello_ms, 100, 600'000), "Time from the upgrade to the client's first frame."},
      {"sessions.reopen_window_s", "s", NUMBER(sessions.reopen_window_s, 0, 31'536'000),
       "How long after closing a visitor's message reopens the conversation instead of beginning another."},
      {"sessions.presence_grace_ms", "ms", NUMBER(sessions.presence_grace_ms, 0, 600'000),
       "How long somebody whose last connection ended still counts as online."},
      {"sessions.staff_hours", "hours", NUMBER(sessions.staff_hours, 1, 720), "How long an agent's or admin's log-in lasts."},
      {"sessions.visitor_days", "days", NUMBER(sessions.visitor_days, 1, 365), "How long a browser is known as the same visitor."},
      {"sessions.drain_spread_ms", "ms", NUMBER(sessions.drain_spread_ms, 0, 600'000),
       "At shutdown clients are asked to come back at a random moment within this time."},
      {"limits.frame_bytes", "bytes", NUMBER(limits.frame_bytes, 1'024, 16'777'216), "Largest frame from a client; beyond it: close 4204."},
      {"limits.text_code_points", "code points", NUMBER(limits.text_code_points, 1, 1'000'000), "Longest message; beyond it: E_TOO_BIG."},
      {"limits.visitor_pubs", "messages in 10 s", NUMBER(limits.visitor_pubs, 1, 1'000'000), "How fast a visitor may write; beyond it: E_RATE."},
      {"limits.agent_pubs", "messages in 10 s", NUMBER(limits.agent_pubs, 1, 1'000'000), "How fast an agent may write; beyond it: E_RATE."},
      {"limits.window", "messages", NUMBER(limits.window, 1, 1'024), "Unanswered messages a device may have; beyond it: E_WINDOW."},
      {"limits.page", "entries", NUMBER(limits.page, 1, 500), "Entries in one page of a feed or a conversation."},
      {"limits.devices", "devices", NUMBER(limits.devices, 1, 1'000), "Devices a user may have connected at once."},
      {"limits.lag_bytes", "bytes", NUMBER(limits.lag_bytes, 16'384, 1'073'741'824),
       "What may wait for one slow reader; beyond it the server stops pushing (lag) and the client pages."},
      {"limits.outbox_bytes", "bytes", NUMBER(limits.outbox_bytes, 65'536, 1'073'741'824),
       "The hard bound of what waits for one connection, answers included; beyond it: close 4002. Above lag_bytes."},
      {"limits.login_tries", "attempts", NUMBER(limits.login_tries, 1, 1'000),
       "Wrong passwords of one user from one address before the log-in is locked, for 30 s and doubling."},
      {"limits.password_hashes", "hashes", NUMBER(limits.password_hashes, 1, 64),
       "Passwords hashed at once; each takes 64 MiB for a moment."},
      {"limits.connections", "connections", NUMBER(limits.connections, 1, 1'000'000),
       "Connections the process holds; beyond it: 503. Each needs a file descriptor (nofile)."},
      {"limits.connections_per_address", "connections", NUMBER(limits.connections_per_address, 1, 1'000'000),
       "Connections from one address at once; beyond it: 429."},
      {"limits.connects_per_second", "connections a second", NUMBER(limits.connects_per_second, 1, 1'000'000),
       "New connections from one address, on the average; beyond the burst: 429."},
      {"limits.connects_burst", "connections", NUMBER(limits.connects_burst, 1, 1'000'000),
       "New connections from one address that may come at once."},
      {"limits.handshakes", "handshakes", NUMBER(limits.handshakes, 1, 100'000), "TLS handshakes under way at once; beyond it accepting pauses."},
      {"limits.upgrades_per_second", "upgrades a second", NUMBER(limits.upgrades_per_second, 0, 1'000'000),
       "WebSocket upgrades, of all addresses; beyond it: 503. 0: no limit."},
      {"limits.header_bytes", "bytes", NUMBER(limits.header_bytes, 1'024, 1'048'576), "Largest head of a request; beyond it: 431."},
      {"limits.requests", "requests in 10 s", NUMBER(limits.requests, 1, 1'000'000), "API requests of one address; beyond it: 429."},
      {"limits.logins", "attempts in 60 s", NUMBER(limits.logins, 1, 1'000'000), "Log-in attempts of one address; beyond it: 429."},
      {"limits.visitor_sessions", "sessions in 60 s", NUMBER(limits.visitor_sessions, 1, 1'000'000),
       "Visitors' pages of one address that ask for credentials; beyond it: 429."},
      {"limits.exempt", "", TextList{[](Config& c) -> std::vector<std::string>& { return c.limits.exempt; }, 64},
       "Addresses that no rate applies to, such as \"10.1.2.3\" or \"127.0.0.0/8\": load generators, a proxy in front."},
      {"timeouts.handshake_s", "s", NUMBER(timeouts.handshake_s, 1, 600), "TLS handshake, from accept to finished."},
      {"timeouts.header_s", "s", NUMBER(timeouts.header_s, 1, 600), "A request's head, from its first byte."},
      {"timeouts.body_s", "s", NUMBER(timeouts.body_s, 1, 600), "Between two pieces of a request's body; the whole: ten times that."},
      {"timeouts.handler_s", "s", NUMBER(timeouts.handler_s, 1, 3'600), "Until a request is answered; beyond it: 504."},
      {"timeouts.write_s", "s", NUMBER(timeouts.write_s, 1, 600), "Between two pieces of an answer that the client takes."},
      {"timeouts.idle_s", "s", NUMBER(timeouts.idle_s, 1, 3'600), "How long an HTTP connection may stay without a request."},
  };
  return keys;
}

#undef NUMBER
#undef TEXT

struct Reserved {
  std::string_view name;
  std::string_view purpose;
};
constexpr std::array reserved{
    Reserved{"redis", "several nodes on one Redis"},
    Reserved{"database", "PostgreSQL and MariaDB; this version keeps its data in SQLite under data_dir"},
    Reserved{"roles", "gateway, chat, agent and admin processes apart"},
    Reserved{"cluster", "several nodes"},
    Reserved{"mail", "sending e-mail"},
    Reserved{"webhooks", "calling other servers"},
    Reserved{"outbound", "calling other servers"},
    Reserved{"files", "uploads"},
    Reserved{"backup", "backup and restore"},
    Reserved{"search", "full-text search"},
    Reserved{"ai", "the AI bridge"},
    Reserved{"runner", "plugins in processes of their own"},
    Reserved{"trust", "signed plugins"},
};

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace

std::span<const ConfigKey> config_keys() { return table(); }

const ConfigKey* find_config_key(std::string_view name) {
  for (const ConfigKey& key : table())
    if (key.name == name) return &key;
  return nullptr;
}

bool is_config_section(std::string_view name) {
  return std::any_of(table().begin(), table().end(), [&](const ConfigKey& key) {
    return key.name.size() > name.size() && key.name.starts_with(name) && key.name[name.size()] == '.';
  });
}

std::string_view reserved_section(std::string_view name) {
  for (const Reserved& section : reserved)
    if (section.name == name) return section.purpose;
  return {};
}

std::string allowed(const ConfigKey& key) {
  std::string out = std::visit(
      overloaded{[](const WholeNumber& n) { return "a whole number from " + std::to_string(n.least) + " to " + std::to_string(n.most); },
                 [](const Text& t) { return std::string(t.empty ? "a text, may be empty" : "a text that isn't empty"); },
                 [](const Choice& c) {
                   std::string words;
                   for (const auto word : c.words) words += (words.empty() ? "" : ", ") + quoted(word);
                   return "one of " + words;
                 },
                 [](const TextList& l) { return "a list of at most " + std::to_string(l.most) + " texts"; }},
      key.kind);
  if (!key.unit.empty()) out += " (" + std::string(key.unit) + ")";
  return out;
}

std::string_view nearest_key(std::string_view name) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(2, name.size() / 4) + 1;
  for (const ConfigKey& key : table()) {
    const std::size_t d = distance(name, key.name);
    if (d < best_distance) best = key.name, best_distance = d;
  }
  return best;
}

std::string value_text(const ConfigKey& key, const Config& config) {
  Config copy = config;  // the accessors give out references
  return std::visit(overloaded{[&](const WholeNumber& n) { return std::to_string(n.at(copy)); },
                               [&](const Text& t) { return quoted(t.at(copy)); },
                               [&](const Choice& c) { return quoted(c.words[c.get(copy)]); },
                               [&](const TextList& l) {
                                 std::string out = "[";
                                 for (const auto& text : l.at(copy)) out += (out.size() > 1 ? ", " : "") + quoted(text);
                                 return out + "]";
                               }},
                    key.kind);
}

}  // namespace hotdesk::app
