// The inside of a phone: its parts, and one function for everything that its holder's fingers can do. Each group of
// functions has its own file; routes.cc is the only caller, but for the public functions of Phone.
#pragma once

#include <mutex>
#include <optional>

#include "codec/cbor/reader.h"
#include "codec/json/json.h"
#include "credential/mdoc/device_request.h"
#include "crypto/secret.h"
#include "phone/phone.h"
#include "phone/simulated_secure_element.h"
#include "phone/user_verifier.h"
#include "phone/wallet.h"
#include "protocol/iso18013/session.h"

namespace mitome::phone {

/// What the sensor sees, or nobody.
using Sample = std::optional<Bytes>;
inline std::optional<ByteView> view(const Sample& sample) {
  return sample ? std::optional<ByteView>{*sample} : std::nullopt;
}

/// The phone's own way out: nothing goes through while it is in flight mode.
class Network final : public http::HttpClient {
 public:
  explicit Network(http::HttpClient& outside) : outside_(outside) {}
  Result<http::Response> send(const http::Request& request) override;
  void set_on(bool on) { on_ = on; }
  bool on() const { return on_; }

 private:
  http::HttpClient& outside_;
  bool on_ = true;
};

struct Settings {
  std::string model = "MT-10", os = "18.5", app = "3.0";
  bool network = true;
};

/// An engagement that is shown, and what a reader asked through it. Dies with the process: nothing of it is stored.
struct Presentation {
  iso18013::DeviceSession session;
  std::string reader;                          ///< empty until a reader has asked and proved who it is
  std::vector<mdoc::RequestedElement> screen;  ///< the consent screen
};

struct Phone::Impl {
  Impl(PhoneConfig made, Clock& its_clock, crypto::Random& its_random, crypto::KeySource& its_keys,
       store::Store& its_store, std::unique_ptr<SimulatedSecureElement> its_element, UserVerifier its_verifier,
       http::HttpClient& outside, NfcField& field);

  // -- phone.cc
  /// After switching on: settings, and keys that no record names any more (the power went between two steps) are erased.
  Result<void> wake();
  Result<void> sweep_slots();
  Result<json::Value> change_settings(const json::Value& wanted);
  Result<json::Value> show_settings() const;
  /// A fresh pass of the sensor for the secure element's next operation.
  Result<Pass> verify(const Sample& sample, Purpose purpose, const crypto::Sha256Digest& bound_to);
  std::string url(std::string_view path) const { return "http://" + config.authority + std::string{path}; }
  Activity activity(std::string kind, std::string party = "", std::vector<ElementName> elements = {}) const;

  // -- enrolment.cc: the article's order. TRANSITION_REFUSED out of it; after a restart the last finished step counts.
  Result<json::Value> start_enrolment();
  Result<json::Value> change_motion();
  Result<json::Value> record_face(ByteView portrait_sha256);
  Result<void> enter_text_pin(std::string_view typed);
  Result<void> enter_sign_password(std::string_view typed);
  Result<json::Value> read_card();
  Result<void> choose_pins(std::string_view auth_pin, std::string_view sign_password);
  Result<json::Value> add(const Sample& sample);
  Result<Enrolment> enrolment_at(EnrolmentStep from, EnrolmentStep to);
  Result<void> save(const Enrolment& enrolment);
  Result<void> make_keys(Enrolment& enrolment);
  Result<void> make_evidence(Enrolment& enrolment);
  Result<CardItem> install_grant(const Enrolment& enrolment, ByteView grant);

