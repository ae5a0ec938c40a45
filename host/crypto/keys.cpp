#include "crypto/keys.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "crypto/mac.hpp"

namespace hotdesk::crypto {
namespace {
constexpr std::size_t longest_key_text = 4096;

std::string trim(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

struct Descriptor {
  int value;
  explicit Descriptor(int opened) : value(opened) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value >= 0) ::close(value);
  }
};

Result<std::string> read_key_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.value < 0)
    return fail(Errc::not_found, "cannot read the master key file " + path.string() + ": " + std::strerror(errno) +
                                     "; run `hotdesk init` once, or set HOTDESK_MASTER_KEY");
  struct stat info {};
  if (::fstat(file.value, &info) != 0 || !S_ISREG(info.st_mode))
    return fail(Errc::invalid, "the master key file " + path.string() + " is not a regular file");
  if ((info.st_mode & 077) != 0)
    return fail(Errc::forbidden, "the master key file " + path.string() + " is open to others; run `chmod 400` on it");
  std::array<char, longest_key_text> buffer{};
  const ssize_t size = ::read(file.value, buffer.data(), buffer.size());
  if (size < 0) return fail(Errc::storage, "cannot read the master key file " + path.string() + ": " + std::strerror(errno));
  return trim(std::string(buffer.data(), static_cast<std::size_t>(size)));
}

Result<std::string> ask_command(const std::string& command) {
  std::FILE* const pipe = ::popen(command.c_str(), "re");
  if (pipe == nullptr) return fail(Errc::internal, "cannot start the master key command");
  std::array<char, longest_key_text> buffer{};
  const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe);
  if (::pclose(pipe) != 0) return fail(Errc::invalid, "the master key command failed; run it by hand to see why");
  return trim(std::string(buffer.data(), size));
}
}  // namespace

std::string hkdf_sha256(std::string_view secret, std::string_view salt, std::string_view info, std::size_t length) {
  assert(length <= 255 * 32);
  const std::string zeros(32, '\0');
  const std::string extracted = hmac_sha256(salt.empty() ? std::string_view(zeros) : salt, secret);
  std::string out;
  std::string block;
  for (unsigned char n = 1; out.size() < length; ++n) {
    block.append(info).push_back(static_cast<char>(n));
    block = hmac_sha256(extracted, block);
    out += block;
  }
  out.resize(length);
  return out;
}

std::string derive_key(std::string_view master, Label label, std::string_view context) {
  // No label holds a zero byte, so (label, context) has one reading.
  std::string info(to_string(label));
  info.push_back('\0');
  info.append(context);
  return hkdf_sha256(master, "hotdesk/1", info, 32);
}

Result<std::string> parse_master_key(std::string_view text) {
  auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != 32) return fail(Errc::invalid, "a master key is 43 characters of base64url (32 bytes)");
  return std::move(*bytes);
}

Result<std::string> load_master_key(const MasterKeySource& source) {
  const auto named = [](Result<std::string> key, const std::string& where) -> Result<std::string> {
    if (key) return key;
    return fail(key.error().code, key.error().text, where);
  };
  if (!source.file.empty()) {
    auto text = read_key_file(source.file);
    if (!text) return text;
    return named(parse_master_key(*text), source.file.string());
  }
  const char* const variable = source.environment.empty() ? nullptr : std::getenv(source.environment.c_str());
  if (variable != nullptr) return named(parse_master_key(trim(variable)), source.environment);
  if (!source.command.empty()) {
    auto text = ask_command(source.command);
    if (!text) return text;
    return named(parse_master_key(*text), "the master key command");
  }
  return fail(Errc::not_found, "no master key: name a file or a command, or set " + source.environment);
}

Result<> make_master_key_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400));
  if (file.value < 0) {
    if (errno == EEXIST) return fail(Errc::conflict, path.string() + " exists; a master key is never replaced");
    return fail(Errc::storage, "cannot make the master key file " + path.string() + ": " + std::strerror(errno));
  }
  const std::string text = to_base64url(random_string(32)) + "\n";
  if (::write(file.value, text.data(), text.size()) != static_cast<ssize_t>(text.size()) || ::fsync(file.value) != 0)
    return fail(Errc::storage, "cannot write the master key file " + path.string() + ": " + std::strerror(errno));
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const Descriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.value < 0 || ::fsync(folder.value) != 0)
    return fail(Errc::storage, "cannot make " + path.string() + " durable: " + std::strerror(errno));
  return {};
}

}  // namespace hotdesk::crypto
