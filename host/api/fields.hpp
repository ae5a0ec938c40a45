#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/problem.hpp"
#include "base/id.hpp"
#include "base/json.hpp"

namespace hotdesk::api {

/// Reads the members of a request's JSON object and remembers everything that is wrong, so that a form hears all of it at
/// once. Absent and null are the same. Members nobody asks for are ignored.
class Fields {
 public:
  explicit Fields(const Json& object) : object_(object) {}

  /// UTF-8 without U+0000, `least` to `most` code points.
  std::optional<std::string> text(const char* name, std::size_t most, std::size_t least = 0);
  std::string need_text(const char* name, std::size_t most, std::size_t least = 1);
  std::optional<std::int64_t> integer(const char* name, std::int64_t least, std::int64_t most);
  std::optional<double> number(const char* name, double least, double most);
  std::optional<bool> boolean(const char* name);
  std::optional<Uuid> id(const char* name);
  /// A list of texts.
  std::optional<std::vector<std::string>> texts(const char* name, std::size_t most_items, std::size_t most);
  /// The object of that name, or nullptr.
  const Json* object(const char* name);

  void refuse(std::string field, std::string message);
  bool good() const noexcept { return errors_.empty(); }
  /// 400 with all of it.
  net::HttpResponse problem() const;

 private:
  const Json* find(const char* name) const;
  const Json& object_;
  std::vector<FieldError> errors_;
};

}  // namespace hotdesk::api
