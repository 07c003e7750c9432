// DeviceRequest (ISO/IEC 18013-5 8.3.2.1.2.1): what a reader asks for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "credential/cose/cose.h"
#include "credential/mdoc/mso.h"

namespace mitome::mdoc {

struct RequestedElement {
  std::string name_space;
  std::string identifier;
  bool intent_to_retain = false;
  bool operator==(const RequestedElement&) const = default;
};

struct ItemsRequest {
  std::string doctype;
  std::vector<RequestedElement> elements;
};

/// Views of the bytes it was parsed from, but for items_request.
struct DocRequest {
  ItemsRequest items_request;
  ByteView items_request_bytes;  ///< ItemsRequestBytes with tag 24, as received: what reader authentication signs
  std::optional<cose::CoseSign1> reader_auth;
};

/// Parsed, not authenticated: protocol/iso18013/reader_auth.h says who asks.
struct DeviceRequest {
  std::string_view version;  ///< "1.0" or "1.1"; another major version is MALFORMED
  std::vector<DocRequest> doc_requests;

  /// MALFORMED, LIMIT_EXCEEDED, DUPLICATE_ELEMENT (a namespace or element twice, through duplicate map keys: MALFORMED).
  static Result<DeviceRequest> parse(ByteView bytes);
};

/// ItemsRequestBytes, with tag 24.
Bytes encode_items_request(const ItemsRequest& request);
/// DocRequest from ItemsRequestBytes and, if the reader says who it is, its COSE_Sign1 (protocol/iso18013/reader_auth.h).
Bytes encode_doc_request(ByteView items_request_bytes, std::optional<ByteView> reader_auth = std::nullopt);
/// DeviceRequest, version 1.0, from encoded DocRequests.
Bytes encode_device_request(const std::vector<Bytes>& doc_requests);
/// The three above for one document without reader authentication.
Bytes encode_device_request(const ItemsRequest& request);

}  // namespace mitome::mdoc
