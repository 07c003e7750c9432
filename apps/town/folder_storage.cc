#include "apps/town/folder_storage.h"

#include <filesystem>

#include "crypto/aead.h"
#include "store/sqlite/sqlite_store.h"

namespace mitome::town {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFile = 4 * 1024 * 1024;
constexpr size_t kKekSize = 32, kNonceSize = 12;
constexpr std::string_view kKeyFolder = "keys/", kKekName = "keys/kek";

Result<void> make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  if (error) return Error{Reason::STORAGE_FAILED, "cannot make " + folder.string() + ": " + error.message()};
  return {};
}

bool is_key(const std::string& name) { return name.starts_with(kKeyFolder) && name != kKekName; }

}  // namespace

Result<std::unique_ptr<FolderStorage>> FolderStorage::open(const std::string& folder, crypto::Random& random) {
  TRY(make_folder(folder));
  TRY_ASSIGN(apps::FileLock lock, apps::FileLock::hold(folder + "/town"));
  std::unique_ptr<FolderStorage> storage{new FolderStorage{folder, std::move(lock), random}};
  TRY_ASSIGN(auto kek, storage->load(std::string{kKekName}));
  if (!kek) {
    kek = crypto::SecretBytes{random.bytes(kKekSize)};
    TRY(storage->save(std::string{kKekName}, kek->reveal()));
  }
  if (kek->size() != kKekSize) return Error{Reason::STORAGE_FAILED, "keys/kek is damaged"};
  storage->kek_ = std::move(*kek);
  return storage;
}

Result<void> FolderStorage::make_folder_of(const std::string& name) const {
  return make_folder(fs::path{path(name)}.parent_path());
}

Result<std::unique_ptr<store::Store>> FolderStorage::open_store(const std::string& name, const store::Migrations& schema) {
  TRY(make_folder_of(name));
  return store::open_sqlite(path(name) + ".db", schema);
}

Result<std::optional<crypto::SecretBytes>> FolderStorage::load(const std::string& name) {
  std::error_code error;
  if (!fs::exists(path(name), error)) {
    if (error) return Error{Reason::STORAGE_FAILED, "cannot look for " + path(name)};
    return std::optional<crypto::SecretBytes>{};
  }
  TRY_ASSIGN(crypto::SecretBytes bytes, apps::read_whole_file(path(name), kMaxFile));
  if (!is_key(name)) return std::optional{std::move(bytes)};
  if (bytes.size() < kNonceSize) return Error{Reason::CRYPTO_FAILED, name};
  const ByteView sealed = bytes.reveal();
  TRY_ASSIGN(Bytes opened, crypto::aes_gcm_open(kek_.reveal(), sealed.first(kNonceSize), as_bytes(name), sealed.subspan(kNonceSize)));
  return std::optional{crypto::SecretBytes{std::move(opened)}};
}

Result<void> FolderStorage::save(const std::string& name, ByteView bytes) {
  TRY(make_folder_of(name));
  if (!is_key(name)) return apps::replace_file(path(name), bytes);
  const Bytes nonce = random_.bytes(kNonceSize);
  TRY_ASSIGN(const Bytes sealed, crypto::aes_gcm_seal(kek_.reveal(), nonce, as_bytes(name), bytes));
  return apps::replace_file(path(name), concat({nonce, sealed}));
}

}  // namespace mitome::town
