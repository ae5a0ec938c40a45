#include "net/static_files.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/bytes.hpp"
#include "net/digest.hpp"
#include "net/http_text.hpp"

namespace fs = std::filesystem;

namespace hotdesk::net {

struct StaticFiles::File {
  struct Body {
    std::shared_ptr<const std::string> bytes;
    std::string etag;  ///< strong, of this encoding
  };
  Body plain;
  Body gzip;    ///< no bytes: not worth it
  Body brotli;  ///< only when the folder has it
  std::string_view mime;
  bool document = false;
  bool immutable = false;
};

namespace {

struct Mime {
  std::string_view extension;
  std::string_view type;
  bool compressible = true;
};
constexpr std::array mimes{
    Mime{".html", "text/html; charset=utf-8"}, Mime{".js", "text/javascript; charset=utf-8"},
    Mime{".mjs", "text/javascript; charset=utf-8"}, Mime{".css", "text/css; charset=utf-8"},
    Mime{".json", "application/json"}, Mime{".map", "application/json"}, Mime{".yaml", "application/yaml"},
    Mime{".svg", "image/svg+xml"}, Mime{".txt", "text/plain; charset=utf-8"}, Mime{".xml", "application/xml"},
    Mime{".webmanifest", "application/manifest+json"}, Mime{".wasm", "application/wasm"}, Mime{".ico", "image/x-icon"},
    Mime{".png", "image/png", false}, Mime{".jpg", "image/jpeg", false}, Mime{".jpeg", "image/jpeg", false},
    Mime{".gif", "image/gif", false}, Mime{".webp", "image/webp", false}, Mime{".avif", "image/avif", false},
    Mime{".woff2", "font/woff2", false}, Mime{".woff", "font/woff", false}, Mime{".mp3", "audio/mpeg", false},
    Mime{".ogg", "audio/ogg", false},
};

const Mime& mime_of(std::string_view path) {
  static constexpr Mime unknown{"", "application/octet-stream", false};
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return unknown;
  const auto found = std::find_if(mimes.begin(), mimes.end(), [&](const Mime& m) { return m.extension == path.substr(dot); });
  return found == mimes.end() ? unknown : *found;
}

/// `name-0a1b2c3d.js`: bundlers write eight or more characters of a content hash before the extension.
bool bears_hash(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.ends_with(".map")) name.remove_suffix(4);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot < 9) return false;
  const std::string_view hash = name.substr(dot - 8, 8);
  const char before = name[dot - 9];
  const bool digits = std::any_of(hash.begin(), hash.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
  const bool clean = std::all_of(hash.begin(), hash.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  });
  return (before == '-' || before == '.') && digits && clean;
}

std::string gzip(const std::string& bytes) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, 9, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib reads only
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return result == Z_STREAM_END ? out : std::string();
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

template <class Body>
void set_body(Body& body, std::string bytes) {
  body.etag = '"' + digest_text(bytes) + '"';
  body.bytes = std::make_shared<const std::string>(std::move(bytes));
}

/// `Accept-Encoding` names it without q=0.
bool accepts(std::string_view header, std::string_view coding) {
  while (!header.empty()) {
    const std::size_t comma = header.find(',');
    std::string_view item = header.substr(0, comma);
    header.remove_prefix(comma == std::string_view::npos ? header.size() : comma + 1);
    const std::size_t semicolon = item.find(';');
    if (!has_token(item.substr(0, semicolon), coding)) continue;
    if (semicolon == std::string_view::npos) return true;
    const std::string_view weight = item.substr(semicolon);
    return weight.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

bool matches(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const std::size_t comma = if_none_match.find(',');
    std::string_view item = if_none_match.substr(0, comma);
    if_none_match.remove_prefix(comma == std::string_view::npos ? if_none_match.size() : comma + 1);
    while (!item.empty() && item.front() == ' ') item.remove_prefix(1);
    while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
    if (item.starts_with("W/")) item.remove_prefix(2);  // weak comparison, RFC 9110 §13.1.2
    if (item == etag || item == "*") return true;
  }
  return false;
}

}  // namespace

StaticFiles::StaticFiles(StaticOptions options) : options_(std::move(options)) {}

