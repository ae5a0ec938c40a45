#include "plugins/packages/archive.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace hotdesk::plugins {
namespace {

struct FreeReader {
  void operator()(archive* one) const noexcept { archive_read_free(one); }
};
struct FreeWriter {
  void operator()(archive* one) const noexcept { archive_write_free(one); }
};
struct FreeEntry {
  void operator()(archive_entry* one) const noexcept { archive_entry_free(one); }
};

Error too_big(const std::string& what, std::size_t bytes) {
  return fail(Errc::too_big, what + " more than " + std::to_string(bytes >> 20) + " MiB");
}

Error broken(archive* from) {
  const char* words = archive_error_string(from);
  return fail(Errc::invalid, std::string("is no whole .hdplugin archive: ") + (words != nullptr ? words : "unreadable"));
}

la_ssize_t append(archive*, void* out, const void* bytes, std::size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

Result<> put(archive* to, const std::string& path, const std::string& bytes) {
  const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), path.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
  archive_entry_set_mtime(entry.get(), 0, 0);
  archive_entry_set_uid(entry.get(), 0);
  archive_entry_set_gid(entry.get(), 0);
  if (archive_write_header(to, entry.get()) != ARCHIVE_OK ||
      archive_write_data(to, bytes.data(), bytes.size()) != static_cast<la_ssize_t>(bytes.size()))
    return fail(Errc::internal, std::string("cannot be packed: ") + archive_error_string(to), path);
  return {};
}

/// Reads one file, whose bytes count against `left`.
Result<std::string> take(archive* from, archive_entry* entry, const std::string& path, std::size_t left, std::size_t most) {
  if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr || archive_entry_symlink(entry) != nullptr)
    return fail(Errc::invalid, "is a link, folder or device; a package holds regular files alone", path);
  if (archive_entry_sparse_count(entry) != 0) return fail(Errc::invalid, "is a sparse file", path);
  if (archive_entry_size_is_set(entry) == 0 || archive_entry_size(entry) < 0) return fail(Errc::invalid, "has no size", path);
  const auto size = static_cast<std::uint64_t>(archive_entry_size(entry));
  if (size > left) return too_big("unpacks to", most);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  for (std::size_t done = 0; done < bytes.size();) {
    const auto got = archive_read_data(from, bytes.data() + done, bytes.size() - done);
    if (got <= 0) return broken(from);
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace

bool is_package_path(std::string_view path) noexcept {
  if (path.empty() || path.size() > 255) return false;
  for (const char c : path)
    if (c < 0x20 || c > 0x7e || c == '\\') return false;
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    const auto part = path.substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = end + 1;
  }
  return true;
}

Result<std::string> write_archive(const Entries& entries, const ArchiveLimits& limits) {
  if (entries.size() > limits.files) return fail(Errc::too_big, "holds more than " + std::to_string(limits.files) + " files");
  std::vector<const Entries::value_type*> order;
  for (const char* first : {"manifest.json", "manifest.sig"})
    if (const auto found = entries.find(first); found != entries.end()) order.push_back(&*found);
  std::size_t unpacked = 0;
  for (const auto& entry : entries) {
    if (!is_package_path(entry.first)) return fail(Errc::invalid, "must be a relative path of printable ASCII without . or ..", entry.first);
    unpacked += entry.second.size();
    if (entry.first != "manifest.json" && entry.first != "manifest.sig") order.push_back(&entry);
  }
  if (unpacked > limits.unpacked) return too_big("unpacks to", limits.unpacked);

  std::string out;
  const std::unique_ptr<archive, FreeWriter> to(archive_write_new());
  if (archive_write_set_format_pax_restricted(to.get()) != ARCHIVE_OK || archive_write_add_filter_gzip(to.get()) != ARCHIVE_OK ||
      archive_write_set_options(to.get(), "gzip:compression-level=9,gzip:!timestamp") != ARCHIVE_OK ||
      archive_write_set_bytes_in_last_block(to.get(), 1) != ARCHIVE_OK ||  // no zeros behind the gzip, as tapes want them
      archive_write_open(to.get(), &out, nullptr, append, nullptr) != ARCHIVE_OK)
    return fail(Errc::internal, std::string("cannot be packed: ") + archive_error_string(to.get()));
  for (const auto* entry : order)
    if (const auto done = put(to.get(), entry->first, entry->second); !done) return done.error();
  if (archive_write_close(to.get()) != ARCHIVE_OK) return fail(Errc::internal, std::string("cannot be packed: ") + archive_error_string(to.get()));
  if (out.size() > limits.packed) return too_big("has packed", limits.packed);
  return out;
}

Result<Entries> read_archive(std::string_view bytes, const ArchiveLimits& limits) {
  if (bytes.size() > limits.packed) return too_big("has", limits.packed);
  const std::unique_ptr<archive, FreeReader> from(archive_read_new());
  archive_read_support_filter_gzip(from.get());
  archive_read_support_format_tar(from.get());
  if (archive_read_open_memory(from.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) return broken(from.get());
  Entries entries;
  std::size_t left = limits.unpacked;
  for (;;) {
    archive_entry* entry = nullptr;
    const int got = archive_read_next_header(from.get(), &entry);
    if (got == ARCHIVE_EOF) break;
    if (got != ARCHIVE_OK) return broken(from.get());
    const char* const name = archive_entry_pathname(entry);
    const std::string path = name != nullptr ? name : "";
    if (!is_package_path(path)) return fail(Errc::invalid, "holds a path that is not relative printable ASCII without . and ..");
    if (entries.size() == limits.files) return fail(Errc::too_big, "holds more than " + std::to_string(limits.files) + " files");
    if (entries.contains(path)) return fail(Errc::invalid, "is there twice", path);
    auto content = take(from.get(), entry, path, left, limits.unpacked);
    if (!content) return content.error();
    left -= content->size();
    entries.emplace(path, std::move(*content));
  }
  if (entries.empty()) return fail(Errc::invalid, "holds no files");
  return entries;
}

}  // namespace hotdesk::plugins
