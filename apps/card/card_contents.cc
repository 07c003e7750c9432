#include "apps/card/card_contents.h"

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "credential/x509/certificate.h"
#include "protocol/jpki/card_map.h"
#include "protocol/jpki/reader.h"

namespace mitome::apps {
namespace {

/// Only a card that answers can say that it has no such application.
Result<bool> has_application(apdu::ApduChannel& channel, ByteView aid) {
  const auto selected = jpki::select_application(channel, aid);
  if (selected) return true;
  if (selected.error().reason == Reason::CARD_REFUSED) return false;
  return selected.error();
}

Result<json::Value> tries_left(apdu::ApduChannel& channel) {
  json::Value out = json::Value::object();
  for (const PinPlace& place : pin_places()) {
    if (out.find(place.which) != nullptr) continue;
    TRY_ASSIGN(const bool there, has_application(channel, place.aid));
    if (!there) continue;
    const auto left = jpki::pin_tries_left(channel, place.file);
    if (left) out.set(place.which, static_cast<int64_t>(*left));
  }
  return out;
}

/// What was verified of what is read, by the names under which it is printed. Some has no signature: the card's number, the resident code,
/// the expiry on the face.
struct Verified {
  const CardTrust* by;  ///< null: nothing is
  json::Value members = json::Value::array();

  void add(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) members.push(name);
  }
};

Result<void> add_certificate(json::Value& out, std::string_view name, ByteView der, Verified& verified) {
  TRY_ASSIGN(const x509::Certificate certificate, x509::Certificate::parse(der));
  if (verified.by != nullptr) {
    TRY(verified.by->verify(certificate));
    verified.add({name});
  }
  out.set(name, json::Value::object({{"serial", to_hex(certificate.serial())},
                                     {"not_before", to_rfc3339(certificate.not_before())},
                                     {"not_after", to_rfc3339(certificate.not_after())},
                                     {"sha256", to_hex(certificate.fingerprint())},
                                     {"der", base64url::encode_standard(der)}}));
  return {};
}

/// The value of the first record of a file, behind its number and length.
Result<std::string> first_record(apdu::ApduChannel& channel, uint16_t file) {
  TRY_ASSIGN(const Bytes record, jpki::read_record(channel, file, 1));
  return std::string{as_text(ByteView{record}).substr(std::min<size_t>(2, record.size()))};
}

/// 28 digits: number, municipality, expiry.
Result<json::Value> serial_json(apdu::ApduChannel& channel) {
  TRY_ASSIGN(const std::string digits, first_record(channel, jpki::kCommonSerialFile));
  if (digits.size() != 28) return Error{Reason::MALFORMED, "the card's number is not of 28 digits"};
  return json::Value::object(
      {{"number", digits.substr(0, 15)}, {"municipality", digits.substr(15, 5)}, {"expires", digits.substr(20, 8)}});
}

/// Selects and verifies; the detail says which PIN, as its holder calls it.
Result<void> unlock(apdu::ApduChannel& channel, const PinPlace& place, PinInput& pins, const Cli& cli) {
  TRY_ASSIGN(const crypto::Pin* const pin, pins.get(place.which, cli.say(place.en, place.ja)));
  TRY(jpki::select_application(channel, place.aid));
  const auto verified = jpki::verify_pin(channel, place.file, *pin);
  return verified ? Result<void>{} : Result<void>{about_pin(place, verified.error(), cli)};
}

Result<void> read_text(apdu::ApduChannel& channel, Verified& verified, json::Value& out, std::string& my_number) {
  TRY_ASSIGN(const jpki::TextFiles files, jpki::read_text_files(channel));
  if (verified.by != nullptr) {
    TRY(jpki::verify_text_integrity(files, verified.by->files));
    verified.add({"my_number", "name", "address", "birth_date", "sex"});
  }
  TRY_ASSIGN(my_number, jpki::parse_my_number(files.my_number));
  TRY_ASSIGN(const jpki::Attributes items, jpki::parse_attributes(files.attributes));
  out.set("my_number", my_number)
      .set("name", items.name)
      .set("address", items.address)
      .set("birth_date", to_compact_date(items.birth_date))
      .set("sex", items.sex);
  return {};
}

/// Opened by number A, which is the My Number that the text application has just told.
Result<void> read_surface(apdu::ApduChannel& channel, std::string_view my_number, Verified& verified, json::Value& out) {
  TRY_ASSIGN(const bool there, has_application(channel, jpki::kSurfaceAid));
  if (!there) return {};
  TRY_ASSIGN(const crypto::Pin number_a, crypto::Pin::from_command(as_bytes(my_number)));
  TRY(jpki::verify_pin(channel, jpki::kSurfaceNumberAPin, number_a));
  TRY_ASSIGN(const jpki::SurfaceFiles files, jpki::read_surface_files(channel));
  if (verified.by != nullptr) {
    TRY(jpki::verify_surface_face(files, verified.by->files));
    TRY(jpki::verify_surface_number(files, verified.by->files));
    verified.add({"face.name_png", "face.address_png", "face.photo_jp2"});
  }
  TRY_ASSIGN(const jpki::SurfaceContent face, jpki::parse_surface_face(files.face));
  out.set("face", json::Value::object({{"name_png", base64url::encode_standard(face.name_png)},
                                       {"address_png", base64url::encode_standard(face.address_png)},
                                       {"photo_jp2", base64url::encode_standard(face.photo)},
                                       {"expires", to_compact_date(face.expiry)}}));
  return {};
}

/// All but the tries left, which are asked once, when nothing more is tried.
Result<json::Value> describe(apdu::ApduChannel& channel, Verified& verified) {
  json::Value applications = json::Value::array();
  for (const jpki::ApplicationEntry& each : jpki::card_map()) {
    TRY_ASSIGN(const bool there, has_application(channel, each.aid));
    if (there) applications.push(each.name);
  }
  TRY(jpki::select_application(channel, jpki::kJpkiAid));
  TRY_ASSIGN(const jpki::TokenInfo token, jpki::read_token_info(channel));
  json::Value out = json::Value::object({{"token", token.label}, {"applications", std::move(applications)}});
  // An Android phone shows it only after its PIN.
  if (const auto auth = jpki::read_auth_certificate(channel)) TRY(add_certificate(out, "auth_certificate", *auth, verified));
  TRY_ASSIGN(const bool numbered, has_application(channel, jpki::kCommonAid));
  if (numbered) {
    TRY_ASSIGN(json::Value serial, serial_json(channel));
    out.set("card", std::move(serial));
  }
  return out;
}

}  // namespace

