#pragma once
#include <optional>
#include <string>
#include <vector>

#include "plugins/packages/depot.hpp"
#include "plugins/packages/trust_list.hpp"
#include "plugins/view.hpp"

namespace hotdesk::plugins {

/// One version as the operator reads it before granting and after uploading.
struct PackageInfo {
  Manifest manifest;
  Trust level = Trust::builtin;
  std::string key_id;         ///< empty: part of the installation
  std::string sha256;         ///< of the uploaded package; empty: part of the installation
  std::string manifest_text;  ///< JSON as signed; empty: cannot be read
  std::string report;         ///< JSON of the validator, if the package holds a report.json; else empty
  std::string problem;        ///< why it cannot be used; empty: it can
  Arrival arrival;
  std::optional<BadView> bad;
};
PackageInfo info_of(const Verified& package);

/// What a plugin may do for a tenant or, with nullopt, for everybody without a grant of their own.
struct GrantView {
  std::string lane;          ///< empty: nobody decided
  std::string default_lane;  ///< by its signature's level
  std::string isolation_min;
  std::vector<std::string> asked;
  std::vector<std::string> granted;
  std::string budgets_asked = "{}";
  std::string budgets_granted = "{}";
};

/// The REST forms.
std::string to_json(const PackageInfo& info, bool whole);  ///< `whole`: with manifest, uploaded_at, uploaded_by, bad
std::string to_json(const TrustKey& key);
std::string to_json(const TrustList& list);
std::string to_json(const GrantView& grant);

}  // namespace hotdesk::plugins