  // -- account.cc: the phone and the authority.
  Result<json::Value> sync();
  Result<json::Value> resume(const Sample& sample);
  Result<json::Value> delete_card(const Sample& sample);
  Result<json::Value> show_wallet();
  Result<void> remove_item();
  Result<CardItem> any_card();
  Result<json::Value> ask_state(CardItem& item);
  Result<void> obey(CardItem& item, const json::Value& answer);
  Result<void> end_item(CardItem& item, const std::string& cause);
  Result<void> drop_item();
  Result<void> refresh_if_low(CardItem& item);
  Result<void> agree_to(PendingCall call);
  /// Sends the call that was agreed to, if there is one, and does what the answer says. UNREACHABLE keeps it for the next time.
  Result<void> finish_call(CardItem& item);
  /// The same before something else is done: only UNREACHABLE stops that, since a call that was refused is over.
  Result<void> settle_call(CardItem& item);
  Result<void> apply_answer(CardItem& item, const PendingCall& call, ByteView answer);
  Result<http::Request> signed_request(const CardItem& item, http::Request request, uint64_t version,
                                       const std::string& idempotency_key);
  std::string draw_idempotency_key();
  /// Fresh device keys in slots below `prefix`, with their SubjectPublicKeyInfo.
  Result<std::vector<Bytes>> make_mdoc_keys(const std::string& prefix, std::vector<std::string>& slots);
  /// What a wallet checks before it keeps an mdoc: digests, document type, that it is bound to the key in its slot.
  Result<std::vector<MdocRecord>> accept_mdocs(const std::vector<Bytes>& issued, const std::vector<std::string>& slots);

  // -- card_use.cc: the card application's certificates.
  /// The card, if it may be used right now. NOTHING_TO_PRESENT, PHONE_ENDED, PHONE_SUSPENDED, PENDING_UNTIL_0800,
  /// PENDING_ACTIVATION, NEEDS_REPROOF.
  Result<CardItem> usable_card();
  Result<json::Value> login(const std::string& origin, ByteView nonce, int64_t expires, const Sample& sample);
  Result<json::Value> sign(ByteView sha256, const Sample& sample);
  Result<json::Value> sign_with_card(Purpose purpose, const crypto::Sha256Digest& digest, const Sample& sample,
                                     const Activity& what);
  Result<void> ready_contactless(const Sample& sample);

  // -- presentation.cc: the mdoc.
  Result<json::Value> engage();
  Result<json::Value> read_request(ByteView message);
  Result<json::Value> consent(const std::vector<ElementName>& agreed, const Sample& sample);
  Result<json::Value> decline();
  Result<MdocRecord> next_mdoc();
  Result<void> may_ask(const std::string& reader, const std::vector<mdoc::RequestedElement>& asked) const;

  /// What a contactless reader talks to: the secure element's card, until the holder's readiness runs out.
  class Contactless final : public apdu::ApduChannel {
   public:
    explicit Contactless(Impl& phone) : phone_(phone) {}
    Result<Bytes> transmit(ByteView command) override;

   private:
    Impl& phone_;
  };

  std::mutex mutex;  // the holder has two hands, the phone one mind: one action at a time
  PhoneConfig config;
  Clock& clock;
  crypto::Random& random;
  crypto::KeySource& keys;
  store::Store& store;
  std::unique_ptr<SimulatedSecureElement> element;
  UserVerifier verifier;
  Wallet wallet;
  Network network;
  NfcField& nfc;
  Settings settings;
  Contactless contactless{*this};

  // Volatile.
  std::optional<crypto::Pin> text_pin, sign_password;  // of the physical card, until it was read
  std::optional<Presentation> presentation;
  Instant ready_until{};
};

/// PENDING_UNTIL_0800 or PENDING_ACTIVATION, by when it becomes active (article A26).
Reason pending_reason(Instant active_at);

/// CONSENT_SET_MISMATCH unless this DeviceResponse shows exactly these elements of one document and nothing else
/// (threats PHN-8). The last look before it leaves.
Result<void> check_released(ByteView device_response, const std::vector<ElementName>& agreed);

/// An authority's answer as CBOR: a bstr of a map, or an array of them. MALFORMED.
Result<Bytes> bytes_at(const cbor::Value& map, std::string_view key);
Result<std::vector<Bytes>> byte_strings_at(const cbor::Value& map, std::string_view key);

}  // namespace mitome::phone