Result<json::Value> describe_card(apdu::ApduChannel& channel) {
  Verified nothing{nullptr};
  TRY_ASSIGN(json::Value out, describe(channel, nothing));
  TRY_ASSIGN(json::Value tries, tries_left(channel));
  out.set("tries_left", std::move(tries));
  return out;
}

Result<json::Value> read_card(apdu::ApduChannel& channel, PinInput& pins, const CardTrust* trust, const Cli& cli) {
  Verified verified{trust};
  TRY_ASSIGN(json::Value out, describe(channel, verified));
  for (const PinPlace& place : pin_places()) {
    if (!pins.knows(place.which) || equal(place.aid, jpki::kCommonAid)) continue;
    TRY(unlock(channel, place, pins, cli));
    if (place.which == "text") {
      std::string my_number;
      TRY(read_text(channel, verified, out, my_number));
      TRY(read_surface(channel, my_number, verified, out));
    } else if (place.which == "juki") {
      TRY_ASSIGN(const std::string code, first_record(channel, jpki::kJukiRecordFile));
      out.set("resident_code", code);
    } else if (place.which == "sign") {
      TRY_ASSIGN(const Bytes der, jpki::read_sign_certificate(channel));
      TRY(add_certificate(out, "sign_certificate", der, verified));
    } else if (out.find("auth_certificate") == nullptr) {
      TRY_ASSIGN(const Bytes der, jpki::read_auth_certificate(channel));
      TRY(add_certificate(out, "auth_certificate", der, verified));
    }
  }
  out.set("verified", std::move(verified.members));
  TRY_ASSIGN(json::Value tries, tries_left(channel));
  out.set("tries_left", std::move(tries));
  return out;
}

}  // namespace mitome::apps
