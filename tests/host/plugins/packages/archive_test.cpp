#include "plugins/packages/archive.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace hotdesk::plugins {
namespace {

Entries sound() {
  return {{"manifest.json", "{}"}, {"lib/linux-x86_64/plugin.so", std::string(100'000, 'x') + "end"}, {"LICENSE", "MIT"}, {"empty", ""}};
}

/// A tar in a gzip that nobody should be able to make us unpack.
std::string hostile(const std::function<void(archive*)>& fill) {
  std::string out;
  archive* to = archive_write_new();
  archive_write_set_format_pax_restricted(to);
  archive_write_add_filter_gzip(to);
  archive_write_open(
      to, &out, nullptr,
      [](archive*, void* text, const void* bytes, std::size_t size) {
        static_cast<std::string*>(text)->append(static_cast<const char*>(bytes), size);
        return static_cast<la_ssize_t>(size);
      },
      nullptr);
  fill(to);
  archive_write_close(to);
  archive_write_free(to);
  return out;
}

void add(archive* to, const std::string& path, const std::string& bytes, const std::function<void(archive_entry*)>& change = {}) {
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, path.c_str());
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0644);
  archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
  if (change) change(entry);
  archive_write_header(to, entry);
  archive_write_data(to, bytes.data(), bytes.size());
  archive_entry_free(entry);
}

TEST(Archive, RoundTrip) {
  const auto packed = write_archive(sound());
  ASSERT_TRUE(packed);
  const auto back = read_archive(*packed);
  ASSERT_TRUE(back) << back.error().text;
  EXPECT_EQ(*back, sound());
}

TEST(Archive, SameFilesSameBytes) {
  const auto first = write_archive(sound()).value();
  EXPECT_EQ(first, write_archive(sound()).value());
  EXPECT_EQ(first, write_archive(read_archive(first).value()).value());
  auto other = sound();
  other["LICENSE"] = "MIT.";
  EXPECT_NE(first, write_archive(other).value());
}

TEST(Archive, LongNamesSurvive) {
  const Entries entries{{std::string(120, 'a') + "/" + std::string(130, 'b'), "1"}};
  EXPECT_EQ(read_archive(write_archive(entries).value()).value(), entries);
}

struct Hostile {
  const char* name;
  std::function<void(archive*)> fill;
  const char* words;
};
class HostileArchive : public ::testing::TestWithParam<Hostile> {};

TEST_P(HostileArchive, IsRefused) {
  const auto read = read_archive(hostile(GetParam().fill));
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().text.find(GetParam().words), std::string::npos) << read.error().text;
}

Hostile path(const char* name, const std::string& at) {
  return {name, [at](archive* to) { add(to, at, "x"); }, "not relative printable ASCII"};
}
Hostile kind(const char* name, const std::function<void(archive_entry*)>& change) {
  return {name, [change](archive* to) { add(to, "a", "", change); }, "link, folder or device"};
}

INSTANTIATE_TEST_SUITE_P(
    Table, HostileArchive,
    ::testing::Values(path("absolute", "/etc/passwd"), path("parent", "../x"), path("parent_inside", "lib/../../x"), path("dot", "./x"),
                      path("backslash", "lib\\x"), path("control", "a\nb"), path("empty_part", "a//b"), path("long", std::string(256, 'x')),
                      Hostile{"folder",  // its name ends with a slash
                              [](archive* to) { add(to, "a", "", [](archive_entry* e) { archive_entry_set_filetype(e, AE_IFDIR); }); },
                              "not relative printable ASCII"},
                      kind("fifo", [](archive_entry* e) { archive_entry_set_filetype(e, AE_IFIFO); }),
                      kind("device", [](archive_entry* e) { archive_entry_set_filetype(e, AE_IFCHR); }),
                      kind("hard_link", [](archive_entry* e) { archive_entry_set_hardlink(e, "/etc/passwd"); }),
                      Hostile{"symbolic_link",
                              [](archive* to) {
                                add(to, "a", "", [](archive_entry* e) {
                                  archive_entry_set_filetype(e, AE_IFLNK);
                                  archive_entry_set_symlink(e, "/etc/passwd");
                                });
                              },
                              "link, folder or device"},
                      Hostile{"twice", [](archive* to) { add(to, "a", "1"), add(to, "a", "2"); }, "twice"},
                      Hostile{"many", [](archive* to) { for (int i = 0; i < 257; ++i) add(to, "f" + std::to_string(i), ""); }, "256 files"},
                      Hostile{"bomb", [](archive* to) { for (int i = 0; i < 9; ++i) add(to, "f" + std::to_string(i), std::string(8 << 20, '\0')); }, "64 MiB"},
                      Hostile{"sparse",
                              [](archive* to) {
                                add(to, "a", std::string(4096, 'x'), [](archive_entry* e) {
                                  archive_entry_set_size(e, 1 << 20);
                                  archive_entry_sparse_add_entry(e, 0, 4096);
                                });
                              },
                              "sparse"},
                      Hostile{"empty", [](archive*) {}, ""}),
    [](const auto& i) { return std::string(i.param.name); });

TEST(Archive, PackedLimit) {
  EXPECT_EQ(read_archive(std::string(33 << 20, 'x')).error().code, Errc::too_big);
  EXPECT_FALSE(read_archive(""));
  EXPECT_FALSE(read_archive("PK\x03\x04 something else"));
}

TEST(Archive, WhatCannotBeReadIsNotWritten) {
  EXPECT_EQ(write_archive({{"../x", "1"}}).error().where, "../x");
  EXPECT_EQ(write_archive({{"a", std::string(65 << 20, 'x')}}).error().code, Errc::too_big);
}

/// Whatever is made of a package, reading it ends, and gives files within the limits or an error.
TEST(Archive, TruncatedAndChangedBytesAreHarmless) {
  std::mt19937 random(20'261'124);
  auto entries = sound();
  for (char& c : entries["lib/linux-x86_64/plugin.so"]) c = static_cast<char>(random());
  const auto packed = write_archive(entries).value();
  for (std::size_t size = 0; size < packed.size() - 1024; size += 1 + random() % 2'000)
    EXPECT_FALSE(read_archive(packed.substr(0, size))) << size;
  std::size_t unharmed = 0;
  for (int round = 0; round < 3'000; ++round) {
    std::string changed = packed;
    for (unsigned i = 0; i <= random() % 4; ++i) changed[random() % (round % 2 ? changed.size() : 64)] = static_cast<char>(random());
    const auto read = read_archive(changed);
    if (!read) continue;
    std::size_t bytes = 0;
    for (const auto& [name, content] : *read) {
      EXPECT_TRUE(is_package_path(name));
      bytes += content.size();
    }
    EXPECT_LE(bytes, ArchiveLimits{}.unpacked);
    ++unharmed;
  }
  EXPECT_LT(unharmed, 3'000U);
}

/// The same with the tar itself, where the compression's check sum does not help.
TEST(Archive, ChangedHeadersAreHarmless) {
  std::mt19937 random(7);
  std::string plain;
  {
    archive* to = archive_write_new();
    archive_write_set_format_pax(to);
    archive_write_set_bytes_per_block(to, 512);
    archive_write_open(
        to, &plain, nullptr,
        [](archive*, void* text, const void* bytes, std::size_t size) {
          static_cast<std::string*>(text)->append(static_cast<const char*>(bytes), size);
          return static_cast<la_ssize_t>(size);
        },
        nullptr);
    for (const auto& [name, content] : Entries{{"manifest.json", "{}"}, {std::string(150, 'n'), "x"}, {"lib/p.so", std::string(600, 'x')}}) add(to, name, content);
    archive_write_close(to);
    archive_write_free(to);
  }
  ASSERT_TRUE(read_archive(plain));
  for (int round = 0; round < 20'000; ++round) {
    std::string changed = plain;
    for (unsigned i = 0; i <= random() % 3; ++i) changed[random() % changed.size()] = static_cast<char>(random());
    // A header with its check sum put right reaches further in.
    for (std::size_t block = 0; block + 512 <= changed.size(); block += 512) {
      if (changed.compare(block + 257, 5, "ustar") != 0) continue;
      unsigned sum = 0;
      for (std::size_t i = 0; i < 512; ++i) sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(changed[block + i]);
      char digits[8];
      std::snprintf(digits, sizeof digits, "%06o", sum);
      changed.replace(block + 148, 7, digits, 7);
    }
    const auto read = read_archive(changed);
    if (!read) continue;
    for (const auto& [name, content] : *read) ASSERT_TRUE(is_package_path(name) && content.size() <= ArchiveLimits{}.unpacked);
  }
}

}  // namespace
}  // namespace hotdesk::plugins