Result<std::shared_ptr<const StaticFiles>> StaticFiles::load(StaticOptions options) {
  std::error_code failure;
  const fs::path folder = fs::canonical(options.folder, failure);
  if (failure || !fs::is_directory(folder, failure))
    return fail(Errc::not_found, "The folder " + options.folder + " does not exist.");
  const std::size_t max_bytes = options.max_bytes;
  const std::size_t max_files = options.max_files;
  std::shared_ptr<StaticFiles> files(new StaticFiles(std::move(options)));
  std::map<std::string, std::string> read;
  std::size_t total = 0;
  for (auto it = fs::recursive_directory_iterator(folder, failure); !failure && it != fs::recursive_directory_iterator();
       it.increment(failure)) {
    if (it->is_symlink() || !it->is_regular_file()) continue;
    std::string bytes = read_file(it->path());
    total += bytes.size();
    if (total > max_bytes || read.size() == max_files)
      return fail(Errc::too_big, "The folder " + folder.string() + " holds more than may be served from memory.");
    read.emplace(it->path().lexically_relative(folder).generic_string(), std::move(bytes));
  }
  if (failure) return fail(Errc::storage, "The folder " + folder.string() + " cannot be read: " + failure.message());
  for (const auto& [name, bytes] : read) {
    const bool sibling = name.ends_with(".br") || name.ends_with(".gz");
    if (sibling && read.contains(name.substr(0, name.size() - 3))) continue;
    auto file = std::make_shared<File>();
    const Mime& mime = mime_of(name);
    file->mime = mime.type;
    file->document = name.ends_with(".html");
    file->immutable = !file->document && bears_hash(name);
    set_body(file->plain, bytes);
    if (const auto br = read.find(name + ".br"); br != read.end()) set_body(file->brotli, br->second);
    if (const auto gz = read.find(name + ".gz"); gz != read.end()) {
      set_body(file->gzip, gz->second);
    } else if (mime.compressible && bytes.size() >= 512) {
      std::string packed = gzip(bytes);
      if (!packed.empty() && packed.size() < bytes.size() / 10 * 9) set_body(file->gzip, std::move(packed));
    }
    files->files_.emplace(name, std::move(file));
  }
  return std::shared_ptr<const StaticFiles>(std::move(files));
}

std::optional<HttpResponse> StaticFiles::serve(const HttpRequest& request, std::string_view relative, const Headers& extra) const {
  if (relative.empty()) relative = "index.html";
  const auto found = files_.find(relative);
  if (found == files_.end()) return std::nullopt;
  const File& file = *found->second;
  const std::string_view accept = request.header("accept-encoding");
  const File::Body* body = &file.plain;
  std::string_view coding;
  if (file.brotli.bytes && accepts(accept, "br")) {
    body = &file.brotli;
    coding = "br";
  } else if (file.gzip.bytes && accepts(accept, "gzip")) {
    body = &file.gzip;
    coding = "gzip";
  }
  HttpResponse response;
  response.headers = extra;
  response.set("ETag", body->etag);
  response.set("Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (file.brotli.bytes || file.gzip.bytes) response.set("Vary", "Accept-Encoding");
  if (matches(request.header("if-none-match"), body->etag)) {
    response.status = 304;
    return response;
  }
  response.set("Content-Type", std::string(file.mime));
  if (!coding.empty()) response.set("Content-Encoding", std::string(coding));
  response.shared_body = body->bytes;
  return response;
}

void StaticFiles::respond(const HttpRequest& request, const Respond& respond) const {
  std::string_view path = request.path;
  const std::string_view prefix = options_.prefix == "/" ? std::string_view() : std::string_view(options_.prefix);
  if (path.starts_with(prefix)) path.remove_prefix(prefix.size());
  while (path.starts_with('/')) path.remove_prefix(1);
  const std::string_view last = path.substr(path.rfind('/') + 1);
  // A page's own addresses may hold dots (a plugin's id): what a browser opens as a page is one.
  const bool opened = last.find('.') == std::string_view::npos || request.header("Accept").find("text/html") != std::string_view::npos;
  const bool page = path.empty() || (options_.single_page && !files_.contains(path) && opened);
  if (page) path = "index.html";
  const bool document = path.ends_with(".html");
  std::optional<Headers> extra = options_.asset_headers;
  if (document && options_.document_headers) extra = options_.document_headers(request);
  else if (document) extra = Headers();
  std::optional<HttpResponse> response;
  if (extra) response = serve(request, path, *extra);
  respond(response ? std::move(*response) : problem(404, "not_found", "There is nothing at this path."));
}

HttpHandler StaticFiles::handler(std::shared_ptr<const StaticFiles> files) {
  return [files = std::move(files)](const HttpRequest& request, const Respond& answer) { files->respond(request, answer); };
}

}  // namespace hotdesk::net
