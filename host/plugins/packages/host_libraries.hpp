#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hotdesk::plugins {

/// Whether a text is a version of digits and dots, like 2.34 or 3.4.30.
bool is_library_version(std::string_view text) noexcept;
/// By value of the numbers; both are versions. Absent numbers count as 0.
bool is_older(std::string_view a, std::string_view b) noexcept;

/// This machine's glibc, like "2.36".
std::string host_glibc();
/// The newest GLIBCXX_… version of the libstdc++ in this process, like "3.4.30"; empty when there is none. Reads the
/// library once. Thread: any.
std::string host_glibcxx();

/// Whether a library that needs symbols up to these versions can be loaded here (empty: it does not say). The error's
/// `where` is glibc_max or glibcxx_max; the text says built for what, what is here, and what to do.
Result<> check_host_libraries(std::string_view glibc_max, std::string_view glibcxx_max);

}  // namespace hotdesk::plugins
