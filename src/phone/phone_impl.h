// The inside of a phone: its parts, and one function for everything that its holder's fingers can do. Each group of
// functions has its own file; routes.cc is the only caller, but for the public functions of Phone.
#pragma once

#include <deque>
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
#include "protocol/http/events.h"
#include "protocol/iso18013/session.h"
#include "protocol/webauthn/webauthn.h"

namespace mitome::phone {

/// The holder's face or finger in an action: what a simulated sensor sees, an authenticator's assertion, or nobody; and the
/// action itself, which an assertion must be for.
struct Sample {
  std::optional<Bytes> seen = std::nullopt;
  std::optional<webauthn::Assertion> assertion = std::nullopt;
  std::string path = {};
  Bytes body = {};      ///< deterministic CBOR of the request without the touch
  std::string pin = {};  ///< typed, on phones that hold the certificates behind a PIN
};
inline std::optional<ByteView> view(const Sample& sample) {
  return sample.seen ? std::optional<ByteView>{*sample.seen} : std::nullopt;
}

/// A body as deterministic CBOR (RFC 8949 4.2.1), without the members that are the touch itself. LIMIT_EXCEEDED.
Result<Bytes> touch_body(const json::Value& body);

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

inline constexpr std::string_view kNewestOs = "18.5", kNewestApp = "3.0";

struct Settings {
  std::string model = "MT-10", os{kNewestOs}, app{kNewestApp};
  bool network = true;
  bool biometrics_on = true;
  bool signed_in = false;
};

/// The models that settings offer and what sensor each has; any other has whatever is set up on it.
struct Model {
  std::string_view name;
  Biometrics sensor;
};
inline constexpr Model kModels[] = {{"MT-16", Biometrics::kFace}, {"MT-11", Biometrics::kFinger}, {"MT-9", Biometrics::kFinger}};

enum class Screen : uint8_t { kAsleep, kLocked, kUnlocked };
std::string_view screen_text(Screen screen);

/// What touch/start or touch/register gave out; used up by the first answer.
struct OpenChallenge {
  Bytes challenge, nonce;
  Instant expires;
};

/// A request of a gate that stands on the screen. Dies with the process.
struct WalletRequest {
  std::string gate, id, kind;
  Bytes nonce;
  int64_t expires = 0;
  Bytes sha256;        ///< of what is signed, for kind "sign"
  json::Value screen;  ///< as the page shows it
};

/// News for the holder.
struct Notice {
  int64_t id = 0;
  std::string kind;
  Instant at;
  std::optional<Instant> usable_from = std::nullopt;
  std::string detail = {};
};
inline constexpr size_t kMaxNotices = 50;

/// An engagement that is shown, and what a reader asked through it. Dies with the process: nothing of it is stored.
struct Presentation {
  iso18013::DeviceSession session;
  std::string engagement;                      ///< as the QR code shows it
  std::string reader;                          ///< empty until a reader has asked and proved who it is
  std::vector<mdoc::RequestedElement> screen;  ///< the consent screen
  Bytes request = {};                          ///< SHA-256 over transcript and request: what a touch is bound to
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
  /// Which sensor this model has.
  Biometrics sensor() const;
  Result<json::Value> update(const std::string& what);
  Result<void> save_settings(const Settings& next);
  /// Tells the secure element, and the holder.
  Result<void> sensor_changed();
  /// Factory reset: everything here is gone, and nobody is told.
  Result<json::Value> erase_phone();

  // -- screen.cc
  Result<json::Value> press(const std::string& button, int64_t presses);
  Result<json::Value> unlock(const std::optional<std::string>& passcode, const Sample& sample);
  Result<json::Value> choose(const std::string& item);
  Result<json::Value> close_wallet();
  Result<json::Value> show_state();
  Result<void> need_unlocked() const;
  json::Value show_screen() const;

  // -- notices.cc
  void notify(std::string kind, std::optional<Instant> usable_from = std::nullopt, std::string detail = {});
  json::Value show_notices() const;
  void tick();

  // -- touch.cc
  Result<json::Value> start_touch(const std::string& path, const json::Value& body);
  Result<json::Value> start_registration();
  Result<json::Value> finish_registration(const webauthn::Registration& registration);
  /// What stands on the screen and is agreed to with this path; empty when nothing but the body is.
  Bytes on_the_screen(std::string_view path) const;
  Bytes touch_challenge(std::string_view path, ByteView body, ByteView nonce) const;
  /// Uses the open challenge up, if this is its answer.
  Result<Bytes> take_touch(const Sample& sample);
  webauthn::RelyingParty relying_party() const { return {config.rp_id, config.origin}; }

  /// A fresh pass of the sensor for the secure element's next operation.
  Result<Pass> verify(const Sample& sample, Purpose purpose, const crypto::Sha256Digest& bound_to);
  std::string url(std::string_view path) const { return "http://" + config.authority + std::string{path}; }
  Activity activity(std::string kind, std::string party = "", std::vector<ElementName> elements = {}) const;

