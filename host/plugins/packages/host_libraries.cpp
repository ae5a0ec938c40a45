#include "plugins/packages/host_libraries.hpp"

#include <gnu/libc-version.h>
#include <link.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_library = 64 * 1024 * 1024;

std::string find_libstdcxx() {
  std::string path;
  dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* out) {
        if (object->dlpi_name == nullptr || std::strstr(object->dlpi_name, "/libstdc++.so") == nullptr) return 0;
        *static_cast<std::string*>(out) = object->dlpi_name;
        return 1;
      },
      &path);
  return path;
}

/// The names of the versions are texts in the library's dynamic string table.
std::string newest_version_in(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in || in.tellg() < 0 || static_cast<std::size_t>(in.tellg()) > most_library) return {};
  std::string bytes(static_cast<std::size_t>(in.tellg()), '\0');
  in.seekg(0);
  if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return {};
  constexpr std::string_view prefix("\0GLIBCXX_", 9);
  std::string newest;
  for (auto at = bytes.find(prefix); at != bytes.npos; at = bytes.find(prefix, at + prefix.size())) {
    const std::string version = bytes.c_str() + at + prefix.size();
    if (is_library_version(version) && (newest.empty() || is_older(newest, version))) newest = version;
  }
  return newest;
}

Error too_new(const char* where, const char* name, std::string_view needed, const std::string& here) {
  return fail(Errc::unsupported, std::string("is built for ") + name + " " + std::string(needed) + ", this machine has " +
                                     (here.empty() ? "none" : here) + ": build the plugin on an older system, or upgrade this one", where);
}

}  // namespace

bool is_library_version(std::string_view text) noexcept {
  if (text.empty() || text.size() > 32 || text.front() == '.' || text.back() == '.' || text.find("..") != text.npos) return false;
  return text.find_first_not_of("0123456789.") == text.npos;
}

bool is_older(std::string_view a, std::string_view b) noexcept {
  const auto take = [](std::string_view& text) {
    unsigned number = 0;
    const auto end = std::min(text.find('.'), text.size());
    std::from_chars(text.data(), text.data() + end, number);
    text.remove_prefix(std::min(end + 1, text.size()));
    return number;
  };
  while (!a.empty() || !b.empty())
    if (const auto left = take(a), right = take(b); left != right) return left < right;
  return false;
}

std::string host_glibc() { return gnu_get_libc_version(); }

std::string host_glibcxx() {
  static const std::string newest = newest_version_in(find_libstdcxx());
  return newest;
}

Result<> check_host_libraries(std::string_view glibc_max, std::string_view glibcxx_max) {
  if (!glibc_max.empty() && is_older(host_glibc(), glibc_max)) return too_new("glibc_max", "glibc", glibc_max, host_glibc());
  if (!glibcxx_max.empty() && is_older(host_glibcxx(), glibcxx_max)) return too_new("glibcxx_max", "libstdc++ GLIBCXX", glibcxx_max, host_glibcxx());
  return {};
}

}  // namespace hotdesk::plugins
