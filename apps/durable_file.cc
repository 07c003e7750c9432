#include "apps/durable_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace mitome::apps {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOwnerOnly = 0600;

Error failed(std::string_view what, const std::string& path) {
  return {Reason::STORAGE_FAILED, std::string{what} + " " + path + ": " + std::strerror(errno)};
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Result<void> write_all(int fd, ByteView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return failed("cannot write", path);
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return {};
}

Result<void> sync_folder(const std::string& path) {
  const fs::path parent = fs::path{path}.parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const Descriptor fd{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (fd.get() < 0 || fsync(fd.get()) != 0) return failed("cannot sync", folder);
  return {};
}

}  // namespace

Result<void> create_file(const std::string& path, ByteView bytes) {
  const Descriptor fd{open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly)};
  if (fd.get() < 0 && errno == EEXIST) return Error{Reason::USAGE, path + " is there already"};
  if (fd.get() < 0) return failed("cannot create", path);
  TRY(write_all(fd.get(), bytes, path));
  if (fsync(fd.get()) != 0) return failed("cannot sync", path);
  return sync_folder(path);
}

Result<void> replace_file(const std::string& path, ByteView bytes) {
  const std::string fresh = path + ".new";
  if (unlink(fresh.c_str()) != 0 && errno != ENOENT) return failed("cannot remove", fresh);
  {
    const Descriptor fd{open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly)};
    if (fd.get() < 0) return failed("cannot create", fresh);
    TRY(write_all(fd.get(), bytes, fresh));
    if (fsync(fd.get()) != 0) return failed("cannot sync", fresh);
  }
  if (rename(fresh.c_str(), path.c_str()) != 0) return failed("cannot replace", path);
  return sync_folder(path);
}

Result<crypto::SecretBytes> read_whole_file(const std::string& path, size_t limit) {
  const Descriptor fd{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (fd.get() < 0) return failed("cannot open", path);
  Bytes bytes(limit + 1);
  size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got = read(fd.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("cannot read", path);
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  if (size > limit) return Error{Reason::LIMIT_EXCEEDED, path};
  bytes.resize(size);
  return crypto::SecretBytes{std::move(bytes)};
}

Result<FileLock> FileLock::hold(const std::string& path) {
  const std::string lock_path = path + ".lock";
  Descriptor lock{open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly)};
  if (lock.get() < 0) return failed("cannot open", lock_path);
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return Error{Reason::UNREACHABLE, path + " is in use by another process"};
  return FileLock{lock.release()};
}

FileLock::~FileLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace mitome::apps
