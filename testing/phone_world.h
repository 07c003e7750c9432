// A phone, a card, an authority that answers as docs/endpoints.md says, and a reader: all in order, for a test to break one thing in.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "card/runtime/software_platform.h"
#include "phone/phone.h"
#include "protocol/http/http.h"
#include "protocol/iso18013/session.h"
#include "store/sqlite/sqlite_store.h"
#include "testing/card_maker.h"
#include "testing/fakes.h"
#include "testing/mdoc_world.h"
#include "testing/software_authenticator.h"

namespace mitome::testing {

/// Counts the durable writes of a phone, in its silicon and in its store, and cuts the power at one of them.
class PowerSupply {
 public:
  enum class Moment : uint8_t { kBefore, kAfter };
  /// The n-th durable write from now, counted from 0, is the last thing that happens.
  void cut_at(size_t n, Moment moment) { cut_at_ = writes_ + n, moment_ = moment; }
  void restore() { off_ = false, cut_at_.reset(); }
  size_t writes() const { return writes_; }
  bool off() const { return off_; }
  Result<void> change(const std::function<Result<void>()>& apply);

 private:
  size_t writes_ = 0;
  std::optional<size_t> cut_at_;
  Moment moment_ = Moment::kBefore;
  bool off_ = false;
};

class TestSilicon final : public phone::Silicon {
 public:
  explicit TestSilicon(PowerSupply& power) : power_(power) {}
  Result<std::optional<Bytes>> load(std::string_view area) override;
  Result<void> store(std::string_view area, ByteView bytes) override;
  std::map<std::string, Bytes, std::less<>> areas;

 private:
  PowerSupply& power_;
};

/// A store on the same power.
class TestStore final : public store::Store {
 public:
  TestStore(PowerSupply& power, std::unique_ptr<store::Store> inner) : power_(power), inner_(std::move(inner)) {}
  Result<void> write(const std::function<Result<void>(store::Transaction&)>& body) override;
  Result<void> read(const std::function<Result<void>(store::Transaction&)>& body) override;

 private:
  PowerSupply& power_;
  std::unique_ptr<store::Store> inner_;
};

/// The authority, for one person. Verifies what it gets with the issuer's own parsers; its faults are the network's.
class FakeAuthority final : public http::HttpClient {
 public:
  FakeAuthority(FakeClock& clock, CardMaker& cards, MdocWorld& mdocs, x509::Certificate maker_root)
      : clock_(clock), cards_(cards), mdocs_(mdocs), maker_root_(std::move(maker_root)) {}
  Result<http::Response> send(const http::Request& request) override;

  struct Handset {
    crypto::PublicKey instance;
    std::string state = "active", cause = "enrol";
    int64_t version = 1;
    Instant active_at{};
    json::Value notices = json::Value::array();
  };
  std::map<std::string, Handset> phones;
  Handset& only();  ///< the one phone there is (CHECK)
  void suspend(const std::string& phone, const std::string& cause = "suspend");
  void end(const std::string& phone, const std::string& cause);

  enum class Loss : uint8_t { kNone, kRequest, kAnswer };
  Loss loss = Loss::kNone;                        ///< of the next request
  std::optional<Reason> refuse_next;              ///< answers the next request so
  std::optional<Instant> activate_at;             ///< else at once
  std::optional<crypto::PublicKey> bind_mdocs_to; ///< another key than the phone's
  bool foreign_certificate = false;               ///< the authentication certificate is for another key
  enum class Spoil : uint8_t { kNone, kForeignSignCertificate, kOneMdocLess, kChangedElement, kOtherDocType, kStrangerCa };
  Spoil spoil = Spoil::kNone;                     ///< what is wrong in what it issues
  Days mdoc_validity{14};
  bool review_pending = false;                    ///< the desk has not decided
  std::vector<Bytes> films;                       ///< recordings that were a film

  std::vector<http::Request> requests;  ///< all that arrived
  size_t effects = 0;                   ///< changes that were made
  std::vector<Bytes> serials_of_sign_certificates;

 private:
  http::Response answer(const http::Request& request);
  http::Response start(const json::Value& body);
  http::Response complete(const http::Request& request);
  Result<Bytes> enrol(ByteView body);
  http::Response from_phone(const http::Request& request);
  Result<http::Response> change(const http::Request& request, const std::string& id, Handset& handset,
                                const std::string& key);
  Result<std::vector<Bytes>> issue_mdocs(const std::vector<crypto::PublicKey>& keys, Instant from);
  x509::Certificate certify(TestCa& ca, const std::string& name, const crypto::PublicKey& key, uint16_t usage);