  // -- enrolment.cc: the article's order. TRANSITION_REFUSED out of it; after a restart the last finished step counts.
  Result<json::Value> start_enrolment();
  Result<json::Value> change_motion();
  Result<json::Value> record_face(ByteView portrait_sha256);
  Result<json::Value> record_film(const Film& film);
  Result<json::Value> record_sample_film();
  Result<json::Value> send_recording(Enrolment& enrolment, ByteView recording);
  Result<void> choose_auth_pin(std::string_view typed);
  Result<void> choose_own_password(std::string_view typed);
  Result<json::Value> step_back();
  Result<json::Value> cancel_enrolment();
  // -- pin_reset.cc
  /// Reserves a reset of the physical card's forgotten PIN ("auth" or "sign"), by the face that was filmed and the other PIN.
  Result<json::Value> reserve_pin_reset(const std::string& forgotten, std::string_view other_typed);
  Result<json::Value> show_enrolment();
  Result<void> give_up_enrolment();
  Result<void> stage(Enrolment& enrolment, const crypto::Pin& auth, const crypto::Pin& sign_pin);
  void tell_step();
  /// Behind a PIN the card application guards the keys itself.
  KeyUse certificate_key_use() const {
    return config.profile == Profile::kPin ? KeyUse::kBackground : KeyUse::kUserVerified;
  }
  Result<void> put_mdocs(Wallet::Edit& edit, const std::vector<MdocRecord>& mdocs) const;
  Result<void> enter_text_pin(std::string_view typed);
  Result<void> enter_sign_password(std::string_view typed);
  Result<json::Value> read_card();
  Result<void> choose_pins(std::string_view auth_pin, std::string_view sign_password);
  Result<json::Value> add(const Sample& sample);
  Result<Bytes> ask_grant(Enrolment& enrolment);
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
  std::string_view card_state(const CardItem& item) const;
  Result<void> remove_item();
  Result<json::Value> restore_account();
  Result<json::Value> show_contents(const Sample& sample);
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
  /// On a phone that holds the certificates behind PINs: as a reader of a card would.
  Result<json::Value> sign_with_pin(Purpose purpose, const crypto::Sha256Digest& digest, const Sample& sample,
                                    const Activity& what);
  Result<void> ready_contactless(const Sample& sample);
  Result<json::Value> ready(const Sample& sample);

  // -- requests.cc: what a gate asks, and what a service is asked.
  Result<json::Value> open_request(const std::string& link);
  Result<json::Value> answer_request(const std::string& id, const Sample& sample);
  Result<json::Value> decline_request(const std::string& id);
  Result<WalletRequest> read_wallet_request(const std::string& gate, const std::string& id, const json::Value& answer) const;
  Result<json::Value> sign_request(const WalletRequest& open, const Sample& sample);
  Result<json::Value> show_activity();
  Result<std::string> forget_token(const KnownService& service, const Activity& what, const Sample& sample);
  Result<json::Value> ask_deletion(int64_t id, const Sample& sample);
  const KnownService* known_service(std::string_view id) const;

  // -- presentation.cc: the mdoc.
  Result<json::Value> engage();
  Result<json::Value> read_request(ByteView message);
  Result<json::Value> consent(const std::vector<ElementName>& agreed, const Sample& sample);
  Result<json::Value> decline();
  json::Value show_reader() const;
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
  std::optional<crypto::Pin> own_pin;                  // the phone's own, until its password is chosen too
  std::optional<Presentation> presentation;
  Instant ready_until{};
  std::optional<WalletRequest> wallet_request;  // by a gate, on the screen
  std::optional<OpenChallenge> touch, registering;
  Bytes last_touch;                                       // answered already
  bool simulated = false;                                 // the action that runs now used the simulated sensor
  Screen screen = Screen::kUnlocked;
  bool wallet_up = false;
  std::string chosen_item;                                // item of the wallet
  std::deque<Notice> inbox;                               // newest first
  int64_t next_notice = 1;
  Instant last_tick{};
  /// Shared with the connections that listen: they may outlive the phone.
  std::shared_ptr<http::EventStream> news = std::make_shared<http::EventStream>();
};

/// What a login signs (docs/endpoints.md).
crypto::Sha256Digest login_digest(const std::string& origin, ByteView nonce, int64_t expires);

/// PENDING_UNTIL_0800 or PENDING_ACTIVATION, by when it becomes active (article A26).
Reason pending_reason(Instant active_at);

/// CONSENT_SET_MISMATCH unless this DeviceResponse shows exactly these elements of one document and nothing else
/// (threats PHN-8). The last look before it leaves.
Result<void> check_released(ByteView device_response, const std::vector<ElementName>& agreed);

/// An authority's answer as CBOR: a bstr of a map, or an array of them. MALFORMED.
Result<Bytes> bytes_at(const cbor::Value& map, std::string_view key);
Result<std::vector<Bytes>> byte_strings_at(const cbor::Value& map, std::string_view key);

}  // namespace mitome::phone
