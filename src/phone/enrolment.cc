// Adding the card, in the article's order (A17 to A25). Every finished step is durable, so that a phone that was switched off
// goes on where it was; the physical card's PINs alone are not kept and are asked for again.
#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "credential/x509/certificate.h"
#include "phone/card_reading.h"
#include "phone/phone_impl.h"
#include "protocol/jpki/identifiers.h"

namespace mitome::phone {
namespace {

constexpr std::string_view kCbor = "application/cbor";
constexpr size_t kMaxMotions = 16, kMaxFrames = 240;
constexpr unsigned kMaxFilmSide = 640;

Error out_of_order(std::string_view wanted) {
  return {Reason::TRANSITION_REFUSED, "enrolment: " + std::string{wanted}};
}

Bytes encode_keys(const Bytes& instance, const Bytes& auth, const Bytes& sign, const std::vector<Bytes>& mdocs) {
  cbor::Writer out;  // keys in the order of their encoded bytes (RFC 8949 4.2.1)
  out.map(4).text("auth").bytes(auth).text("mdoc").array(mdocs.size());
  for (const Bytes& mdoc : mdocs) out.bytes(mdoc);
  out.text("sign").bytes(sign).text("instance").bytes(instance);
  return out.take();
}

Bytes encode_card(const CardReading& reading) {
  cbor::Writer out;
  out.map(3).text("text").array(4);
  out.bytes(reading.text.my_number).bytes(reading.text.attributes);
  out.bytes(reading.text.integrity).bytes(reading.text.certificate);
  out.text("auth_cert").bytes(reading.auth_certificate).text("sign_cert").bytes(reading.sign_certificate);
  return out.take();
}

std::vector<std::string> mdoc_slots(const std::string& prefix, size_t count) {
  std::vector<std::string> slots;
  for (size_t i = 0; i < count; ++i) slots.push_back(prefix + "mdoc" + std::to_string(i));
  return slots;
}

/// The certificate in a grant must be for the key that is here, by the CA that came with it.
Result<void> check_certificate(ByteView der, ByteView ca_der, const crypto::PublicKey& key) {
  TRY_ASSIGN(const auto certificate, x509::Certificate::parse(der));
  TRY_ASSIGN(const auto ca, x509::Certificate::parse(ca_der));
  TRY(x509::verify_issued_by(certificate, ca));
  if (!(certificate.public_key() == key)) return Error{Reason::BAD_KEY, "the certificate is for another key"};
  return {};
}

}  // namespace

Result<Bytes> bytes_at(const cbor::Value& map, std::string_view key) {
  TRY_ASSIGN(const cbor::Value value, map.get(key));
  TRY_ASSIGN(const ByteView bytes, value.as_bytes());
  return to_bytes(bytes);
}

Result<std::vector<Bytes>> byte_strings_at(const cbor::Value& map, std::string_view key) {
  TRY_ASSIGN(const cbor::Value list, map.get(key));
  if (!list.is(cbor::Type::kArray)) return Error{Reason::MALFORMED, std::string{key} + " is not an array"};
  std::vector<Bytes> out;
  for (auto item = list.first_child(); item; item = item->next_sibling()) {
    TRY_ASSIGN(const ByteView bytes, item->as_bytes());
    out.push_back(to_bytes(bytes));
  }
  return out;
}

Result<Enrolment> Phone::Impl::enrolment_at(EnrolmentStep from, EnrolmentStep to) {
  TRY_ASSIGN(const auto enrolment, wallet.enrolment());
  if (!enrolment) return out_of_order("not started");
  if (enrolment->step < from || enrolment->step > to)
    return out_of_order("at step " + std::to_string(static_cast<unsigned>(enrolment->step)));
  return *enrolment;
}

Result<void> Phone::Impl::save(const Enrolment& enrolment) {
  return wallet.write([&enrolment](Wallet::Edit& edit) { return edit.put("enrolment", enrolment.encode()); });
}

Result<json::Value> Phone::Impl::start_enrolment() {
  if (!verifier.enrolled() || !settings.biometrics_on) return Error{Reason::BIOMETRICS_NOT_SET_UP, ""};
  auto readable = wallet.card();
  if (!readable.has_value() && readable.error().reason == Reason::WALLET_SEALED) {
    TRY(wallet.reset());
  }
  const auto request = http::post_json(
      url("/enrol/start"), json::Value::object({{"model", settings.model},
                                                {"os", settings.os},
                                                {"app", settings.app},
                                                {"biometrics", biometrics_text(verifier.kind())}}));
  TRY_ASSIGN(const json::Value answer, http::call_json(network, request));
  Enrolment enrolment;
  TRY_ASSIGN(enrolment.session, answer.string_at("session"));
  TRY_ASSIGN(enrolment.nonce, answer.base64url_at("nonce"));
  TRY_ASSIGN(enrolment.motion, answer.string_at("motion"));
  TRY_ASSIGN(const int64_t expires, answer.int_at("expires"));
  enrolment.expires = instant_from_unix(expires);
  enrolment.slots = "e" + to_hex(random.bytes(8)) + "/";
  const json::Value* motions = answer.find("motions");
  if (motions != nullptr)
    for (const json::Value& motion : motions->items())
      if (motion.text() != nullptr && enrolment.motions.size() < kMaxMotions) enrolment.motions.push_back(*motion.text());
  text_pin.reset();
  sign_password.reset();
  own_pin.reset();
  TRY(element->drop_staged_pins());
  TRY(save(enrolment));
  TRY(sweep_slots());  // keys of an enrolment that was given up
  tell_step();
  return json::Value::object({{"motion", enrolment.motion}, {"motions", motions ? *motions : json::Value::array()}});
}

Result<json::Value> Phone::Impl::change_motion() {
  TRY_ASSIGN(Enrolment enrolment, enrolment_at(EnrolmentStep::kStarted, EnrolmentStep::kStarted));
  const auto request =
      http::post_json(url("/enrol/motion"), json::Value::object({{"session", enrolment.session}}));
  TRY_ASSIGN(const json::Value answer, http::call_json(network, request));
  TRY_ASSIGN(enrolment.motion, answer.string_at("motion"));
  TRY(save(enrolment));
  return json::Value::object({{"motion", enrolment.motion}});
}

Result<json::Value> Phone::Impl::record_face(ByteView portrait_sha256) {
  TRY_ASSIGN(Enrolment enrolment, enrolment_at(EnrolmentStep::kStarted, EnrolmentStep::kStarted));
  if (portrait_sha256.size() != 32) return Error{Reason::MALFORMED, "portrait_sha256"};
  cbor::Writer recording;
  recording.array(4).text("mitome-motion-1").text(enrolment.motion).bytes(enrolment.nonce).bytes(portrait_sha256);
  return send_recording(enrolment, recording.view());
}

Result<json::Value> Phone::Impl::record_film(const Film& film) {
  TRY_ASSIGN(Enrolment enrolment, enrolment_at(EnrolmentStep::kStarted, EnrolmentStep::kStarted));
  if (film.width == 0 || film.height == 0 || film.width > kMaxFilmSide || film.height > kMaxFilmSide ||
      film.frames.empty() || film.frames.size() > kMaxFrames)
    return Error{Reason::LIMIT_EXCEEDED, "film"};
  cbor::Writer recording;
  recording.array(7).text("mitome-film-1").text(enrolment.motion).bytes(enrolment.nonce);
  recording.uint(film.width).uint(film.height).uint(film.frames_per_second).array(film.frames.size());
  for (const Bytes& frame : film.frames) {
    if (frame.size() != size_t{film.width} * film.height) return Error{Reason::MALFORMED, "a frame of another size"};
    recording.bytes(frame);
  }
  return send_recording(enrolment, recording.view());
}

Result<json::Value> Phone::Impl::record_sample_film() {
  TRY_ASSIGN(const Enrolment enrolment, enrolment_at(EnrolmentStep::kStarted, EnrolmentStep::kStarted));
  if (!config.camera) return Error{Reason::SIMULATION_OFF, ""};
  TRY_ASSIGN(const Film film, config.camera(enrolment.motion));
  return record_film(film);
}

Result<json::Value> Phone::Impl::send_recording(Enrolment& enrolment, ByteView recording) {
  const auto request = http::post_json(
      url("/enrol/face"), json::Value::object({{"session", enrolment.session}, {"recording", base64url::encode(recording)}}));
  TRY_ASSIGN(const json::Value answer, http::call_json(network, request));
  TRY_ASSIGN(const std::string face, answer.string_at("face"));
  enrolment.step = EnrolmentStep::kFace;
  TRY(save(enrolment));
  tell_step();
  return json::Value::object({{"face", face}});
}

Result<void> Phone::Impl::enter_text_pin(std::string_view typed) {
  TRY(enrolment_at(EnrolmentStep::kFace, EnrolmentStep::kFace));
  TRY_ASSIGN(text_pin, crypto::Pin::four_digits(typed));
  tell_step();
  return {};
}

Result<void> Phone::Impl::enter_sign_password(std::string_view typed) {
  TRY(enrolment_at(EnrolmentStep::kFace, EnrolmentStep::kFace));
  if (!text_pin) return out_of_order("the card-surface PIN comes first");
  TRY_ASSIGN(sign_password, crypto::Pin::signing_password(typed));
  tell_step();
  return {};
}

Result<std::vector<Bytes>> Phone::Impl::make_mdoc_keys(const std::string& prefix, std::vector<std::string>& slots) {
  slots = mdoc_slots(prefix, config.batch_size);
  std::vector<Bytes> keys_made;
  for (const std::string& slot : slots) {
    TRY_ASSIGN(const auto key, element->generate(slot, crypto::KeyType::kP256, KeyUse::kUserVerified));
    keys_made.push_back(key.spki());
  }
  return keys_made;
}

Result<void> Phone::Impl::make_keys(Enrolment& enrolment) {
  const std::string& slots = enrolment.slots;
  TRY_ASSIGN(const auto instance, element->generate(slots + "instance", crypto::KeyType::kP256, KeyUse::kBackground));
  const KeyUse use = certificate_key_use();
  TRY_ASSIGN(const auto auth, element->generate(slots + "auth", crypto::KeyType::kRsa, use));
  TRY_ASSIGN(const auto sign_key, element->generate(slots + "sign", crypto::KeyType::kRsa, use));
  std::vector<std::string> names;
  TRY_ASSIGN(const std::vector<Bytes> mdocs, make_mdoc_keys(slots, names));
  enrolment.keys = encode_keys(instance.spki(), auth.spki(), sign_key.spki(), mdocs);
  return save(enrolment);
}

Result<json::Value> Phone::Impl::read_card() {
  TRY_ASSIGN(Enrolment enrolment, enrolment_at(EnrolmentStep::kFace, EnrolmentStep::kFace));
  if (!text_pin || !sign_password) return out_of_order("the card's PINs come first");
  if (clock.now() >= enrolment.expires) return Error{Reason::SESSION_EXPIRED, "start adding again"};  // before a PIN is tried
  // Keys first: the card signs their hash, and a holder does not hold a card still while RSA keys are made.
  if (enrolment.keys.empty()) {
    TRY(make_keys(enrolment));
  }
  TRY_ASSIGN(apdu::ApduChannel* const card, nfc.connect());
  const auto keys_digest = crypto::sha256(enrolment.keys);
  const Bytes message =
      cbor::Writer{}.array(3).text("mitome-enrol-1").bytes(enrolment.nonce).bytes(keys_digest).take();
  auto reading = read_for_enrolment(*card, *text_pin, *sign_password, message, clock.now());
  // A card that slipped away is tried again with what was typed; after anything else the PINs are gone.
  const bool again = !reading.has_value() && reading.error().reason == Reason::CARD_SILENT;
  if (!again) {
    text_pin.reset();
    sign_password.reset();
  }
  TRY(reading);
  enrolment.card = encode_card(*reading);
  enrolment.signature = reading->signature;
  enrolment.holder = reading->name;
  enrolment.step = EnrolmentStep::kRead;
  TRY(save(enrolment));
  tell_step();
  return json::Value::object({{"name", reading->name}, {"card", jpki::kCardLabel}});
}

Result<void> Phone::Impl::choose_pins(std::string_view auth_pin, std::string_view sign_password_typed) {
  TRY_ASSIGN(Enrolment enrolment, enrolment_at(EnrolmentStep::kRead, EnrolmentStep::kPins));
  TRY_ASSIGN(const crypto::Pin auth, crypto::Pin::four_digits(auth_pin));
  TRY_ASSIGN(const crypto::Pin sign_pin, crypto::Pin::signing_password(sign_password_typed));
  return stage(enrolment, auth, sign_pin);
}

Result<void> Phone::Impl::choose_auth_pin(std::string_view typed) {
  TRY(enrolment_at(EnrolmentStep::kRead, EnrolmentStep::kRead));
  TRY_ASSIGN(own_pin, crypto::Pin::four_digits(typed));
  tell_step();
  return {};
}

Result<void> Phone::Impl::choose_own_password(std::string_view typed) {
  TRY_ASSIGN(Enrolment enrolment, enrolment_at(EnrolmentStep::kRead, EnrolmentStep::kRead));
  if (!own_pin) return out_of_order("the phone's PIN comes first");
  TRY_ASSIGN(const crypto::Pin sign_pin, crypto::Pin::signing_password(typed));
  return stage(enrolment, *own_pin, sign_pin);
}

Result<void> Phone::Impl::stage(Enrolment& enrolment, const crypto::Pin& auth, const crypto::Pin& sign_pin) {
  TRY(element->stage_pins(auth, sign_pin));
  own_pin.reset();
  enrolment.step = EnrolmentStep::kPins;
  TRY(save(enrolment));
  tell_step();
  return {};
}

Result<void> Phone::Impl::make_evidence(Enrolment& enrolment) {
  TRY_ASSIGN(const Bytes attestation, element->attest(enrolment.nonce, enrolment.keys));
  cbor::Writer out;
  out.map(5).text("card").raw(enrolment.card).text("keys").bytes(enrolment.keys);
  out.text("session").text(enrolment.session).text("signature").bytes(enrolment.signature);
  out.text("attestation").bytes(attestation);
  enrolment.evidence = out.take();
  return save(enrolment);
}

Result<json::Value> Phone::Impl::add(const Sample& sample) {
  TRY_ASSIGN(Enrolment enrolment, enrolment_at(EnrolmentStep::kPins, EnrolmentStep::kWaiting));
  TRY(element->public_key(enrolment.slots + "auth"));  // NEEDS_REPROOF when faces or fingers changed since the reading
  const bool waited = enrolment.step == EnrolmentStep::kWaiting;
  if (!waited) {  // while the desk looks at the photograph, what was agreed to is only asked for again
    const auto keys_digest = crypto::sha256(enrolment.keys);
    TRY_ASSIGN(const Pass pass, verify(sample, Purpose::kEnrol, keys_digest));
    TRY(element->confirm(pass, Purpose::kEnrol, keys_digest));
  }
  if (enrolment.evidence.empty()) {
    TRY(make_evidence(enrolment));
  }
  TRY_ASSIGN(const Bytes grant, ask_grant(enrolment));
  TRY_ASSIGN(const CardItem item, install_grant(enrolment, grant));
  TRY(sweep_slots());  // what the card before this one left
  if (waited) notify("review-approved");
  notify("added", item.active_at);
  last_tick = clock.now();
  tell_step();
  return json::Value::object({{"phone", item.phone},
                              {"active_at", to_unix(item.active_at)},
                              {"notice", reason_code(pending_reason(item.active_at))}});
}

Result<Bytes> Phone::Impl::ask_grant(Enrolment& enrolment) {
  const bool waited = enrolment.step == EnrolmentStep::kWaiting;
  auto grant = http::call_bytes(network, http::post(url("/enrol/complete"), kCbor, enrolment.evidence));
  if (grant.has_value()) return grant;
  const Error refused = std::move(grant).error();
  if (refused.reason == Reason::REVIEW_PENDING && !waited) {  // the evidence stays; the desk decides (decisions 21)
    enrolment.step = EnrolmentStep::kWaiting;
    TRY(save(enrolment));
    notify("review-waiting");
    tell_step();
  }
  const bool decided = reason_info(refused.reason).kind != ReasonKind::kUnavailable;
  if (decided && (waited || refused.reason == Reason::FACE_MISMATCH)) {
    TRY(give_up_enrolment());
    notify("review-refused", std::nullopt, std::string{reason_code(refused.reason)});
    tell_step();
  }
  return refused;
}

Result<CardItem> Phone::Impl::install_grant(const Enrolment& enrolment, ByteView grant) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(grant));
  const cbor::Value root = document.root();
  CardItem item;
  TRY_ASSIGN(const cbor::Value phone, root.get("phone"));
  TRY_ASSIGN(item.phone, phone.as_text());
  TRY_ASSIGN(const cbor::Value version, root.get("version"));
  TRY_ASSIGN(item.version, version.as_uint());
  TRY_ASSIGN(const cbor::Value active_at, root.get("active_at"));
  TRY_ASSIGN(const int64_t active_unix, active_at.as_int());
  item.active_at = instant_from_unix(active_unix);
  item.added_at = clock.now();
  TRY_ASSIGN(item.auth_certificate, bytes_at(root, "auth_cert"));
  TRY_ASSIGN(item.sign_certificate, bytes_at(root, "sign_cert"));
  TRY_ASSIGN(item.auth_ca, bytes_at(root, "auth_ca"));
  TRY_ASSIGN(item.sign_ca, bytes_at(root, "sign_ca"));
  TRY_ASSIGN(const std::vector<Bytes> issued, byte_strings_at(root, "mdocs"));
  item.instance_slot = enrolment.slots + "instance";
  item.auth_slot = enrolment.slots + "auth";
  item.sign_slot = enrolment.slots + "sign";

  TRY_ASSIGN(const auto auth_key, element->public_key(item.auth_slot));
  TRY_ASSIGN(const auto sign_key, element->public_key(item.sign_slot));
  TRY(check_certificate(item.auth_certificate, item.auth_ca, auth_key));
  TRY(check_certificate(item.sign_certificate, item.sign_ca, sign_key));
  TRY_ASSIGN(const auto mdocs, accept_mdocs(issued, mdoc_slots(enrolment.slots, config.batch_size)));

  // The secure element first, the wallet last: until the wallet says so, the same evidence is sent again and the same grant installed.
  TRY(element->install_card({item.auth_certificate, item.sign_certificate, item.auth_ca, item.sign_ca},
                            item.auth_slot, item.sign_slot));
  auto written = wallet.write([&](Wallet::Edit& edit) -> Result<void> {
    TRY(edit.erase("enrolment"));
    TRY(edit.erase("call"));
    TRY(edit.erase_all("mdoc/"));
    TRY(put_mdocs(edit, mdocs));
    TRY(edit.put("card", item.encode()));
    return edit.log(activity("added"));
  });
  TRY(std::move(written));
  return item;
}

}  // namespace mitome::phone
