#include "credential/mdoc/device_request.h"

#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"

namespace mitome::mdoc {
namespace {

using cbor::Type;
using cbor::Value;

Result<ItemsRequest> read_items_request(const Value& map) {
  ItemsRequest out;
  TRY_ASSIGN(const Value doctype, map.get("docType"));
  TRY_ASSIGN(const std::string_view doctype_text, doctype.as_text());
  out.doctype = doctype_text;
  TRY_ASSIGN(const Value name_spaces, map.get("nameSpaces"));
  if (!name_spaces.is(Type::kMap)) return Error{Reason::MALFORMED, "nameSpaces is not a map"};
  for (auto name = name_spaces.first_child(); name;) {
    const Value elements = *name->next_sibling();
    TRY_ASSIGN(const std::string_view name_text, name->as_text());
    if (!elements.is(Type::kMap)) return Error{Reason::MALFORMED, "DataElements is not a map"};
    if (out.elements.size() + elements.size() > kMaxElements) return Error{Reason::LIMIT_EXCEEDED, "elements asked"};
    for (auto element = elements.first_child(); element;) {
      const Value retain = *element->next_sibling();
      TRY_ASSIGN(const std::string_view element_text, element->as_text());
      TRY_ASSIGN(const bool intent, retain.as_bool());
      out.elements.push_back({std::string{name_text}, std::string{element_text}, intent});
      element = retain.next_sibling();
    }
    name = elements.next_sibling();
  }
  return out;
}

Result<DocRequest> read_doc_request(const Value& map) {
  DocRequest out;
  TRY_ASSIGN(const Value items, map.get("itemsRequest"));
  out.items_request_bytes = items.encoded();
  TRY_ASSIGN(const ByteView content, items.as_embedded());
  TRY_ASSIGN(const auto document, cbor::Document::parse(content, cose::kPeerEncoding));
  TRY_ASSIGN(out.items_request, read_items_request(document.root()));
  if (const auto auth = map.find("readerAuth")) {
    TRY_ASSIGN(out.reader_auth, cose::CoseSign1::read(*auth));
  }
  return out;
}

}  // namespace

Result<DeviceRequest> DeviceRequest::parse(ByteView bytes) {
  if (bytes.size() > kMaxMessageSize) return Error{Reason::LIMIT_EXCEEDED, "DeviceRequest"};
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes, cose::kPeerEncoding));
  DeviceRequest out;
  TRY_ASSIGN(const Value version, document.root().get("version"));
  TRY_ASSIGN(out.version, version.as_text());
  if (!out.version.starts_with("1.")) return Error{Reason::MALFORMED, "DeviceRequest version"};
  TRY_ASSIGN(const Value requests, document.root().get("docRequests"));
  if (!requests.is(Type::kArray) || requests.size() == 0) return Error{Reason::MALFORMED, "no docRequests"};
  if (requests.size() > kMaxDocuments) return Error{Reason::LIMIT_EXCEEDED, "docRequests"};
  for (auto item = requests.first_child(); item; item = item->next_sibling()) {
    TRY_ASSIGN(auto request, read_doc_request(*item));
    out.doc_requests.push_back(std::move(request));
  }
  return out;
}

Bytes encode_items_request(const ItemsRequest& request) {
  // Grouped by namespace in the order of first mention: what a person reads in the request is what they agreed to write.
  std::vector<std::pair<std::string_view, std::vector<const RequestedElement*>>> groups;
  for (const auto& element : request.elements) {
    auto group = groups.begin();
    while (group != groups.end() && group->first != element.name_space) ++group;
    if (group == groups.end()) group = groups.insert(groups.end(), {element.name_space, {}});
    group->second.push_back(&element);
  }
  cbor::Writer inner;
  inner.map(2).text("docType").text(request.doctype).text("nameSpaces").map(groups.size());
  for (const auto& [name, elements] : groups) {
    inner.text(name).map(elements.size());
    for (const auto* element : elements) inner.text(element->identifier).boolean(element->intent_to_retain);
  }
  cbor::Writer out;
  out.embedded(inner.view());
  return out.take();
}

Bytes encode_doc_request(ByteView items_request_bytes, std::optional<ByteView> reader_auth) {
  cbor::Writer out;
  out.map(reader_auth ? 2 : 1).text("itemsRequest").raw(items_request_bytes);
  if (reader_auth) out.text("readerAuth").raw(*reader_auth);
  return out.take();
}

Bytes encode_device_request(const std::vector<Bytes>& doc_requests) {
  cbor::Writer out;
  out.map(2).text("version").text("1.0").text("docRequests").array(doc_requests.size());
  for (const auto& request : doc_requests) out.raw(request);
  return out.take();
}

Bytes encode_device_request(const ItemsRequest& request) {
  return encode_device_request(std::vector<Bytes>{encode_doc_request(encode_items_request(request))});
}

}  // namespace mitome::mdoc
