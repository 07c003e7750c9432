// A phone with the card in it: what it is made of, and what its holder's fingers can do with it (routes()).
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "codec/json/json.h"
#include "credential/x509/certificate.h"
#include "crypto/key.h"
#include "crypto/random.h"
#include "phone/nfc_field.h"
#include "phone/silicon.h"
#include "protocol/http/http.h"
#include "store/store.h"

namespace mitome::phone {

/// An element of an mdoc: namespace and name.
using ElementName = std::pair<std::string, std::string>;

/// What a reader may ask, as it was registered. A reader without an entry may ask everything but the My Number
/// (individual_number_unicode: threats PRX-19; the Number Act, section 20).
struct ReaderRegistration {
  std::string common_name;  ///< CN of the reader's certificate
  std::set<ElementName> may_ask;
};

/// What the phone's camera saw: frames of 8-bit grey pixels, row by row.
struct Film {
  unsigned width = 0, height = 0, frames_per_second = 0;
  std::vector<Bytes> frames;
};

/// Another thing in the wallet: a transit card, a shop's point card. It belongs to the account and not to the phone (article A49).
struct OtherItem {
  std::string kind;  ///< "transit" or "loyalty"
  std::string id, name, name_ja, number;
  int64_t balance = 0;
};

/// A service that the phone may call: by the name that the gate gives it, and where it is (threats ONL-15: no other host is asked).
struct KnownService {
  std::string id;
  std::string origin;
};

/// What holds the certificates together.
enum class Profile : uint8_t {
  kWallet,  ///< face or finger before anything; mdocs too (token JPKIAPIOSTOKEN)
  kPin,     ///< the phone's own PINs; no mdoc, and no button that calls the card up (token JPKIAPGPSETOKEN)
};

struct PhoneConfig {
  std::string name;                                ///< for people: whose phone, which phone
  std::string authority = "authority.localhost";   ///< host[:port] of registry and issuer; the only host the app talks to
  crypto::PrivateKey attestation_key;              ///< the maker's, P-256, inside the secure element
  Bytes attestation_certificate;                   ///< DER, leads to the maker's root
  std::vector<x509::Certificate> reader_roots;     ///< whom mdoc readers must lead to
  std::vector<ReaderRegistration> readers = {};
  size_t batch_size = 6;                           ///< one-time mdocs asked for at once, 1 to 32; a phone of profile kPin asks for none
  Profile profile = Profile::kWallet;
  std::string owner = {};                          ///< for people: whose account it is
  std::vector<OtherItem> account_items = {};       ///< what signing in with that account brings
  std::string rp_id = "phone.localhost";           ///< the place's host, for Web Authentication (decisions 9)
  std::string origin = "http://phone.localhost";   ///< where the phone's pages are
  bool require_webauthn = false;                   ///< no simulated sensor (decisions 11)
  std::vector<std::string> gates = {};             ///< origins whose requests the wallet opens
  std::vector<KnownService> services = {};         ///< whom the holder can ask to delete
  /// The sample film of a simulated camera that sees its owner make this movement; absent, there is no such camera.
  std::function<Result<Film>(std::string_view motion)> camera = nullptr;
};

/// One line of the activity list: what left the phone and to whom. Names of elements, never values.
struct Activity {
  Instant at;
  std::string kind;   ///< "added", "login", "sign", "present", "declined", "suspended", "resumed", "deleted", "removed", "refreshed"
  std::string party;  ///< origin or reader; empty when it is the phone's own doing
  std::vector<ElementName> elements;
  std::string service = {};                 ///< who can be asked to delete: an id of PhoneConfig::services
  std::string stored = {}, stored_ja = {};  ///< what the other side said that it keeps
  bool simulated = false;                   ///< a simulated sensor stood for face or finger (decisions 11)
  std::string answer = {};                  ///< JSON: what the service answered when it was asked to delete
  int64_t id = 0;                           ///< of the line, given by the wallet
};

/// The schema of wallet.db, for store::open_sqlite.
store::Migrations wallet_migrations();

class Phone {
 public:
  /// Switches the phone on: reads the silicon, opens the wallet. What is handed in must outlive the phone. A wallet that this
  /// phone's secure element cannot open is no failure here; every use of it answers WALLET_SEALED. STORAGE_FAILED.
  static Result<std::unique_ptr<Phone>> start(PhoneConfig config, Clock& clock, crypto::Random& random,
                                              crypto::KeySource& keys, store::Store& store, Silicon& silicon,
                                              http::HttpClient& network, NfcField& nfc);
  ~Phone();

  /// What a contactless reader meets when the phone is held to it: the secure element's card application.
  /// Without ready_contactless() it shows nothing and signs nothing.
  apdu::ApduChannel& contactless();
  /// The holder calls up the card (article A28, A29): after a face or finger, one read-out and one signature with the user
  /// authentication key. USER_AUTH_*, PHONE_SUSPENDED, PENDING_*, PHONE_ENDED, NEEDS_REPROOF, NOTHING_TO_PRESENT.
  Result<void> ready_contactless(ByteView sample);

  /// The activity list, oldest first; at most the last 1,000. WALLET_SEALED.
  Result<std::vector<Activity>> activity();

  /// What a phone that is on does by itself: asks the authority for its state, and whether the desk has decided. Offline, nothing.
  void tick();

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  explicit Phone(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// docs/endpoints.md, “A phone”. Handlers may be called from several threads.
std::vector<http::Route> routes(Phone& phone);

}  // namespace mitome::phone
