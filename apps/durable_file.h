// Files that hold what nobody else may read and no power cut may spoil: mode 0600, replaced as a whole.
#pragma once

#include <string>
#include <utility>

#include "crypto/secret.h"

namespace mitome::apps {

/// A new file; USAGE when it is there already; STORAGE_FAILED.
Result<void> create_file(const std::string& path, ByteView bytes);
/// Write beside, sync, move over, sync the folder: after a power cut there is the old content or the new one. STORAGE_FAILED.
Result<void> replace_file(const std::string& path, ByteView bytes);
/// The whole file; one of over `limit` bytes: LIMIT_EXCEEDED; STORAGE_FAILED.
Result<crypto::SecretBytes> read_whole_file(const std::string& path, size_t limit);

/// The lock file beside `path`, held until destroyed; UNREACHABLE while another process holds it.
class FileLock {
 public:
  static Result<FileLock> hold(const std::string& path);
  FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace mitome::apps
