#include "apps/town/storage.h"

#include "store/sqlite/sqlite_store.h"

namespace mitome::town {

Result<std::unique_ptr<store::Store>> MemoryStorage::open_store(const std::string&, const store::Migrations& schema) {
  return store::open_sqlite(":memory:", schema);
}

Result<std::optional<crypto::SecretBytes>> MemoryStorage::load(const std::string& name) {
  const auto found = saved_.find(name);
  if (found == saved_.end()) return std::optional<crypto::SecretBytes>{};
  return std::optional{crypto::SecretBytes::copy_of(found->second.reveal())};
}

Result<void> MemoryStorage::save(const std::string& name, ByteView bytes) {
  saved_.insert_or_assign(name, crypto::SecretBytes::copy_of(bytes));
  return {};
}

Result<std::optional<Bytes>> StoredSilicon::load(std::string_view area) {
  TRY_ASSIGN(const auto saved, storage_.load(path(area)));
  if (!saved) return std::optional<Bytes>{};
  return std::optional{to_bytes(saved->reveal())};
}

Result<void> StoredSilicon::store(std::string_view area, ByteView bytes) { return storage_.save(path(area), bytes); }

}  // namespace mitome::town
