// Showing the mdoc to a reader (ISO/IEC 18013-5): engagement, request, the holder's consent, response.
#include <algorithm>

#include "codec/base64url/base64url.h"
#include "credential/mdoc/device_response.h"
#include "phone/phone_impl.h"
#include "protocol/iso18013/reader_auth.h"

namespace mitome::phone {
namespace {

constexpr std::string_view kMyNumberElement = "individual_number_unicode";

/// A device key that asks for the holder's face or finger at the moment of signing, so that the pass is bound to exactly the
/// bytes that are signed: the transcript of this session and no other (PHN-1).
class PresenceSigner final : public crypto::Signer {
 public:
  PresenceSigner(Phone::Impl& phone, std::string slot, crypto::PublicKey key, const Sample& sample)
      : phone_(phone), slot_(std::move(slot)), key_(std::move(key)), sample_(sample) {}
  const crypto::PublicKey& public_key() const override { return key_; }
  crypto::SignatureAlgorithm algorithm() const override { return crypto::SignatureAlgorithm::kEcdsaSha256; }
  Result<Bytes> sign(ByteView message) override {
    TRY_ASSIGN(const Pass pass, phone_.verify(sample_, Purpose::kPresent, crypto::sha256(message)));
    return phone_.element->sign(slot_, message, pass, Purpose::kPresent);
  }

