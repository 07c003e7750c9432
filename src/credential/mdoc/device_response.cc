#include "credential/mdoc/device_response.h"

#include <algorithm>

#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"
#include "credential/mdoc/device_auth.h"

namespace mitome::mdoc {
namespace {

using cbor::Type;
using cbor::Value;

Result<std::vector<DeviceSignedElement>> read_device_elements(ByteView content) {
  TRY_ASSIGN(const auto document, cbor::Document::parse(content, cose::kPeerEncoding));
  const Value map = document.root();
  if (!map.is(Type::kMap)) return Error{Reason::MALFORMED, "DeviceNameSpaces is not a map"};
  std::vector<DeviceSignedElement> out;
  for (auto name = map.first_child(); name;) {
    const Value elements = *name->next_sibling();
    TRY_ASSIGN(const std::string_view name_text, name->as_text());
    if (!elements.is(Type::kMap)) return Error{Reason::MALFORMED, "DeviceSignedItems is not a map"};
    if (out.size() + elements.size() > kMaxElements) return Error{Reason::LIMIT_EXCEEDED, "device-signed elements"};
    for (auto element = elements.first_child(); element;) {
      const Value value = *element->next_sibling();
      TRY_ASSIGN(const std::string_view element_text, element->as_text());
      out.push_back({name_text, element_text, value.encoded()});
      element = value.next_sibling();
    }
    name = elements.next_sibling();
  }
  return out;
}

Result<DeviceSigned> read_device_signed(const Value& value) {
  DeviceSigned out;
  TRY_ASSIGN(const Value name_spaces, value.get("nameSpaces"));
  out.name_spaces_bytes = name_spaces.encoded();
  TRY_ASSIGN(const ByteView content, name_spaces.as_embedded());
  TRY_ASSIGN(out.elements, read_device_elements(content));
  TRY_ASSIGN(const Value auth, value.get("deviceAuth"));
  if (!auth.is(Type::kMap)) return Error{Reason::MALFORMED, "deviceAuth is not a map"};
  if (const auto signature = auth.find("deviceSignature")) {
    TRY_ASSIGN(out.signature, cose::CoseSign1::read(*signature));
  }
  if (const auto mac = auth.find("deviceMac")) {
    TRY_ASSIGN(out.mac, cose::CoseMac0::read(*mac));
  }
  return out;
}

Result<Document> read_document(const Value& value) {
  Document out;
  TRY_ASSIGN(const Value doctype, value.get("docType"));
  TRY_ASSIGN(out.doctype, doctype.as_text());
  TRY_ASSIGN(const Value issuer_signed, value.get("issuerSigned"));
  TRY_ASSIGN(out.issuer_signed, IssuerSigned::read(issuer_signed));
  TRY_ASSIGN(const Value device_signed, value.get("deviceSigned"));
  TRY_ASSIGN(out.device_signed, read_device_signed(device_signed));
  return out;
}

struct Selection {
  std::string_view name_space;
  std::vector<const IssuerSignedItem*> items;
};

/// What was asked and is there, in the order of the mdoc, each element once.
std::vector<Selection> select(const IssuerSigned& issuer_signed, const std::vector<RequestedElement>& wanted) {
  std::vector<Selection> out;
  for (const auto& name_space : issuer_signed.name_spaces) {
    Selection selection{name_space.name, {}};
    for (const auto& item : name_space.items) {
      const bool asked = std::any_of(wanted.begin(), wanted.end(), [&](const RequestedElement& element) {
        return element.identifier == item.identifier && element.name_space == name_space.name;
      });
      if (asked) selection.items.push_back(&item);
    }
    if (!selection.items.empty()) out.push_back(std::move(selection));
  }
  return out;
}

/// DeviceNameSpacesBytes, with tag 24.
Bytes encode_device_elements(const std::vector<DeviceElement>& elements) {
  std::vector<std::pair<std::string_view, std::vector<const DeviceElement*>>> groups;
  for (const auto& element : elements) {
    auto group = groups.begin();
    while (group != groups.end() && group->first != element.name_space) ++group;
    if (group == groups.end()) group = groups.insert(groups.end(), {element.name_space, {}});
    group->second.push_back(&element);
  }
  cbor::Writer inner;
  inner.map(groups.size());
  for (const auto& [name, members] : groups) {
    inner.text(name).map(members.size());
    for (const auto* member : members) inner.text(member->identifier).raw(member->value);
  }
  cbor::Writer out;
  out.embedded(inner.view());
  return out.take();
}

}  // namespace

Result<DeviceResponse> DeviceResponse::parse(ByteView bytes) {
  if (bytes.size() > kMaxMessageSize) return Error{Reason::LIMIT_EXCEEDED, "DeviceResponse"};
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes, cose::kPeerEncoding));
  const Value map = document.root();
  DeviceResponse out;
  TRY_ASSIGN(const Value version, map.get("version"));
  TRY_ASSIGN(out.version, version.as_text());
  if (!out.version.starts_with("1.")) return Error{Reason::MALFORMED, "DeviceResponse version"};
  TRY_ASSIGN(const Value status, map.get("status"));
  TRY_ASSIGN(out.status, status.as_uint());
  const auto documents = map.find("documents");
  if (!documents) return out;
  if (!documents->is(Type::kArray)) return Error{Reason::MALFORMED, "documents is not an array"};
  if (documents->size() > kMaxDocuments) return Error{Reason::LIMIT_EXCEEDED, "documents"};
  out.documents.reserve(documents->size());
  for (auto item = documents->first_child(); item; item = item->next_sibling()) {
    TRY_ASSIGN(auto read, read_document(*item));
    out.documents.push_back(std::move(read));
  }
  return out;
}

