// DeviceResponse (ISO/IEC 18013-5 8.3.2.1.2.2): read, and presented.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "credential/mdoc/device_request.h"
#include "credential/mdoc/issuer_signed.h"
#include "crypto/secret.h"
#include "crypto/signer.h"

namespace mitome::mdoc {

// DeviceResponse.status (8.3.2.1.2.3).
inline constexpr uint64_t kStatusOk = 0, kStatusGeneralError = 10, kStatusDecodingError = 11, kStatusValidationError = 12;

struct DeviceSignedElement {
  std::string_view name_space, identifier;
  ByteView value;
};

struct DeviceSigned {
  ByteView name_spaces_bytes;  ///< DeviceNameSpacesBytes with tag 24, as received
  std::vector<DeviceSignedElement> elements;
  std::optional<cose::CoseSign1> signature;
  std::optional<cose::CoseMac0> mac;  ///< whether exactly one of the two is there is a check of verify()
};

struct Document {
  std::string_view doctype;
  IssuerSigned issuer_signed;
  DeviceSigned device_signed;
};

/// Parsed, not verified; everything looks at the bytes it was parsed from and dies with them.
struct DeviceResponse {
  std::string_view version;
  uint64_t status = kStatusOk;
  std::vector<Document> documents;

  /// MALFORMED, LIMIT_EXCEEDED, DUPLICATE_ELEMENT.
  static Result<DeviceResponse> parse(ByteView bytes);
};

/// A device-signed element to be sent (transaction data, say); the MSO must authorise it.
struct DeviceElement {
  std::string name_space, identifier;
  Bytes value;  ///< CBOR
};

/// What a holder shows of one document, and how the device vouches for it: by exactly one of signer and mac_key (CHECK).
struct PresentInput {
  ByteView issuer_signed;                  ///< as received from the issuer
  std::vector<RequestedElement> elements;  ///< what was agreed; nothing else is shown
  ByteView session_transcript;             ///< CBOR array, without tag 24
  crypto::Signer* signer = nullptr;
  const crypto::SecretBytes* mac_key = nullptr;  ///< EMacKey, device_auth.h
  std::vector<DeviceElement> device_elements = {};
};

/// One Document, CBOR. IssuerSignedItemBytes are forwarded as received. An element that the mdoc does not hold is left out;
/// none left: NOTHING_TO_PRESENT.
Result<Bytes> present(const PresentInput& input);

/// DeviceResponse, version 1.0, from encoded Documents.
Bytes encode_device_response(const std::vector<Bytes>& documents, uint64_t status = kStatusOk);

}  // namespace mitome::mdoc
