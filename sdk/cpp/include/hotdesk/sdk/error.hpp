#pragma once
#include <exception>
#include <string>
#include <utility>

#include "hotdesk/plugin/types.h"

namespace hotdesk::sdk {

/// Thrown anywhere in a plugin; at the SDK's edge it becomes a result code, with path and text told to the host.
/// Any other exception becomes HOTDESK_E_INTERNAL. None leaves the plugin.
class Error : public std::exception {
 public:
  Error(hotdesk_result code, std::string text, std::string path = {})
      : code_(code), text_(std::move(text)), path_(std::move(path)) {}
  hotdesk_result code() const noexcept { return code_; }
  /// A configuration pointer or a field; empty: none in particular.
  const std::string& path() const noexcept { return path_; }
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  hotdesk_result code_;
  std::string text_;
  std::string path_;
};

/// The configuration does not make sense beyond what its schema can say: thrown from a plugin's constructor.
inline Error bad_config(std::string pointer, std::string text) {
  return Error(HOTDESK_E_INVALID, std::move(text), std::move(pointer));
}

}  // namespace hotdesk::sdk
