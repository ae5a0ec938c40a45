#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "conversations/model.hpp"
#include "store/commit_state.hpp"

// The JSON bodies that the store writes itself (PROTOCOL: timeline kinds, summaries of q: feeds, marks).
namespace hotdesk::store {

/// `bot`: it begins with one.
std::string opened_body(const Named& department, bool bot);
std::string assigned_body(const Named* assignee, const Named& department);
/// `from`, `to`: {assignee?, department}. An empty note is left out.
std::string transferred_body(const Named* from, const Named& from_department, const Named* to, const Named& to_department,
                             std::string_view note);
std::string closed_body(const conversations::Actor& by, std::string_view reason);
std::string reopened_body(const conversations::Actor& by, bool bot);
std::string rated_body(int score, std::string_view comment);
std::string labels_body(const std::vector<std::string>& added, const std::vector<std::string>& removed,
                        const std::vector<std::string>& now);
/// {code: "with_bot"}
std::string with_bot_body();
/// {code: "handed_over", params{by}, note}; the note is for staff.
std::string handed_over_body(std::string_view component, std::string_view reason);
std::string seq_body(std::int64_t seq);
/// {visitor{id,name}, since, source, labels}; source is the site's name.
std::string summary_body(const ConversationState& conversation);
std::string labels_json(const std::vector<std::string>& labels);
/// The text a list shows of a message: body.text, at most 200 code points; empty when the kind has none.
std::string preview_of(const std::string& body);

}  // namespace hotdesk::store
