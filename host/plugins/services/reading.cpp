#include "plugins/abi_text.hpp"
#include "plugins/calls/translate.hpp"
#include "plugins/services/outlasting.hpp"
#include "plugins/services/tables.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::uint32_t most_passages = 20;
constexpr std::uint32_t most_messages = 200;
constexpr std::size_t most_question = 8 * 1024;

template <class Item>
struct Page {
  hotdesk_result code = HOTDESK_E_GONE;
  std::vector<Item> items;
};
template <class Item>
bool always_last(const Page<Item>&) { return true; }

hotdesk_result search(hotdesk_call handle, hotdesk_text question, std::uint32_t limit, void* user,
                      void (*on_result)(void*, hotdesk_result, const hotdesk_array*)) noexcept {
  hotdesk_result code = HOTDESK_E_INTERNAL;
  const auto call = find_outlasting(handle, code);
  if (!call) return code;
  if (on_result == nullptr || limit == 0 || limit > most_passages || question.size > most_question) return HOTDESK_E_INVALID;
  try {
    const auto owed = std::make_shared<Owed<Page<Passage>>>(
        call,
        [user, on_result](const Page<Passage>& page) {
          std::vector<hotdesk_passage> told;
          for (const auto& one : page.items)
            told.push_back({sizeof(hotdesk_passage), 0, to_id(one.article), to_text(one.title), to_text(one.text), one.score});
          const hotdesk_array array{told.data(), told.size(), sizeof(hotdesk_passage)};
          on_result(user, page.code, &array);
        },
        always_last<Passage>, Page<Passage>{});
    call->side->ports().knowledge->search(call->context(), std::string(to_view(question)), limit,
                                          [owed](hotdesk_result result, std::vector<Passage> passages) { owed->push({result, std::move(passages)}); });
    owed->watch();
    return HOTDESK_OK;
  } catch (...) {
    return HOTDESK_E_INTERNAL;
  }
}

hotdesk_result read(hotdesk_call handle, std::int64_t before_seq, std::uint32_t limit, void* user,
                    void (*on_page)(void*, hotdesk_result, const hotdesk_array*)) noexcept {
  hotdesk_result code = HOTDESK_E_INTERNAL;
  const auto call = find_outlasting(handle, code);
  if (!call) return code;
  if (on_page == nullptr || limit == 0 || limit > most_messages || before_seq < 0) return HOTDESK_E_INVALID;
  if (call->context().conversation.is_nil()) return HOTDESK_E_STATE;
  try {
    const auto owed = std::make_shared<Owed<Page<PastMessage>>>(
        call,
        [user, on_page](const Page<PastMessage>& page) {
          std::vector<hotdesk_message> told;
          for (const auto& one : page.items) told.push_back({sizeof(hotdesk_message), one.role, one.seq, one.at, to_text(one.text)});
          const hotdesk_array array{told.data(), told.size(), sizeof(hotdesk_message)};
          on_page(user, page.code, &array);
        },
        always_last<PastMessage>, Page<PastMessage>{});
    call->side->ports().messages->read(call->context(), before_seq, limit,
                                       [owed](hotdesk_result result, std::vector<PastMessage> items) { owed->push({result, std::move(items)}); });
    owed->watch();
    return HOTDESK_OK;
  } catch (...) {
    return HOTDESK_E_INTERNAL;
  }
}

}  // namespace

const hotdesk_host_knowledge& knowledge_table() noexcept {
  static constexpr hotdesk_host_knowledge table{sizeof table, 0, &search};
  return table;
}
const hotdesk_host_messages& messages_table() noexcept {
  static constexpr hotdesk_host_messages table{sizeof table, 0, &read};
  return table;
}

}  // namespace hotdesk::plugins
