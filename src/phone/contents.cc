// What is in this card: every stored item, after a face or finger; and the other things in the wallet (article A42, A49).
#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "codec/cbor/reader.h"
#include "credential/mdoc/issuer_signed.h"
#include "credential/x509/certificate.h"
#include "phone/phone_impl.h"

namespace mitome::phone {
namespace {

/// An element's value as a page can show it.
void show_value(json::Value& out, ByteView encoded) {
  const auto document = cbor::Document::parse(encoded);
  if (!document.has_value()) {
    out.set("bytes", base64url::encode(encoded));
    return;
  }
  cbor::Value value = document->root();
  if (value.is(cbor::Type::kTag)) value = *value.first_child();  // full-date (RFC 8943)
  switch (value.type()) {
    case cbor::Type::kText: out.set("value", value.as_text().value()); break;
    case cbor::Type::kBool: out.set("value", value.as_bool().value()); break;
    case cbor::Type::kUint:
    case cbor::Type::kNegative: {
      const auto number = value.as_int();
      out.set("value", number.has_value() ? json::Value{*number} : json::Value{nullptr});
      break;
    }
    case cbor::Type::kBytes: out.set("bytes", base64url::encode(value.as_bytes().value())); break;
    default: out.set("bytes", base64url::encode(value.encoded()));
  }
}

Result<json::Value> show_mdoc(const MdocRecord& record) {
  TRY_ASSIGN(const auto issued, mdoc::IssuerSigned::parse(record.issuer_signed));
  auto elements = json::Value::array();
  for (const auto& name_space : issued.name_spaces)
    for (const auto& item : name_space.items) {
      auto element = json::Value::object({{"namespace", name_space.name}, {"element", item.identifier}});
      show_value(element, item.value);
      elements.push(std::move(element));
    }
  return json::Value::object({{"doctype", mdoc::kMncDocType},
                              {"valid_from", to_unix(record.valid_from)},
                              {"valid_until", to_unix(record.valid_until)},
                              {"elements", std::move(elements)}});
}

std::string text_of(const x509::OtherName& name) {
  // UTF8String with a short or long-form length; anything else is shown as hexadecimal digits.
  const ByteView der = name.value;
  const size_t head = der.size() > 2 && der[1] >= 0x80 ? 2 + (der[1] & 0x7FU) : 2;
  if (der.size() < 2 || der[0] != 0x0C || head > der.size()) return to_hex(der);
  return std::string{as_text(der.subspan(head))};
}

Result<json::Value> show_certificate(std::string_view use, ByteView der) {
  TRY_ASSIGN(const auto certificate, x509::Certificate::parse(der));
  auto attributes = json::Value::array();
  for (const auto& name : certificate.subject_other_names())
    attributes.push(json::Value::object({{"name", name.oid}, {"value", text_of(name)}}));
  return json::Value::object({{"use", use},
                              {"subject", certificate.subject_attribute("2.5.4.3").value_or("")},
                              {"issuer", certificate.issuer_attribute("2.5.4.11").value_or(
                                             certificate.issuer_attribute("2.5.4.3").value_or(""))},
                              {"serial", to_hex(certificate.serial())},
                              {"not_before", to_unix(certificate.not_before())},
                              {"not_after", to_unix(certificate.not_after())},
                              {"attributes", std::move(attributes)}});
}

json::Value also(std::string_view what, std::string_view what_ja) {
  return json::Value::object({{"what", what}, {"what_ja", what_ja}});
}

json::Value show_other(const OtherItem& item) {
  return json::Value::object({{"kind", item.kind},
                              {"id", item.id},
                              {"name", item.name},
                              {"name_ja", item.name_ja},
                              {"number", item.number},
                              {"balance", item.balance}});
}

}  // namespace

Result<json::Value> Phone::Impl::show_contents(const Sample& sample) {
  TRY_ASSIGN(const CardItem item, any_card());
  if (item.state == CardState::kEnded) return Error{Reason::PHONE_ENDED, item.cause};
  const auto binding = crypto::sha256({as_bytes("mitome-contents-1"), as_bytes(item.phone)});
  TRY_ASSIGN(const Pass pass, verify(sample, Purpose::kPresent, binding));
  TRY(element->confirm(pass, Purpose::kPresent, binding));
  TRY_ASSIGN(const auto stored, wallet.mdocs());
  auto shown = json::Value::array();
  for (const MdocRecord& record : stored) {
    TRY_ASSIGN(json::Value one, show_mdoc(record));
    shown.push(std::move(one));
    break;  // the others say the same, each for one reader
  }
  TRY_ASSIGN(json::Value auth, show_certificate("auth", item.auth_certificate));
  TRY_ASSIGN(json::Value sign_shown, show_certificate("sign", item.sign_certificate));
  return json::Value::object(
      {{"mdocs", std::move(shown)},
       {"mdocs_left", static_cast<int64_t>(stored.size())},
       {"certificates", json::Value::array({std::move(auth), std::move(sign_shown)})},
       {"also", json::Value::array({
                    also("The private keys and PINs of these certificates, in the secure element: nobody can read them.",
                         "これらの証明書の秘密鍵と暗証番号（セキュアエレメント内。誰も読み出せません）"),
                    also("The list of what was used where: names of items, no values.", "利用履歴（項目名のみ。値は含みません）"),
                    also("No medical, bank or similarly private data.", "医療・銀行などの情報は記録されていません"),
                })}});
}

Result<json::Value> Phone::Impl::restore_account() {
  if (!settings.network) return Error{Reason::UNREACHABLE, "the phone's network is off"};
  auto items = json::Value::array();
  auto written = wallet.write([this, &items](Wallet::Edit& edit) -> Result<void> {
    for (const OtherItem& item : config.account_items) {
      TRY(edit.put("other/" + item.id, encode_other(item)));
      items.push(show_other(item));
    }
    return {};
  });
  TRY(std::move(written));
  Settings next = settings;
  next.signed_in = true;
  TRY(save_settings(next));
  notify("restored");
  const auto card = json::Value::object(
      {{"kind", "card"},
       {"why", "Its keys are in one secure element and are never copied: add the card again on this phone."},
       {"why_ja", "鍵はひとつのセキュアエレメントの中だけにあり、複製されません。この端末で改めて追加してください。"}});
  return json::Value::object({{"items", std::move(items)}, {"not_restored", json::Value::array({card})}});
}

Result<json::Value> Phone::Impl::show_wallet() {
  auto items = json::Value::array();
  TRY_ASSIGN(const auto item, wallet.card());
  if (item) {
    TRY_ASSIGN(const auto mdocs, wallet.mdocs());
    items.push(json::Value::object({{"kind", "card"},
                                    {"id", "card"},
                                    {"state", card_state(*item)},
                                    {"cause", item->cause},
                                    {"active_at", to_unix(item->active_at)},
                                    {"mdocs_left", static_cast<int64_t>(mdocs.size())}}));
  }
  TRY_ASSIGN(const auto others, wallet.others());
  for (const OtherItem& other : others) items.push(show_other(other));
  return json::Value::object({{"items", std::move(items)}});
}

}  // namespace mitome::phone