 private:
  Phone::Impl& phone_;
  std::string slot_;
  crypto::PublicKey key_;
  const Sample& sample_;
};

/// What stands on the screen: everything that was asked and that this mdoc holds.
Result<std::vector<mdoc::RequestedElement>> screen_for(const mdoc::ItemsRequest& request, const MdocRecord& record) {
  TRY_ASSIGN(const auto held, mdoc::IssuerSigned::parse(record.issuer_signed));
  std::vector<mdoc::RequestedElement> screen;
  for (const mdoc::RequestedElement& element : request.elements)
    if (held.find(element.name_space, element.identifier) != nullptr) screen.push_back(element);
  if (screen.empty()) return Error{Reason::NOTHING_TO_PRESENT, "none of the elements is here"};
  return screen;
}

bool shows(const std::vector<mdoc::RequestedElement>& screen, const ElementName& name) {
  return std::any_of(screen.begin(), screen.end(), [&name](const mdoc::RequestedElement& element) {
    return element.name_space == name.first && element.identifier == name.second;
  });
}

std::vector<mdoc::RequestedElement> chosen(const std::vector<mdoc::RequestedElement>& screen,
                                           const std::vector<ElementName>& agreed) {
  std::vector<mdoc::RequestedElement> out;
  for (const mdoc::RequestedElement& element : screen)
    if (std::find(agreed.begin(), agreed.end(), ElementName{element.name_space, element.identifier}) != agreed.end())
      out.push_back(element);
  return out;
}

/// The self check (PHN-6): an mdoc that was changed in the wallet is not shown at all.
Result<void> check_stored(const MdocRecord& record) {
  TRY_ASSIGN(const auto parsed, mdoc::IssuerSigned::parse(record.issuer_signed));
  TRY_ASSIGN(const auto mso, parsed.mso());
  return mdoc::check_digests(parsed, mso);
}

}  // namespace

Result<void> check_released(ByteView device_response, const std::vector<ElementName>& agreed) {
  TRY_ASSIGN(const auto response, mdoc::DeviceResponse::parse(device_response));
  if (response.documents.size() != 1) return Error{Reason::CONSENT_SET_MISMATCH, "not exactly one document"};
  const mdoc::Document& document = response.documents.front();
  std::vector<ElementName> released;
  for (const auto& name_space : document.issuer_signed.name_spaces)
    for (const auto& item : name_space.items) released.emplace_back(name_space.name, item.identifier);
  std::vector<ElementName> wanted = agreed;
  std::sort(released.begin(), released.end());
  std::sort(wanted.begin(), wanted.end());
  if (released != wanted || !document.device_signed.elements.empty())
    return Error{Reason::CONSENT_SET_MISMATCH, "released: " + std::to_string(released.size()) + ", agreed: " +
                                                   std::to_string(wanted.size())};
  return {};
}

Result<MdocRecord> Phone::Impl::next_mdoc() {
  TRY_ASSIGN(auto mdocs, wallet.mdocs());
  if (mdocs.empty()) return Error{Reason::BATCH_USED_UP, ""};
  const Instant now = clock.now();
  for (MdocRecord& record : mdocs)
    if (record.valid_from <= now && now <= record.valid_until) return std::move(record);
  return Error{Reason::NOTHING_TO_PRESENT, "the phone must be online once to renew"};
}

Result<json::Value> Phone::Impl::engage() {
  presentation.reset();
  TRY(usable_card());
  if (config.profile == Profile::kPin) return Error{Reason::NOTHING_TO_PRESENT, "this phone holds certificates only"};
  TRY(next_mdoc());
  presentation.emplace(Presentation{iso18013::DeviceSession{keys.generate(crypto::KeyType::kP256)}, "", "", {}});
  presentation->engagement = presentation->session.qr();
  return json::Value::object({{"engagement", presentation->engagement}});
}

Result<void> Phone::Impl::may_ask(const std::string& reader, const std::vector<mdoc::RequestedElement>& asked) const {
  const auto registered = std::find_if(config.readers.begin(), config.readers.end(),
                                       [&reader](const ReaderRegistration& entry) { return entry.common_name == reader; });
  for (const mdoc::RequestedElement& wanted : asked) {
    const bool may = registered == config.readers.end()
                         ? wanted.identifier != kMyNumberElement
                         : registered->may_ask.contains({wanted.name_space, wanted.identifier});
    if (!may) return Error{Reason::OVER_ASK, reader + " may not ask for " + wanted.identifier};
  }
  return {};
}

Result<json::Value> Phone::Impl::read_request(ByteView message) {
  if (!presentation || !presentation->screen.empty())
    return Error{Reason::TRANSITION_REFUSED, "show an engagement first"};
  // Whatever goes wrong from here ends this session: a reader gets no second try at the same engagement.
  Presentation open = std::move(*presentation);
  presentation.reset();
  TRY(usable_card());
  TRY_ASSIGN(const Bytes request_bytes, open.session.establish(message));
  TRY_ASSIGN(const auto request, mdoc::DeviceRequest::parse(request_bytes));
  if (request.doc_requests.size() != 1)
    return Error{Reason::LIMIT_EXCEEDED, "one document is presented at a time"};
  const mdoc::DocRequest& asked = request.doc_requests.front();
  TRY_ASSIGN(const auto reader,
             iso18013::verify_reader_auth(asked, open.session.transcript(), {config.reader_roots, clock.now(), {}}));
  open.reader = reader.name();
  if (asked.items_request.doctype != mdoc::kMncDocType)
    return Error{Reason::NOTHING_TO_PRESENT, asked.items_request.doctype};
  TRY(may_ask(open.reader, asked.items_request.elements));
  TRY_ASSIGN(const MdocRecord record, next_mdoc());
  TRY_ASSIGN(open.screen, screen_for(asked.items_request, record));

  open.request = to_bytes(ByteView{crypto::sha256({open.session.transcript(), request_bytes})});
  presentation.emplace(std::move(open));
  news->publish("request", json::Value::object({{"kind", "reader"}}));
  return show_reader();
}

json::Value Phone::Impl::show_reader() const {
  if (!presentation || presentation->screen.empty()) return nullptr;
  json::Value elements = json::Value::array();
  for (const mdoc::RequestedElement& shown : presentation->screen)
    elements.push(json::Value::object({{"namespace", shown.name_space},
                                       {"element", shown.identifier},
                                       {"retain", shown.intent_to_retain}}));
  return json::Value::object({{"reader", presentation->reader},
                              {"doctype", mdoc::kMncDocType},
                              {"elements", std::move(elements)},
                              {"request", base64url::encode(presentation->request)}});
}

Result<json::Value> Phone::Impl::consent(const std::vector<ElementName>& agreed, const Sample& sample) {
  if (!presentation || presentation->screen.empty()) return Error{Reason::TRANSITION_REFUSED, "no reader has asked"};
  TRY(usable_card());
  for (const ElementName& name : agreed)
    if (!shows(presentation->screen, name))
      return Error{Reason::CONSENT_SET_MISMATCH, name.second + " was not on the screen"};
  const auto elements = chosen(presentation->screen, agreed);
  if (elements.empty() || elements.size() != agreed.size())
    return Error{Reason::CONSENT_SET_MISMATCH, "nothing was agreed to, or one element twice"};

  TRY_ASSIGN(const MdocRecord record, next_mdoc());
  TRY(check_stored(record));
  TRY_ASSIGN(auto key, element->public_key(record.slot));
  PresenceSigner signer{*this, record.slot, std::move(key), sample};
  TRY_ASSIGN(Bytes document, mdoc::present({.issuer_signed = record.issuer_signed,
                                            .elements = elements,
                                            .session_transcript = presentation->session.transcript(),
                                            .signer = &signer}));
  const Bytes response = mdoc::encode_device_response({std::move(document)});
  TRY(check_released(response, agreed));

  // Used up durably before it leaves: a phone that dies here has lost one mdoc, and none is ever shown twice.
  auto used = wallet.write([&](Wallet::Edit& edit) -> Result<void> {
    TRY(edit.erase("mdoc/" + record.slot));
    return edit.log(activity("present", presentation->reader, agreed));
  });
  TRY(std::move(used));
  TRY(element->erase({record.slot}));
  Presentation open = std::move(*presentation);
  presentation.reset();
  TRY_ASSIGN(const Bytes message, open.session.send(response, true));
  return json::Value::object({{"message", base64url::encode(message)}});
}

Result<json::Value> Phone::Impl::decline() {
  if (!presentation) return Error{Reason::TRANSITION_REFUSED, "no session is open"};
  const Presentation open = std::move(*presentation);
  presentation.reset();
  TRY(wallet.write([&](Wallet::Edit& edit) { return edit.log(activity("declined", open.reader)); }));
  return json::Value::object({{"reason", reason_code(Reason::CONSENT_DECLINED)},
                              {"message", base64url::encode(open.session.error_message())}});
}

}  // namespace mitome::phone
