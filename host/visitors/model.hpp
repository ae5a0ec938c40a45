#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/id.hpp"

namespace hotdesk::visitors {

struct PageView {
  std::string url;
  std::string title;
  std::string referrer;
  std::int64_t at = 0;
};

/// A visitor's row: made by the first message or form, never before. Name, e-mail, phone, external id and attributes
/// are personal data: sealed at rest, found by blind index.
struct Visitor {
  Uuid id;
  Uuid tenant;
  Uuid site;
  std::string name;
  std::string email;
  std::string phone;
  std::string external_id;  ///< a site's own user id, namespaced by the site
  std::string attributes;   ///< JSON object of texts
  std::int64_t gen = 0;
  bool active = true;
  std::string language;
  std::string device;    ///< JSON {kind, os, browser}
  std::string referrer;  ///< where the visit came from
  std::int64_t first_seen = 0;
  std::int64_t last_seen = 0;
};

}  // namespace hotdesk::visitors
