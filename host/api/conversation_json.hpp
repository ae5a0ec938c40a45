#pragma once
#include "api/services.hpp"
#include "base/json.hpp"
#include "conversations/model.hpp"

namespace hotdesk::api {

/// The conversation object of REST. `read` is the mark of whoever the row was read for.
Json to_json(const Services& services, const conversations::Conversation& conversation);
/// One entry of a conversation's page: `evt`'s fields without cur and prev.
Json to_json(const conversations::Entry& entry);

}  // namespace hotdesk::api
