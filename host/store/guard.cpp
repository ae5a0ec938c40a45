#include "store/guard.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/text.hpp"

namespace hotdesk::store {
namespace {

/// Words (with dots and colons) and single signs, lower case, without blanks.
std::vector<std::string> tokens_of(std::string_view sql) {
  std::vector<std::string> out;
  const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; };
  for (std::size_t i = 0; i < sql.size();) {
    std::size_t end = i + 1;
    if (in_word(sql[i]) || sql[i] == ':')
      while (end < sql.size() && in_word(sql[end])) ++end;
    if (std::isspace(static_cast<unsigned char>(sql[i])) == 0) out.push_back(to_lower_ascii(sql.substr(i, end - i)));
    i = end;
  }
  return out;
}

bool is_keyword(std::string_view word) {
  static constexpr std::string_view words[] = {"on",    "where", "join",  "left",   "inner", "cross", "set",   "order",
                                               "group", "limit", "union", "values", "from",  "using", "select"};
  return std::find(std::begin(words), std::end(words), word) != std::end(words) || !std::isalpha(static_cast<unsigned char>(word[0]));
}

struct Use {
  std::string table;
  std::string alias;  // empty: the table has none
  bool insert = false;
  std::size_t at = 0;  // index of the token after it
};

/// Whether tenant_id of `use` is compared with something that bears a tenant.
bool is_compared(const std::vector<std::string>& tokens, const Use& use) {
  const std::vector<std::string> names = use.alias.empty()
                                             ? std::vector<std::string>{"tenant_id", use.table + ".tenant_id"}
                                             : std::vector<std::string>{use.alias + ".tenant_id"};
  const auto bears_tenant = [](const std::string& t) { return t == ":tenant" || t == "?" || t.find('.') != std::string::npos; };
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (tokens[i + 1] != "=") continue;
    const bool left = std::find(names.begin(), names.end(), tokens[i]) != names.end();
    const bool right = std::find(names.begin(), names.end(), tokens[i + 2]) != names.end();
    if ((left && bears_tenant(tokens[i + 2])) || (right && bears_tenant(tokens[i]))) return true;
  }
  return false;
}

}  // namespace

std::optional<std::string> Guard::refusal(const Statement& statement) const {
  const std::vector<std::string> tokens = tokens_of(statement.sql);
  const std::string name(statement.name);
  std::vector<Use> uses;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const bool names_table = tokens[i] == "from" || tokens[i] == "join" || tokens[i] == "into" || tokens[i] == "update";
    if (tokens[i] == "from" || tokens[i] == "join") {
      std::size_t after = i + 2;
      if (after < tokens.size() && tokens[after] == "as") ++after;
      if (after < tokens.size() && !is_keyword(tokens[after])) ++after;
      if (after < tokens.size() && tokens[after] == ",") return name + ": joins by comma; write JOIN";
    }
    if (!names_table || tables_.count(tokens[i + 1]) == 0) continue;
    Use use{.table = tokens[i + 1], .alias = {}, .insert = tokens[i] == "into", .at = i + 2};
    if (use.at < tokens.size() && tokens[use.at] == "as") ++use.at;
    if (!use.insert && use.at < tokens.size() && !is_keyword(tokens[use.at])) use.alias = tokens[use.at];
    uses.push_back(std::move(use));
  }
  switch (statement.scope) {
    case Scope::system:
      if (!uses.empty()) return name + ": touches tenant-owned table " + uses.front().table + " outside a tenant session";
      return std::nullopt;
    case Scope::lookup:
      if (tokens.empty() || tokens[0] != "select" || tokens.size() < 2 ||
          (tokens[1] != "tenant_id" && !tokens[1].ends_with(".tenant_id")))
        return name + ": a lookup across tenants is a SELECT whose first column is tenant_id";
      return std::nullopt;
    case Scope::tenant:
      if (uses.empty()) return name + ": names no tenant-owned table; its scope is `system`";
      if (std::find(tokens.begin(), tokens.end(), ":tenant") == tokens.end()) return name + ": does not name tenant_id = :tenant";
      break;
    case Scope::batch:
      if (uses.empty()) return name + ": names no tenant-owned table";
      if (statement.sql.find("{rows:(?") == std::string_view::npos) return name + ": the repeated row's first value is not the tenant";
      break;
  }
  for (const Use& use : uses) {
    if (use.insert) {
      if (use.at + 1 >= tokens.size() || tokens[use.at] != "(" || tokens[use.at + 1] != "tenant_id")
        return name + ": INSERT INTO " + use.table + " does not name tenant_id first";
      const auto values = std::find(tokens.begin() + static_cast<std::ptrdiff_t>(use.at), tokens.end(), "values");
      if (statement.scope == Scope::tenant && (tokens.end() - values < 3 || *(values + 2) != ":tenant"))
        return name + ": INSERT INTO " + use.table + " does not take tenant_id from :tenant";
    } else if (!is_compared(tokens, use)) {
      return name + ": " + use.table + (use.alias.empty() ? "" : " " + use.alias) + " does not name tenant_id";
    }
  }
  return std::nullopt;
}

}  // namespace hotdesk::store
