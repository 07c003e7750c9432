// The town in the browser: every place at its own door, a clock that runs, a folder that remembers.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace mitome::web {

struct WebTownOptions {
  std::string data = {};             ///< folder; empty: in memory, gone at the end
  uint16_t first_port = 8700;
  std::string listen = "127.0.0.1";
  std::string public_url = {};       ///< "https://town.local[:8700]": where other devices find the town, over TLS; empty: only this machine
  std::string reader = {};           ///< PC/SC name of a real reader that stands behind all the town's readers; empty: none
  std::string start_date = {};       ///< "2025-06-23": the day on which a new town begins; empty: when every service is open
  std::string pages = {};            ///< folder to read the pages from; empty: those inside the binary
  bool require_webauthn = false;
};

/// USAGE or MALFORMED for options that no town can be opened with, before anything is touched.
Result<void> check_options(const WebTownOptions& options);

class WebTown {
 public:
  /// Opens the places and listens. UNREACHABLE when a port or the folder is in use; STORAGE_FAILED; USAGE for options that do not
  /// fit each other or the folder.
  /// The first people of a new town get their cards after that: pages are served at once, and whoever asks a place waits until they
  /// have them, or hears why they could not be made.
  static Result<std::unique_ptr<WebTown>> open(const WebTownOptions& options);
  ~WebTown();

  /// Of the front page.
  std::string url() const;
  /// Where a device gets the root of the town's TLS certificates, and what to compare it with; both empty without a public address.
  std::string root_url() const;
  std::string root_fingerprint() const;

 private:
  struct Impl;
  explicit WebTown(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mitome::web
