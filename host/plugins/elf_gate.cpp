#include "plugins/elf_gate.hpp"

#include <elf.h>

#include <array>
#include <atomic>
#include <string>

#include "plugins/elf_file.hpp"
#include "plugins/unload/hooks.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::string_view the_export = "hotdesk_plugin_query";

bool is_allowed_library(std::string_view name) {
  for (const std::string_view allowed : {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2",
                                         "ld-linux-aarch64.so.1"})
    if (name == allowed) return true;
#ifdef HOTDESK_SANITIZED
  for (const std::string_view runtime : {"libasan.so.", "libubsan.so.", "libtsan.so."})
    if (name.starts_with(runtime)) return true;
#endif
  return false;
}

std::atomic<bool> threads_pass{false};

enum class Ban { always, without_hooks, without_threads };
struct Import {
  std::string_view prefix;
  bool whole;
  std::string_view why;
  Ban ban = Ban::always;
};

// Without the unload hooks the first four would leave pointers into the library behind after it is gone.
constexpr std::array imports{
    Import{"__cxa_thread_atexit", false, "has thread_local objects with destructors, which outlive the library; use members or statics instead", Ban::without_hooks},
    Import{"pthread_key_create", true, "makes thread-specific keys, whose destructors outlive the library", Ban::without_hooks},
    Import{"__pthread_key_create", true, "makes thread-specific keys, whose destructors outlive the library"},
    Import{"tss_create", true, "makes thread-specific keys, whose destructors outlive the library", Ban::without_hooks},
    Import{"pthread_create", true, "starts threads; plugins do not, use hotdesk.timer/1", Ban::without_threads},
    Import{"thrd_create", true, "starts threads; plugins do not, use hotdesk.timer/1"},
    Import{"_ZNSt6thread15_M_start_thread", false, "starts threads; plugins do not, use hotdesk.timer/1", Ban::without_threads},
    Import{"dlopen", true, "loads libraries of its own; link them statically with --exclude-libs,ALL"},
    Import{"dlmopen", true, "loads libraries of its own; link them statically with --exclude-libs,ALL"},
};

Error refuse(std::string text) { return fail(Errc::unsupported, std::move(text)); }

bool lets_pass(const Import& import, GateRules rules) {
  return (import.ban == Ban::without_hooks && rules.thread_locals) || (import.ban == Ban::without_threads && rules.threads);
}

Result<> check_symbols(const ElfFile& elf, GateRules rules) {
  for (const auto& symbol : elf.symbols)
    if (symbol.unique)
      return refuse("has the unique symbol " + std::string(symbol.name) +
                    ", which ties versions together and keeps the first one mapped for ever; build with -fno-gnu-unique "
                    "and -fvisibility=hidden");
  bool found = false;
  for (const auto& symbol : elf.symbols) {
    const std::string name(symbol.name);
    if (symbol.exported && symbol.name == the_export) {
      found = symbol.function;
      continue;
    }
    if (symbol.exported)
      return refuse("exports " + name + "; a plugin exports hotdesk_plugin_query alone (hotdesk_add_plugin() sees to it)");
    if (symbol.defined) continue;
    for (const auto& import : imports)
      if (!lets_pass(import, rules) && (import.whole ? symbol.name == import.prefix : symbol.name.starts_with(import.prefix)))
        return refuse(std::string(import.why) + " (it imports " + name + ")");
  }
  if (!found) return refuse("does not export the function hotdesk_plugin_query");
  return {};
}

}  // namespace

GateRules usual_rules() noexcept { return {.thread_locals = unload::hooks_active(), .threads = threads_pass}; }
void let_threads_pass(bool pass) noexcept { threads_pass = pass; }

Result<> check_library(std::string_view bytes, GateRules rules) {
  const auto elf = read_elf(bytes);
  if (!elf) return elf.error();
  if ((elf->flags_1 & DF_1_NODELETE) != 0) return refuse("is marked NODELETE and could never be unloaded; link without -z nodelete");
  if ((elf->flags & DF_STATIC_TLS) != 0)
    return refuse("needs static thread-local storage, of which a process has only a little; build without -ftls-model=initial-exec");
  for (const auto name : elf->needed)
    if (!is_allowed_library(name))
      return refuse("needs the library " + std::string(name) + "; link it statically with --exclude-libs,ALL");
  if (elf->search_path) return refuse("has an RPATH or RUNPATH, by which other libraries could be found than were checked");
  if (elf->auditors) return refuse("names filter or audit libraries");
  if (elf->text_relocations || (elf->flags & DF_TEXTREL) != 0) return refuse("has relocations in its code; build with -fPIC");
  if (elf->writable_code) return refuse("has a segment that is both writable and executable");
  if (elf->executable_stack) return refuse("asks for an executable stack; link with -z noexecstack");
  return check_symbols(*elf, rules);
}

}  // namespace hotdesk::plugins
