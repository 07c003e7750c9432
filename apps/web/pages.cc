#include "apps/web/pages.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/hex.h"
#include "codec/deflate/deflate.h"
#include "crypto/hash.h"

namespace mitome::web {
namespace {

constexpr size_t kMaxName = 100;

std::string_view type_of(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},             {".png", "image/png"},                     {".jpg", "image/jpeg"},
      {".webp", "image/webp"},               {".json", "application/json"},             {".webmanifest", "application/manifest+json"}};
  for (const auto& [ending, type] : kTypes)
    if (name.ends_with(ending)) return type;
  return "application/octet-stream";
}

/// Letters, digits, "-", "_" and "." inside: no other folder can be named.
bool plain(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName && name.front() != '.' && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

/// Text travels in the coding "deflate", which is the zlib format (RFC 9110 8.4.1.2), where the browser takes it.
bool travels_deflated(const http::Request& request, std::string_view type) {
  const bool text = type.starts_with("text/") || type.starts_with("image/svg") || type.starts_with("application/");
  return text && request.header("Accept-Encoding").find("deflate") != std::string_view::npos;
}

}  // namespace

std::optional<Bytes> Pages::read(const std::string& name) const {
  auto bytes = read_file(name);
  if (!bytes || head_.empty() || !name.ends_with(".html")) return bytes;
  constexpr std::string_view kHead = "<head>";
  const size_t at = as_text(*bytes).find(kHead);
  if (at != std::string_view::npos) bytes->insert(bytes->begin() + static_cast<ptrdiff_t>(at + kHead.size()), head_.begin(), head_.end());
  return bytes;
}

std::optional<Bytes> Pages::read_file(const std::string& name) const {
  if (!folder_.empty()) {
    std::ifstream in{folder_ + "/" + name, std::ios::binary};
    if (!in) return std::nullopt;
    return Bytes{std::istreambuf_iterator<char>{in}, {}};
  }
  for (const File& file : embedded_files())
    if (file.name == name) return Bytes{file.bytes.begin(), file.bytes.end()};
  return std::nullopt;
}

std::optional<http::Response> Pages::find(std::string_view place, const http::Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
  std::string_view path = request.path();
  std::string folder{place};
  if (path.starts_with("/ui/")) {
    folder = "ui";
    path.remove_prefix(3);
  }
  std::string name{path.substr(1)};
  if (name.empty()) name = "index.html";
  if (!plain(name)) return std::nullopt;
  if (name.find('.') == name.npos) name += ".html";
  auto bytes = read(folder + "/" + name);
  if (!bytes) return std::nullopt;
  const bool deflated = travels_deflated(request, type_of(name));
  const std::string tag = "\"" + to_hex(crypto::sha256(*bytes)).substr(0, 32) + (deflated ? "-z\"" : "\"");
  http::Response response;
  if (request.header("If-None-Match") == tag) {
    response.status = 304;
  } else {
    response = http::Response::bytes(deflated ? deflate::compress(*bytes) : std::move(*bytes), type_of(name));
    if (deflated) response.headers.emplace_back("Content-Encoding", "deflate");
  }
  response.headers.emplace_back("Vary", "Accept-Encoding");
  response.headers.emplace_back("ETag", tag);
  response.headers.emplace_back("Cache-Control", "no-cache");
  return response;
}

}  // namespace mitome::web
