// DeviceEngagement (ISO/IEC 18013-5 8.2.1.1), by QR code.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/key.h"

namespace mitome::iso18013 {

inline constexpr uint64_t kCipherSuite1 = 1;
inline constexpr size_t kMaxEngagementSize = 16 * 1024;

/// BLE with the mdoc as peripheral, as central, or both (8.2.1.1 BleOptions).
struct BleRetrieval {
  std::optional<Bytes> peripheral_uuid;  ///< 16 bytes: the mdoc is the GATT server
  std::optional<Bytes> central_uuid;     ///< 16 bytes: the mdoc is the GATT client
};

/// Parsed. Server retrieval methods, should there be any, are not read: Mitome has no server retrieval.
struct DeviceEngagement {
  std::string version;
  crypto::PublicKey e_device_key;
  Bytes e_device_key_bytes;            ///< EDeviceKeyBytes with tag 24, as received
  std::optional<BleRetrieval> ble;
  Bytes bytes;                         ///< the engagement itself, as received

  /// MALFORMED, LIMIT_EXCEEDED, BAD_KEY (EDeviceKey off the curve, another curve).
  static Result<DeviceEngagement> parse(ByteView bytes);
};

/// DeviceEngagement, version 1.0, cipher suite 1.
Bytes encode_device_engagement(const crypto::PublicKey& e_device_key, const std::optional<BleRetrieval>& ble = std::nullopt);

/// "mdoc:" and the engagement in base64url (8.2.2.3).
std::string to_qr(ByteView engagement);
Result<Bytes> from_qr(std::string_view text);

}  // namespace mitome::iso18013