  FakeClock& clock_;
  CardMaker& cards_;
  MdocWorld& mdocs_;
  x509::Certificate maker_root_;
  Bytes nonce_;
  std::string motion_;
  size_t sessions_ = 0;
  bool face_ = false;
  std::map<std::string, std::pair<Bytes, Bytes>> answered_;  // key → request digest, body
};

/// What lies on the phone's back.
class TestField final : public phone::NfcField {
 public:
  Result<apdu::ApduChannel*> connect() override;
  apdu::ApduChannel* card = nullptr;
};

/// A counter's mdoc reader.
class TestReader {
 public:
  TestReader(TestCa& root, std::string name, MdocWorld& world);
  /// SessionEstablishment for an engagement; `signed_by_reader` false leaves out who asks.
  Bytes ask(const std::string& engagement, const std::vector<mdoc::RequestedElement>& elements,
            bool signed_by_reader = true);
  Bytes ask(const std::string& engagement, const mdoc::ItemsRequest& request, bool signed_by_reader);
  /// The phone's SessionData, verified; CHECKs that it decrypts.
  mdoc::Verified read(ByteView message, const std::vector<mdoc::RequestedElement>& elements);
  iso18013::ReaderSession& session() { return *session_; }
  crypto::SoftwareSigner& signer() { return *signer_; }
  std::vector<x509::Certificate> chain;
  std::function<void(Bytes&)> change_transcript;  ///< what reader authentication is made over

 private:
  MdocWorld& world_;
  std::unique_ptr<crypto::SoftwareSigner> signer_;
  std::optional<iso18013::ReaderSession> session_;
};

class PhoneWorld {
 public:
  explicit PhoneWorld(uint64_t seed = 1);

  FakeClock clock;
  SeededRandom random;
  PooledKeySource keys{10};
  CardMaker cards;
  MdocWorld mdocs;
  TestCa maker{"Phone maker"};
  TestCa reader_root{"Reader root"};
  FakeAuthority authority;
  PowerSupply power;
  TestSilicon silicon{power};
  std::unique_ptr<TestStore> store;
  TestField field;
  std::vector<phone::ReaderRegistration> registrations;
  std::function<void(phone::PhoneConfig&)> adjust;  ///< for the next restart()
  std::unique_ptr<card::Chip> card;
  std::unique_ptr<phone::Phone> phone;

  static Bytes face() { return to_bytes(std::string_view{"the holder's face"}); }
  static Bytes stranger() { return to_bytes(std::string_view{"somebody else"}); }
  static json::Value sample(ByteView seen);

  /// Power off and on: what is not durable is gone.
  void restart() { restart_over(authority); }
  /// The same with another way to the authority.
  void restart_over(http::HttpClient& network);
  http::Response call(const std::string& method, const std::string& path, const json::Value& body = {});
  /// GET; CHECKs that it was good.
  json::Value seen(const std::string& path);
  /// POST; CHECKs that it was good.
  json::Value good(const std::string& path, const json::Value& body = json::Value::object());
  /// POST; the reason of its refusal, GOOD if there was none.
  Reason refused(const std::string& path, const json::Value& body = json::Value::object());
  std::string wallet_state();  ///< "none" without an item
  int64_t mdocs_left();

  void enrol_face();
  /// Everything of the article's order up to and without this path; "" is all of it.
  void enrol_until(const std::string& path);
  void enrol() { enrol_until(""); }
  json::Value body_of(const std::string& path);  ///< what a good holder says at this step
  static const std::vector<std::string>& steps();

  /// A face or finger by Web Authentication: enrols it, and touches for a request.
  void enrol(SoftwareAuthenticator& authenticator);
  json::Value touched(SoftwareAuthenticator& authenticator, const std::string& path, const json::Value& body);
  static json::Value with_assertion(json::Value body, const webauthn::Assertion& assertion);
  static webauthn::RelyingParty relying_party() { return {"phone.localhost", "http://phone.localhost"}; }

  json::Value login(const json::Value& seen);
  /// Engages and lets this reader ask; the phone's answer.
  http::Response show(TestReader& reader, const std::vector<mdoc::RequestedElement>& elements);
  static json::Value agreed(const std::vector<mdoc::RequestedElement>& elements, const json::Value& seen);

 private:
  phone::PhoneConfig config();
  Bytes maker_key_, maker_certificate_;
  card::SoftwarePlatform platform_;
  PooledKeySource card_keys_{0};
};

}  // namespace mitome::testing
