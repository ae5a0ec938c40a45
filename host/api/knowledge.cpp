#include "conversations/knowledge.hpp"

#include <nlohmann/json.hpp>

#include "api/fields.hpp"
#include "api/resources.hpp"
#include "base/text.hpp"

namespace hotdesk::api {
namespace {
using conversations::Article;
using tenants::Action;

constexpr std::size_t most_title = 200;
constexpr std::size_t most_text = 100'000;
constexpr std::size_t most_question = 2'000;

Json to_json(const Article& article) {
  return {{"id", article.id.text()},
          {"title", article.title},
          {"text", article.text},
          {"url", article.url.empty() ? Json(nullptr) : Json(article.url)},
          {"language", article.language},
          {"enabled", article.enabled},
          {"updated_at", to_rfc3339(article.updated_at)},
          {"updated_by", {{"id", article.updated_by.is_nil() ? Json(nullptr) : Json(article.updated_by.text())}, {"name", article.updated_by_name}}}};
}

Error nothing() { return fail(Errc::not_found, "no such article"); }

Result<Article> find(const Call& call) {
  auto found = call.services.knowledge->articles().find_article(call.caller.tenant, call.id());
  if (!found) return found.error();
  if (!*found) return nothing();
  return std::move(**found);
}

/// Takes over what the form says; what it leaves out stays.
void read_form(Fields& fields, Article& article) {
  if (auto title = fields.text("title", most_title, 1)) article.title = std::move(*title);
  if (auto text = fields.text("text", most_text, 1)) article.text = std::move(*text);
  if (auto language = fields.text("language", 35)) article.language = std::move(*language);
  if (const auto enabled = fields.boolean("enabled")) article.enabled = *enabled;
  if (auto url = fields.text("url", 2'000)) {
    if (!url->empty() && !url->starts_with("https://") && !url->starts_with("http://")) fields.refuse("url", "begins with https:// or http://");
    article.url = std::move(*url);
  }
}

Answer store(const Call& call, Article& article, const char* action, int status) {
  article.updated_by = call.caller.user;
  article.updated_by_name = call.caller.name;
  article.updated_at = call.services.clock.now_ms();
  const auto saved = call.services.knowledge->articles().save_article(
      call.caller.tenant, article, call.audit(action, article.id.text(), dump_json({{"title", article.title}})));
  if (!saved) return saved.error();
  call.services.knowledge->changed(call.caller.tenant);
  return json(to_json(article), status);
}

Answer index(const Call& call) {
  const std::string query(call.http.query("q").value_or(""));
  auto page = call.services.knowledge->articles().list_articles(call.caller.tenant, query, call.cursor(), call.limit());
  if (!page) return page.error();
  Json data = Json::array();
  for (const Article& article : page->items) data.push_back(to_json(article));
  return list(std::move(data), page->next);
}

Answer show(const Call& call) {
  const auto article = find(call);
  if (!article) return article.error();
  return json(to_json(*article));
}

Answer create(const Call& call) {
  Fields fields(call.body);
  Article article;
  article.id = make_uuid(call.services.clock.now_ms());
  fields.need_text("title", most_title);
  fields.need_text("text", most_text);
  if (fields.good()) read_form(fields, article);
  if (!fields.good()) return fields.problem();
  return store(call, article, "knowledge.create", 201);
}

Answer change(const Call& call) {
  auto article = find(call);
  if (!article) return article.error();
  // `url: null` takes the address away; elsewhere null is as good as absent.
  if (const auto at = call.body.find("url"); at != call.body.end() && at->is_null()) article->url.clear();
  Fields fields(call.body);
  read_form(fields, *article);
  if (!fields.good()) return fields.problem();
  return store(call, *article, "knowledge.update", 200);
}

Answer erase(const Call& call) {
  const auto gone = call.services.knowledge->articles().erase_article(call.caller.tenant, call.id(), call.audit("knowledge.delete", call.id().text()));
  if (!gone) return gone.error().code == Errc::not_found ? nothing() : gone.error();
  call.services.knowledge->changed(call.caller.tenant);
  return no_content();
}

Answer search(const Call& call) {
  const std::string question(call.http.query("q").value_or(""));
  if (count_code_points(question).value_or(most_question + 1) > most_question) return fail(Errc::invalid, "a question has at most 2,000 characters", "q");
  const auto hits = call.services.knowledge->search(call.caller.tenant, question, static_cast<std::size_t>(call.limit(10)));
  if (!hits) return hits.error();
  Json data = Json::array();
  for (const auto& hit : *hits) data.push_back({{"id", hit.article.text()}, {"title", hit.title}, {"text", hit.text}, {"score", hit.score}});
  return json({{"data", std::move(data)}});
}

/// Where this node keeps no knowledge there is none.
Handler with_knowledge(Handler handler) {
  return [handler = std::move(handler)](const Call& call) -> Answer { return call.services.knowledge == nullptr ? nothing() : handler(call); };
}
}  // namespace

void add_knowledge(Routes& routes) {
  const std::string all = "/api/v1/knowledge";
  routes.add("GET", all, Action::read_knowledge, with_knowledge(index));
  routes.add("GET", all + "/search", Action::read_knowledge, with_knowledge(search));
  routes.add("GET", all + "/{id}", Action::read_knowledge, with_knowledge(show));
  routes.set_body(most_text * 4 + 16 * 1024);
  routes.add("POST", all, Action::write_knowledge, with_knowledge(create));
  routes.add("PATCH", all + "/{id}", Action::write_knowledge, with_knowledge(change));
  routes.set_body(routes.options().body);
  routes.add("DELETE", all + "/{id}", Action::write_knowledge, with_knowledge(erase));
}

}  // namespace hotdesk::api
