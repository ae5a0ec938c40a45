#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hotdesk::plugins {

/// One entry of a library's dynamic symbol table.
struct ElfSymbol {
  std::string_view name;
  bool defined = false;
  bool function = false;
  bool unique = false;  ///< STB_GNU_UNIQUE
  bool weak = false;
  bool exported = false;  ///< defined, global or weak, visible
};

/// What the dynamic loader will act on, read from the program headers (section headers can lie or be missing).
/// The views live as long as the bytes.
struct ElfFile {
  std::vector<std::string_view> needed;
  std::vector<ElfSymbol> symbols;
  std::uint64_t flags = 0;    ///< DT_FLAGS
  std::uint64_t flags_1 = 0;  ///< DT_FLAGS_1
  bool text_relocations = false;
  bool search_path = false;       ///< DT_RPATH or DT_RUNPATH
  bool auditors = false;          ///< DT_AUDIT, DT_DEPAUDIT, DT_FILTER or DT_AUXILIARY
  bool executable_stack = false;  ///< also when PT_GNU_STACK is missing: that means an executable stack
  bool writable_code = false;     ///< a segment both writable and executable
};

/// Every offset and count is checked against the bytes: a file made to confuse gets Errc::invalid, never a crash.
/// 64-bit little-endian shared objects of this machine only.
Result<ElfFile> read_elf(std::string_view bytes);

}  // namespace hotdesk::plugins
