#include "phone/simulated_secure_element.h"

#include <algorithm>

#include "card/card_image.h"
#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"
#include "crypto/aead.h"
#include "protocol/jpki/identifiers.h"

namespace mitome::phone {
namespace {

constexpr std::string_view kArea = "se";
constexpr size_t kGcmNonceSize = 12;

Error error(Reason reason, std::string detail) { return Error{reason, std::move(detail)}; }

}  // namespace

crypto::Sha256Digest contactless_binding() { return crypto::sha256(as_bytes("mitome-contactless-1")); }

SimulatedSecureElement::SimulatedSecureElement(Silicon& silicon, crypto::Random& random, crypto::KeySource& keys,
                                               MakerKey maker, card::TokenProfile profile)
    : silicon_(silicon), random_(random), key_source_(keys), maker_(std::move(maker)), profile_(profile), platform_(*this),
      reader_side_(*this) {}

Result<std::unique_ptr<SimulatedSecureElement>> SimulatedSecureElement::start(Silicon& silicon, crypto::Random& random,
                                                                              crypto::KeySource& keys, MakerKey maker,
                                                                              card::TokenProfile profile) {
  std::unique_ptr<SimulatedSecureElement> element{
      new SimulatedSecureElement{silicon, random, keys, std::move(maker), profile}};
  TRY_ASSIGN(auto stored, silicon.load(kArea));
  if (stored) {
    TRY_ASSIGN(element->memory_, parse(*stored));
    element->durable_ = crypto::SecretBytes{std::move(*stored)};
  } else {
    element->memory_.sealing_key = crypto::SecretBytes{random.bytes(32)};
    element->memory_.pairing_key = crypto::SecretBytes{random.bytes(32)};
    TRY(element->commit());
  }
  TRY(element->boot());
  return element;
}

crypto::SecretBytes SimulatedSecureElement::pairing_key() const {
  return crypto::SecretBytes::copy_of(memory_.pairing_key.reveal());
}

Result<void> SimulatedSecureElement::commit() {
  crypto::SecretBytes encoded{encode(memory_)};
  auto stored = silicon_.store(kArea, encoded.reveal());
  if (stored.has_value()) {
    durable_ = std::move(encoded);
    return {};
  }
  if (!durable_.empty()) memory_ = parse(durable_.reveal()).value();  // our own bytes
  return std::move(stored).error();
}

Result<void> SimulatedSecureElement::boot() {
  field_off();
  if (memory_.auth_slot.empty()) {
    chip_ = std::make_unique<card::Chip>(platform_, std::vector<std::unique_ptr<card::Applet>>{});
    return {};
  }
  TRY_ASSIGN(chip_, card::boot(platform_));
  return {};
}

// -- keys

Result<const crypto::PrivateKey*> SimulatedSecureElement::living_key(std::string_view slot) const {
  const auto found = memory_.keys.find(slot);
  if (found == memory_.keys.end()) return error(Reason::NOT_FOUND, "key slot " + std::string{slot});
  if (!found->second.key) return error(Reason::NEEDS_REPROOF, "");
  return &*found->second.key;
}

Result<crypto::PublicKey> SimulatedSecureElement::generate(std::string_view slot, crypto::KeyType type, KeyUse use) {
  if (memory_.keys.size() >= kMaxSlots && memory_.keys.find(slot) == memory_.keys.end())
    return error(Reason::LIMIT_EXCEEDED, "key slots");
  if (use == KeyUse::kUserVerified && memory_.kind == Biometrics::kNone)
    return error(Reason::BIOMETRICS_NOT_SET_UP, "");
  crypto::PrivateKey key = key_source_.generate(type);
  crypto::PublicKey public_half = key.public_key();
  memory_.keys.insert_or_assign(std::string{slot}, Key{use, std::move(key)});
  TRY(commit());
  return public_half;
}

Result<crypto::PublicKey> SimulatedSecureElement::public_key(std::string_view slot) const {
  TRY_ASSIGN(const crypto::PrivateKey* key, living_key(slot));
  return key->public_key();
}

std::vector<std::string> SimulatedSecureElement::slots() const {
  std::vector<std::string> names;
  names.reserve(memory_.keys.size());
  for (const auto& [name, key] : memory_.keys) names.push_back(name);
  return names;
}

Result<void> SimulatedSecureElement::erase(const std::vector<std::string>& slots) {
  size_t erased = 0;
  for (const std::string& slot : slots) erased += memory_.keys.erase(slot);
  if (erased == 0) return {};
  return commit();
}

// -- the holder's presence

PassChallenge SimulatedSecureElement::challenge() {
  challenge_.emplace();
  random_.fill(*challenge_);
  return *challenge_;
}

Result<void> SimulatedSecureElement::confirm(const Pass& pass, Purpose purpose, const crypto::Sha256Digest& bound_to) {
  const std::optional<PassChallenge> open = std::exchange(challenge_, std::nullopt);
  if (!open || *open != pass.challenge) return error(Reason::USER_AUTH_REQUIRED, "the pass is not fresh");
  if (!crypto::equal_constant_time(pass_mac(memory_.pairing_key.reveal(), pass), pass.mac))
    return error(Reason::USER_AUTH_REQUIRED, "the pass is not from this phone's sensor");
  if (pass.purpose != purpose || pass.bound_to != bound_to)
    return error(Reason::USER_AUTH_REQUIRED, "the pass is for something else");
  if (pass.set != memory_.set) return error(Reason::NEEDS_REPROOF, "");
  return {};
}

Result<Bytes> SimulatedSecureElement::sign(std::string_view slot, ByteView message) {
  TRY_ASSIGN(const crypto::PrivateKey* key, living_key(slot));
  if (memory_.keys.find(slot)->second.use != KeyUse::kBackground) return error(Reason::USER_AUTH_REQUIRED, "");
  return key->sign(crypto::SignatureAlgorithm::kEcdsaSha256, message);
}

Result<Bytes> SimulatedSecureElement::sign(std::string_view slot, ByteView message, const Pass& pass, Purpose purpose) {
  TRY(confirm(pass, purpose, crypto::sha256(message)));
  TRY_ASSIGN(const crypto::PrivateKey* key, living_key(slot));
  return key->sign(crypto::SignatureAlgorithm::kEcdsaSha256, message);
}

Result<void> SimulatedSecureElement::biometrics_changed(Biometrics kind, const BiometricSet& set) {
  if (kind == memory_.kind && set == memory_.set) return {};
  memory_.kind = kind;
  memory_.set = set;
  for (auto& [name, key] : memory_.keys)
    if (key.use == KeyUse::kUserVerified) key.key.reset();
  field_off();
  return commit();
}

// -- the wallet's lock and the phone's proof

Result<Bytes> SimulatedSecureElement::seal(std::string_view name, ByteView plaintext) {
  const Bytes nonce = random_.bytes(kGcmNonceSize);
  TRY_ASSIGN(const Bytes sealed, crypto::aes_gcm_seal(memory_.sealing_key.reveal(), nonce, as_bytes(name), plaintext));
  return concat({nonce, sealed});
}

Result<crypto::SecretBytes> SimulatedSecureElement::open(std::string_view name, ByteView sealed) {
  if (sealed.size() < kGcmNonceSize) return error(Reason::WALLET_SEALED, std::string{name});
  auto opened = crypto::aes_gcm_open(memory_.sealing_key.reveal(), sealed.first(kGcmNonceSize), as_bytes(name),
                                     sealed.subspan(kGcmNonceSize));
  if (!opened) return error(Reason::WALLET_SEALED, std::string{name});
  return crypto::SecretBytes{std::move(opened).value()};
}

Result<Bytes> SimulatedSecureElement::attest(ByteView challenge, ByteView keys) {
  if (memory_.kind == Biometrics::kNone) return error(Reason::BIOMETRICS_NOT_SET_UP, "");
  TRY_ASSIGN(const Bytes digest, attested_keys(keys));
  cbor::Writer payload;  // keys in the order of their encoded bytes (RFC 8949 4.2.1)
  payload.map(7);
  payload.text("app").text("mitome");
  payload.text("boot").text("verified");
  payload.text("keys").bytes(digest);
  payload.text("level").text("secure-element");
  payload.text("token").text(profile_ == card::TokenProfile::kAndroid ? jpki::kAndroidLabel : jpki::kPhoneLabel);
  payload.text("challenge").bytes(challenge);
  payload.text("biometrics").text(biometrics_text(memory_.kind));
  TRY_ASSIGN(const Bytes signature, maker_.key.sign(crypto::SignatureAlgorithm::kEcdsaSha256, payload.view()));
  return cbor::Writer{}.array(3).bytes(payload.view()).bytes(signature).bytes(maker_.certificate).take();
}

Result<Bytes> SimulatedSecureElement::attested_keys(ByteView keys) const {
  TRY_ASSIGN(const auto document, cbor::Document::parse(keys));
  // Every byte string in it, at any depth, must be a key that lives here; texts are the names of keys.
  size_t found = 0;
  std::vector<cbor::Value> rest{document.root()};
  while (!rest.empty()) {
    const cbor::Value value = rest.back();
    rest.pop_back();
    for (auto child = value.first_child(); child; child = child->next_sibling()) rest.push_back(*child);
    if (!value.is(cbor::Type::kBytes)) continue;
    TRY_ASSIGN(const ByteView spki, value.as_bytes());
    const auto owner = std::find_if(memory_.keys.begin(), memory_.keys.end(), [&spki](const auto& entry) {
      return entry.second.key && equal(entry.second.key->public_key().spki(), spki);
    });
    if (owner == memory_.keys.end()) return error(Reason::BAD_KEY, "not a key of this secure element");
    ++found;
  }
  if (found == 0) return error(Reason::BAD_KEY, "no key to attest");
  const auto digest = crypto::sha256(keys);
  return to_bytes(ByteView{digest});
}

// -- the card application

Result<void> SimulatedSecureElement::stage_pins(const crypto::Pin& auth, const crypto::Pin& sign) {
  memory_.staged_auth_pin = crypto::SecretBytes::copy_of(auth.reveal());
  memory_.staged_sign_pin = crypto::SecretBytes::copy_of(sign.reveal());
  return commit();
}

Result<void> SimulatedSecureElement::drop_staged_pins() {
  if (memory_.staged_auth_pin.empty()) return {};
  memory_.staged_auth_pin = {};
  memory_.staged_sign_pin = {};
  return commit();
}

Result<void> SimulatedSecureElement::install_card(const CardCertificates& certificates, std::string_view auth_slot,
                                                  std::string_view sign_slot) {
  if (memory_.staged_auth_pin.empty()) return error(Reason::TRANSITION_REFUSED, "the phone's own PINs are not chosen");
  TRY(living_key(auth_slot));
  TRY(living_key(sign_slot));
  TRY_ASSIGN(crypto::Pin auth_pin, crypto::Pin::from_command(memory_.staged_auth_pin.reveal()));
  TRY_ASSIGN(crypto::Pin sign_pin, crypto::Pin::from_command(memory_.staged_sign_pin.reveal()));
  const card::CardImage image{
      card::JpkiImage{profile_, certificates.auth_certificate, certificates.auth_ca,
                      certificates.sign_ca, certificates.sign_certificate, std::move(auth_pin), std::move(sign_pin)},
      std::nullopt};
  memory_.applet.clear();
  memory_.auth_slot = auth_slot;
  memory_.sign_slot = sign_slot;
  all_or_nothing_ = true;
  auto written = card::personalise(platform_, image);
  all_or_nothing_ = false;
  if (!written.has_value()) {
    memory_ = parse(durable_.reveal()).value();
    return std::move(written).error();
  }
  memory_.staged_auth_pin = {};
  memory_.staged_sign_pin = {};
  TRY(commit());
  return boot();
}

Result<void> SimulatedSecureElement::replace_signing(ByteView certificate, std::string_view sign_slot) {
  if (memory_.auth_slot.empty()) return error(Reason::TRANSITION_REFUSED, "no card in the secure element");
  TRY(living_key(sign_slot));
  memory_.sign_slot = sign_slot;
  memory_.applet[card::Slot{card::AppletId::kJpki, jpki::kSignCertificateFile, card::Part::kContent}] =
      to_bytes(certificate);
  TRY(commit());
  return boot();
}

Result<void> SimulatedSecureElement::remove_card() {
  memory_.applet.clear();
  memory_.auth_slot.clear();
  memory_.sign_slot.clear();
  TRY(commit());
  return boot();
}

Result<void> SimulatedSecureElement::open_operation(const Pass& pass, Purpose purpose, card::UserOperation operation,
                                                    const crypto::Sha256Digest* digest) {
  field_off();
  TRY(confirm(pass, purpose, digest != nullptr ? *digest : contactless_binding()));
  const bool signing = operation == card::UserOperation::kSigning;
  TRY(living_key(signing ? memory_.sign_slot : memory_.auth_slot));
  operation_ = operation;
  signature_left_ = true;
  if (digest != nullptr) operation_digest_ = *digest;
  return {};
}

void SimulatedSecureElement::field_off() {
  operation_ = card::UserOperation::kNone;
  signature_left_ = false;
  operation_digest_.reset();
  if (chip_) chip_->reset();
}

Result<std::optional<Bytes>> SimulatedSecureElement::AppletPlatform::read(card::Slot slot) {
  const auto found = element_.memory_.applet.find(slot);
  if (found == element_.memory_.applet.end()) return std::optional<Bytes>{};
  return std::optional<Bytes>{found->second};
}

Result<void> SimulatedSecureElement::AppletPlatform::write(card::Slot slot, ByteView value) {
  element_.memory_.applet[slot] = to_bytes(value);
  if (element_.all_or_nothing_) return {};
  return element_.commit();
}

Result<void> SimulatedSecureElement::AppletPlatform::erase(card::Slot slot) {
  if (element_.memory_.applet.erase(slot) == 0 || element_.all_or_nothing_) return {};
  return element_.commit();
}

Result<std::string> SimulatedSecureElement::AppletPlatform::key_slot(card::Slot slot) const {
  if (slot == card::kAuthKeySlot) return element_.memory_.auth_slot;
  if (slot == card::kSignKeySlot) return element_.memory_.sign_slot;
  return error(Reason::NOT_FOUND, "key slot of the card application");
}

Result<crypto::PublicKey> SimulatedSecureElement::AppletPlatform::generate_key(card::Slot) {
  return error(Reason::FORBIDDEN, "the wallet makes the keys, not a reader");
}

Result<crypto::PublicKey> SimulatedSecureElement::AppletPlatform::public_key(card::Slot slot) {
  TRY_ASSIGN(const std::string name, key_slot(slot));
  return element_.public_key(name);
}

Result<Bytes> SimulatedSecureElement::AppletPlatform::sign(card::Slot slot, card::RsaPadding padding, ByteView input) {
  TRY_ASSIGN(const std::string name, key_slot(slot));
  TRY_ASSIGN(const crypto::PrivateKey* key, element_.living_key(name));
  if (element_.operation_digest_) {
    const auto& digest = *element_.operation_digest_;
    const bool agreed = padding == card::RsaPadding::kPss ? equal(input, digest)
                                                           : equal(input, crypto::sha256_digest_info(digest));
    if (!agreed) return error(Reason::USER_AUTH_REQUIRED, "the holder agreed to sign something else");
  }
  return padding == card::RsaPadding::kPss ? key->sign_pss_digest(input) : key->sign_pkcs1_raw(input);
}

bool SimulatedSecureElement::AppletPlatform::consume_signature() {
  return std::exchange(element_.signature_left_, false);
}

void SimulatedSecureElement::AppletPlatform::operation_ended() {
  element_.operation_ = card::UserOperation::kNone;
  element_.signature_left_ = false;
  element_.operation_digest_.reset();
}

}  // namespace mitome::phone
