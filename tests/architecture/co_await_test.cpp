// g++ 12.2 destroys aggregate temporaries, and lambda temporaries with captures by value, twice when they are part of a
// co_await expression (the same with boost::asio::awaitable; found by the address sanitizer). Name them first.
#include <gtest/gtest.h>

#include <algorithm>

#include "architecture/scan.hpp"

namespace hotdesk::architecture {
namespace {

bool is_word(char c) { return isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && isspace(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

/// Behind the bracket that closes the one at `at`.
std::size_t skip_balanced(std::string_view text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '(' || text[at] == '[' || text[at] == '{') ++depth;
    if (text[at] == ')' || text[at] == ']' || text[at] == '}')
      if (--depth == 0) return at + 1;
  }
  return text.size();
}

char before(std::string_view text, std::size_t at) {
  while (at > 0 && isspace(static_cast<unsigned char>(text[at - 1]))) --at;
  return at == 0 ? '\0' : text[at - 1];
}

/// Whether a capture list holds something by value; `this` is only a pointer.
bool captures_value(std::string_view list) {
  int depth = 0;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= list.size(); ++i) {
    if (i < list.size() && std::string_view("([{").find(list[i]) != std::string_view::npos) ++depth;
    if (i < list.size() && std::string_view(")]}").find(list[i]) != std::string_view::npos) --depth;
    if (i < list.size() && !(list[i] == ',' && depth == 0)) continue;
    auto item = list.substr(from, i - from);
    while (!item.empty() && isspace(static_cast<unsigned char>(item.front()))) item.remove_prefix(1);
    while (!item.empty() && isspace(static_cast<unsigned char>(item.back()))) item.remove_suffix(1);
    if (!item.empty() && item.front() != '&' && item != "this") return true;
    from = i + 1;
  }
  return false;
}

/// Looks through the expression that begins at `at`; returns what is wrong, or nothing.
std::string wrong_in_expression(std::string_view text, std::size_t at) {
  int depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == ';' && depth == 0) return {};
    if (c == ',' && depth == 0) return {};
    if (c == '(') ++depth;
    if (c == ')' && --depth < 0) return {};
    if (c == ']' || c == '}') return {};
    if (c == '[') {
      const char previous = before(text, at);
      const std::size_t end = skip_balanced(text, at);
      if (is_word(previous) || previous == ')' || previous == ']') {  // a subscript
        at = end;
        continue;
      }
      if (captures_value(text.substr(at + 1, end - at - 2))) return "a lambda that captures by value";
      std::size_t body = skip_space(text, end);
      if (body < text.size() && text[body] == '(') body = skip_balanced(text, body);
      while (body < text.size() && text[body] != '{') ++body;
      at = skip_balanced(text, body);
      continue;
    }
    if (c == '{') {
      // `if (co_await x) {` and the like end by ')' above: what comes here is part of the expression.
      return "an aggregate (or braced) temporary";
    }
    ++at;
  }
  return {};
}

}  // namespace

std::vector<Finding> check_co_await(const Source& source) {
  constexpr std::string_view word = "co_await";
  std::vector<Finding> findings;
  const std::string text = without_comments(source.text);
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    if ((at > 0 && is_word(text[at - 1])) || is_word(text[at + word.size()])) continue;
    const std::string wrong = wrong_in_expression(text, at + word.size());
    if (wrong.empty()) continue;
    const auto line = 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    findings.push_back({source.path, line, wrong + " inside co_await; name it first, then std::move it"});
  }
  return findings;
}

namespace {

TEST(CoAwait, HoldsNoTemporaryThatIsDestroyedTwice) {
  std::vector<Finding> findings;
  for (const Source& source : read_sources({"host", "tests", "sdk/cpp", "plugins"})) {
    if (source.path.starts_with("tests/architecture/")) continue;  // the bad examples below
    for (Finding& finding : check_co_await(source)) findings.push_back(std::move(finding));
  }
  EXPECT_TRUE(findings.empty()) << report(findings);
}

std::size_t found(const std::string& line) {
  return check_co_await({"host/x/x.cpp", "// co_await f(A{1});\nauto f() {\n  " + line + "\n}\n"}).size();
}

TEST(CoAwait, TemporariesAreFound) {
  EXPECT_EQ(found("co_await f(Agg{1, 2});"), 1U);
  EXPECT_EQ(found("co_await f(Agg{.a = 1});"), 1U);
  EXPECT_EQ(found("co_await f({1, 2});"), 1U);
  EXPECT_EQ(found("const auto x = co_await g(a,\n      std::vector<int>{1});"), 1U);
  EXPECT_EQ(found("if (co_await f(Agg{}) == 1) return;"), 1U);
  EXPECT_EQ(found("co_await f([t] { use(t); });"), 1U);
  EXPECT_EQ(found("co_await f([=] { use(t); });"), 1U);
  EXPECT_EQ(found("co_await f([&a, t = std::move(t)]() mutable { use(t); });"), 1U);
  EXPECT_EQ(found("co_await f([*this] { use(); });"), 1U);
  EXPECT_EQ(found("co_return co_await f(1, Agg{2});"), 1U);
}

TEST(CoAwait, SafeFormsAreLeftAlone) {
  EXPECT_EQ(found("co_await f(x);"), 0U);
  EXPECT_EQ(found("if (co_await f(x)) { y = Agg{1}; }"), 0U);
  EXPECT_EQ(found("while (auto x = co_await f(rows[i])) { use(Agg{x}); }"), 0U);
  EXPECT_EQ(found("co_await f([&] { return Agg{1}; });"), 0U);
  EXPECT_EQ(found("co_await f([&a, this](int b) -> int { return a + b; });"), 0U);
  EXPECT_EQ(found("co_await f(std::move(task), asio::use_awaitable); g(Agg{1});"), 0U);
  EXPECT_EQ(found("co_return Agg{1};"), 0U);
  EXPECT_EQ(found("/* co_await f(Agg{1}); */ log(\"co_await f(Agg{1})\");"), 0U);
  EXPECT_EQ(found("auto x = Agg{co_await f(y), 1};"), 0U);
}

TEST(CoAwait, FindingsNameTheLine) {
  const auto findings = check_co_await({"host/x/x.cpp", "\n\nco_await f(Agg{1});\n"});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].line, 3U);
}

}  // namespace
}  // namespace hotdesk::architecture
