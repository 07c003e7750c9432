#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "crypto/random.h"
#include "phone/records.h"
#include "phone/secure_element.h"
#include "store/store.h"

namespace mitome::phone {

/// The wallet's memory: records in a Store, each sealed with AES-256-GCM under a data key that only this phone's secure
/// element opens. No PIN is in it, and none opens it (threats PHN-4, PHN-5).
class Wallet {
 public:
  static constexpr size_t kMaxActivities = 1000;

  Wallet(store::Store& store, SecureElement& element, crypto::Random& random)
      : store_(store), element_(element), random_(random) {}

  /// Changes inside one transaction.
  class Edit {
   public:
    Result<void> put(std::string_view name, ByteView record);
    Result<void> erase(std::string_view name);
    Result<void> erase_all(std::string_view prefix);
    Result<void> log(const Activity& activity);
    /// Writes the line with this id anew.
    Result<void> amend(const Activity& activity);

   private:
    friend class Wallet;
    Edit(Wallet& wallet, store::Transaction& transaction) : wallet_(wallet), transaction_(transaction) {}
    Wallet& wallet_;
    store::Transaction& transaction_;
  };

  /// All of it or nothing, durable when it returns. WALLET_SEALED, STORAGE_FAILED, or the body's error.
  Result<void> write(const std::function<Result<void>(Edit&)>& body);

  /// Nothing when there is no such record. WALLET_SEALED when there is one that does not open.
  Result<std::optional<Bytes>> get(std::string_view name);
  /// The records whose names begin so, in the order of their names.
  Result<std::vector<Bytes>> list(std::string_view prefix);
  Result<std::vector<Activity>> activities();

  // The records by their kinds (records.h).
  Result<std::optional<CardItem>> card();
  Result<std::optional<Enrolment>> enrolment();
  Result<std::optional<PendingCall>> call();
  Result<std::vector<MdocRecord>> mdocs();
  Result<std::vector<OtherItem>> others();

  /// Forgets everything and begins anew under this secure element: also a wallet of another phone.
  Result<void> reset();

 private:
  /// The data key; made when the wallet is new.
  Result<ByteView> data_key();
  Result<Bytes> seal(std::string_view name, ByteView record);
  Result<Bytes> open(std::string_view name, ByteView box);

  store::Store& store_;
  SecureElement& element_;
  crypto::Random& random_;
  crypto::SecretBytes data_key_;
};

}  // namespace mitome::phone
