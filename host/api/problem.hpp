#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/http.hpp"

namespace hotdesk::api {

struct FieldError {
  std::string field;
  std::string message;
};

/// An RFC 9457 answer in the making. `code` is what programs look at ("E_NOT_FOUND"), `detail` a sentence for people.
struct Problem {
  int status = 500;
  std::string code = "E_INTERNAL";
  std::string detail;
  std::vector<FieldError> errors;
  std::optional<int> tries_left;
  std::optional<std::int64_t> retry_after;  ///< seconds; also the Retry-After header
};

/// The kind decides status and code; a non-empty `where` becomes the one entry of `errors`.
Problem to_problem(const Error& error);
/// `application/problem+json` with a fresh trace_id; answers of 500 and above are logged with it.
net::HttpResponse to_response(const Problem& problem);

}  // namespace hotdesk::api
