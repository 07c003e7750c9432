// Where the town keeps things: databases, keys, and what stands for the silicon of cards and phones (decisions.md 8).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "crypto/secret.h"
#include "phone/silicon.h"
#include "store/store.h"

namespace mitome::town {

class Storage {
 public:
  virtual ~Storage() = default;
  /// The database of that name ("registry", "phones/phone-1"), made when it is not there. STORAGE_FAILED.
  virtual Result<std::unique_ptr<store::Store>> open_store(const std::string& name, const store::Migrations& schema) = 0;
  /// What was saved last under a name: "keys/…" (encrypted at rest), "chips/…" (stands for silicon), "town" (what is where); nothing
  /// when it never was. STORAGE_FAILED, CRYPTO_FAILED for a key file that was changed or belongs to another folder.
  virtual Result<std::optional<crypto::SecretBytes>> load(const std::string& name) = 0;
  /// Whole and durable when it returns.
  virtual Result<void> save(const std::string& name, ByteView bytes) = 0;
};

/// All gone when it ends.
class MemoryStorage final : public Storage {
 public:
  Result<std::unique_ptr<store::Store>> open_store(const std::string& name, const store::Migrations& schema) override;
  Result<std::optional<crypto::SecretBytes>> load(const std::string& name) override;
  Result<void> save(const std::string& name, ByteView bytes) override;

 private:
  std::map<std::string, crypto::SecretBytes> saved_;
};

/// The inside of one phone's chips, kept under "chips/NAME-AREA".
class StoredSilicon final : public phone::Silicon {
 public:
  StoredSilicon(Storage& storage, std::string name) : storage_(storage), name_(std::move(name)) {}
  Result<std::optional<Bytes>> load(std::string_view area) override;
  Result<void> store(std::string_view area, ByteView bytes) override;

 private:
  std::string path(std::string_view area) const { return "chips/" + name_ + "-" + std::string{area}; }
  Storage& storage_;
  std::string name_;
};

}  // namespace mitome::town
