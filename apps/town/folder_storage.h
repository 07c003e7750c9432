#pragma once

#include "apps/durable_file.h"
#include "apps/town/storage.h"
#include "crypto/random.h"

namespace mitome::town {

/// A folder, mode 0700: NAME.db, keys/ (AES-256-GCM under keys/kek), chips/, the rest as files. One process at a time.
class FolderStorage final : public Storage {
 public:
  /// Makes the folder when it is not there. UNREACHABLE while another process uses it; STORAGE_FAILED.
  static Result<std::unique_ptr<FolderStorage>> open(const std::string& folder, crypto::Random& random);

  Result<std::unique_ptr<store::Store>> open_store(const std::string& name, const store::Migrations& schema) override;
  Result<std::optional<crypto::SecretBytes>> load(const std::string& name) override;
  Result<void> save(const std::string& name, ByteView bytes) override;

 private:
  FolderStorage(std::string folder, apps::FileLock lock, crypto::Random& random)
      : folder_(std::move(folder)), lock_(std::move(lock)), random_(random) {}
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  Result<void> make_folder_of(const std::string& name) const;

  std::string folder_;
  apps::FileLock lock_;
  crypto::Random& random_;
  crypto::SecretBytes kek_;
};

}  // namespace mitome::town