Result<Bytes> present(const PresentInput& input) {
  CHECK((input.signer != nullptr) != (input.mac_key != nullptr));
  TRY_ASSIGN(const IssuerSigned issuer_signed, IssuerSigned::parse(input.issuer_signed));
  TRY_ASSIGN(const MobileSecurityObject mso, issuer_signed.mso());
  const auto selections = select(issuer_signed, input.elements);
  if (selections.empty() && input.device_elements.empty()) return Error{Reason::NOTHING_TO_PRESENT, ""};

  const Bytes device_name_spaces = encode_device_elements(input.device_elements);
  const Bytes to_authenticate = device_authentication_bytes(input.session_transcript, mso.doctype, device_name_spaces);
  Bytes device_auth;
  if (input.signer != nullptr) {
    TRY_ASSIGN(device_auth, sign_device_auth(*input.signer, to_authenticate));
  } else {
    device_auth = mac_device_auth(*input.mac_key, to_authenticate);
  }

  TRY_ASSIGN(const auto received, cbor::Document::parse(input.issuer_signed, cose::kPeerEncoding));
  TRY_ASSIGN(const Value issuer_auth, received.root().get("issuerAuth"));
  cbor::Writer out;
  out.reserve(input.issuer_signed.size() + device_auth.size() + 256);
  out.map(3).text("docType").text(mso.doctype);
  out.text("issuerSigned").map(2).text("nameSpaces").map(selections.size());
  for (const auto& selection : selections) {
    out.text(selection.name_space).array(selection.items.size());
    for (const auto* item : selection.items) out.raw(item->bytes);
  }
  out.text("issuerAuth").raw(issuer_auth.encoded());
  out.text("deviceSigned").map(2).text("nameSpaces").raw(device_name_spaces).text("deviceAuth").raw(device_auth);
  return out.take();
}

Bytes encode_device_response(const std::vector<Bytes>& documents, uint64_t status) {
  cbor::Writer out;
  out.map(documents.empty() ? 2 : 3).text("version").text("1.0");
  if (!documents.empty()) {
    out.text("documents").array(documents.size());
    for (const auto& document : documents) out.raw(document);
  }
  out.text("status").uint(status);
  return out.take();
}

}  // namespace mitome::mdoc
