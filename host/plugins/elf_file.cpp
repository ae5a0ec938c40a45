#include "plugins/elf_file.hpp"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace hotdesk::plugins {
namespace {

#if defined(__x86_64__)
constexpr std::uint16_t this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t this_machine = EM_AARCH64;
#else
#error "plugins: no ELF machine for this platform"
#endif

constexpr std::uint64_t most_symbols = 1'000'000;

class Image {
 public:
  explicit Image(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  std::optional<T> at(std::uint64_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }
  /// File offset of an address, by the loadable segments.
  std::optional<std::uint64_t> offset_of(std::uint64_t address) const {
    for (const auto& segment : loads_)
      if (address >= segment.p_vaddr && address - segment.p_vaddr < segment.p_filesz)
        return segment.p_offset + (address - segment.p_vaddr);
    return std::nullopt;
  }
  template <class T>
  std::optional<T> at_address(std::uint64_t address) const {
    const auto offset = offset_of(address);
    return offset ? at<T>(*offset) : std::nullopt;
  }
  std::optional<std::string_view> text_at(std::uint64_t address, std::uint64_t table, std::uint64_t table_size) const {
    if (address >= table_size) return std::nullopt;
    const auto offset = offset_of(table + address);
    if (!offset || *offset >= bytes_.size()) return std::nullopt;
    const auto rest = bytes_.substr(*offset, table_size - address);
    const auto end = rest.find('\0');
    return end == rest.npos ? std::nullopt : std::optional(rest.substr(0, end));
  }
  void add_load(const Elf64_Phdr& segment) { loads_.push_back(segment); }

 private:
  std::string_view bytes_;
  std::vector<Elf64_Phdr> loads_;
};

struct Dynamic {
  std::uint64_t symbols = 0, strings = 0, strings_size = 0, hash = 0, gnu_hash = 0;
  std::vector<std::uint64_t> needed;
};

Error broken(const char* what) { return fail(Errc::invalid, std::string("is a damaged ELF file: ") + what); }

/// DT_HASH states the number of symbols; with DT_GNU_HASH alone it is the end of the last chain.
std::optional<std::uint64_t> count_symbols(const Image& image, const Dynamic& dynamic) {
  if (dynamic.hash != 0) {
    const auto count = image.at_address<std::uint32_t>(dynamic.hash + 4);
    return count ? std::optional<std::uint64_t>(*count) : std::nullopt;
  }
  if (dynamic.gnu_hash == 0) return std::nullopt;
  const auto buckets = image.at_address<std::uint32_t>(dynamic.gnu_hash);
  const auto first = image.at_address<std::uint32_t>(dynamic.gnu_hash + 4);
  const auto bloom = image.at_address<std::uint32_t>(dynamic.gnu_hash + 8);
  if (!buckets || !first || !bloom || *buckets > most_symbols || *bloom > most_symbols) return std::nullopt;
  const std::uint64_t bucket_at = dynamic.gnu_hash + 16 + std::uint64_t{*bloom} * 8;
  std::uint64_t last = 0;
  for (std::uint64_t i = 0; i < *buckets; ++i) {
    const auto bucket = image.at_address<std::uint32_t>(bucket_at + i * 4);
    if (!bucket) return std::nullopt;
    last = std::max<std::uint64_t>(last, *bucket);
  }
  if (last < *first) return *first;  // nothing is hashed, so nothing is exported
  const std::uint64_t chain_at = bucket_at + std::uint64_t{*buckets} * 4;
  for (; last < most_symbols; ++last) {
    const auto link = image.at_address<std::uint32_t>(chain_at + (last - *first) * 4);
    if (!link) return std::nullopt;
    if ((*link & 1) != 0) return last + 1;
  }
  return std::nullopt;
}

Result<> read_symbols(const Image& image, const Dynamic& dynamic, ElfFile& out) {
  const auto count = count_symbols(image, dynamic);
  if (!count || *count > most_symbols) return broken("its symbol hash table");
  for (std::uint64_t i = 1; i < *count; ++i) {
    const auto symbol = image.at_address<Elf64_Sym>(dynamic.symbols + i * sizeof(Elf64_Sym));
    if (!symbol) return broken("its symbol table");
    const auto name = image.text_at(symbol->st_name, dynamic.strings, dynamic.strings_size);
    if (!name) return broken("a symbol's name");
    const auto binding = ELF64_ST_BIND(symbol->st_info);
    const auto visibility = ELF64_ST_VISIBILITY(symbol->st_other);
    ElfSymbol found;
    found.name = *name;
    found.defined = symbol->st_shndx != SHN_UNDEF;
    found.function = ELF64_ST_TYPE(symbol->st_info) == STT_FUNC;
    found.unique = binding == STB_GNU_UNIQUE;
    found.weak = binding == STB_WEAK;
    found.exported = found.defined && binding != STB_LOCAL && (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
    out.symbols.push_back(found);
  }
  return {};
}

Result<Dynamic> read_dynamic(const Image& image, const Elf64_Phdr& segment, ElfFile& out) {
  Dynamic dynamic;
  for (std::uint64_t i = 0;; ++i) {
    if ((i + 1) * sizeof(Elf64_Dyn) > segment.p_filesz) return broken("its dynamic section has no end");
    const auto entry = image.at<Elf64_Dyn>(segment.p_offset + i * sizeof(Elf64_Dyn));
    if (!entry) return broken("its dynamic section");
    const std::uint64_t value = entry->d_un.d_val;
    switch (entry->d_tag) {
      case DT_NULL: return dynamic;
      case DT_NEEDED: dynamic.needed.push_back(value); break;
      case DT_SYMTAB: dynamic.symbols = value; break;
      case DT_STRTAB: dynamic.strings = value; break;
      case DT_STRSZ: dynamic.strings_size = value; break;
      case DT_HASH: dynamic.hash = value; break;
      case DT_GNU_HASH: dynamic.gnu_hash = value; break;
      case DT_FLAGS: out.flags = value; break;
      case DT_FLAGS_1: out.flags_1 = value; break;
      case DT_TEXTREL: out.text_relocations = true; break;
      case DT_RPATH:
      case DT_RUNPATH: out.search_path = true; break;
      case DT_AUDIT:
      case DT_DEPAUDIT:
      case DT_FILTER:
      case DT_AUXILIARY: out.auditors = true; break;
      default: break;
    }
  }
}

}  // namespace

Result<ElfFile> read_elf(std::string_view bytes) {
  Image image(bytes);
  const auto header = image.at<Elf64_Ehdr>(0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return fail(Errc::invalid, "is not an ELF file");
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB || header->e_machine != this_machine)
    return fail(Errc::unsupported, "is built for another machine");
  if (header->e_type != ET_DYN) return fail(Errc::invalid, "is not a shared library");
  if (header->e_phentsize != sizeof(Elf64_Phdr)) return broken("its program headers");

  ElfFile out;
  out.executable_stack = true;
  std::optional<Elf64_Phdr> dynamic_segment;
  for (std::uint64_t i = 0; i < header->e_phnum; ++i) {
    const auto segment = image.at<Elf64_Phdr>(header->e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment) return broken("its program headers");
    const bool both = (segment->p_flags & PF_W) != 0 && (segment->p_flags & PF_X) != 0;
    if (segment->p_type == PT_LOAD) {
      image.add_load(*segment);
      out.writable_code |= both;
    }
    if (segment->p_type == PT_DYNAMIC) dynamic_segment = *segment;
    if (segment->p_type == PT_INTERP) return fail(Errc::invalid, "is a program, not a library");
    if (segment->p_type == PT_GNU_STACK) out.executable_stack = (segment->p_flags & PF_X) != 0;
  }
  if (!dynamic_segment) return fail(Errc::invalid, "is not a shared library");
  const auto dynamic = read_dynamic(image, *dynamic_segment, out);
  if (!dynamic) return dynamic.error();
  for (const auto name : dynamic->needed) {
    const auto text = image.text_at(name, dynamic->strings, dynamic->strings_size);
    if (!text) return broken("the name of a needed library");
    out.needed.push_back(*text);
  }
  if (const auto symbols = read_symbols(image, *dynamic, out); !symbols) return symbols.error();
  return out;
}

}  // namespace hotdesk::plugins
