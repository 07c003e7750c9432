// The pages of the places: files under web/, inside the binary, or read anew from a folder while they are being written.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/http/http.h"

namespace mitome::web {

struct File {
  std::string_view name;  ///< below web/: "phone/index.html"
  std::span<const unsigned char> bytes;
};

std::span<const File> embedded_files();

class Pages {
 public:
  /// `folder` empty: the embedded files. `head`: what every HTML page has first in its <head>.
  explicit Pages(std::string folder, std::string head = {}) : folder_(std::move(folder)), head_(std::move(head)) {}

  /// GET or HEAD of a page: "/" is index.html, "/x" is x.html, "/x.js" that file of the place, "/ui/x" what all share. Nothing else is
  /// a page.
  std::optional<http::Response> find(std::string_view place, const http::Request& request) const;

 private:
  std::optional<Bytes> read(const std::string& name) const;
  std::optional<Bytes> read_file(const std::string& name) const;
  std::string folder_, head_;
};

}  // namespace mitome::web
