#include "protocol/iso18013/engagement.h"

#include "codec/base64url/base64url.h"
#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"
#include "credential/cose/cose.h"

namespace mitome::iso18013 {
namespace {

using cbor::Type;
using cbor::Value;

constexpr std::string_view kScheme = "mdoc:";
// DeviceRetrievalMethod (8.2.1.1): type 2 is BLE; its options.
constexpr uint64_t kBle = 2, kRetrievalVersion = 1;
constexpr int64_t kPeripheralMode = 0, kCentralMode = 1, kPeripheralUuid = 10, kCentralUuid = 11;

Result<std::optional<Bytes>> read_uuid(const Value& options, int64_t mode, int64_t key) {
  const auto supported = options.find(mode);
  if (!supported) return std::optional<Bytes>{};
  TRY_ASSIGN(const bool on, supported->as_bool());
  if (!on) return std::optional<Bytes>{};
  TRY_ASSIGN(const Value item, options.get(key));
  TRY_ASSIGN(const ByteView uuid, item.as_bytes());
  if (uuid.size() != 16) return Error{Reason::MALFORMED, "UUID is not 16 bytes"};
  return std::optional{to_bytes(uuid)};
}

Result<std::optional<BleRetrieval>> read_ble(const Value& methods) {
  if (!methods.is(Type::kArray)) return Error{Reason::MALFORMED, "DeviceRetrievalMethods is not an array"};
  for (auto method = methods.first_child(); method; method = method->next_sibling()) {
    TRY_ASSIGN(const Value type_item, method->at(0));
    TRY_ASSIGN(const uint64_t type, type_item.as_uint());
    if (type != kBle) continue;
    TRY_ASSIGN(const Value options, method->at(2));
    BleRetrieval ble;
    TRY_ASSIGN(ble.peripheral_uuid, read_uuid(options, kPeripheralMode, kPeripheralUuid));
    TRY_ASSIGN(ble.central_uuid, read_uuid(options, kCentralMode, kCentralUuid));
    return std::optional{std::move(ble)};
  }
  return std::optional<BleRetrieval>{};
}

void write_ble(cbor::Writer& out, const BleRetrieval& ble) {
  out.array(1).array(3).uint(kBle).uint(kRetrievalVersion);
  out.map(2u + (ble.peripheral_uuid ? 1u : 0u) + (ble.central_uuid ? 1u : 0u));
  out.integer(kPeripheralMode).boolean(ble.peripheral_uuid.has_value());
  out.integer(kCentralMode).boolean(ble.central_uuid.has_value());
  if (ble.peripheral_uuid) out.integer(kPeripheralUuid).bytes(*ble.peripheral_uuid);
  if (ble.central_uuid) out.integer(kCentralUuid).bytes(*ble.central_uuid);
}

}  // namespace

Result<DeviceEngagement> DeviceEngagement::parse(ByteView bytes) {
  if (bytes.size() > kMaxEngagementSize) return Error{Reason::LIMIT_EXCEEDED, "DeviceEngagement"};
  TRY_ASSIGN(const auto document, cbor::Document::parse(bytes, cose::kPeerEncoding));
  const Value map = document.root();
  TRY_ASSIGN(const Value version, map.get(int64_t{0}));
  TRY_ASSIGN(const std::string_view version_text, version.as_text());
  if (!version_text.starts_with("1.")) return Error{Reason::MALFORMED, "DeviceEngagement version"};
  TRY_ASSIGN(const Value security, map.get(int64_t{1}));
  TRY_ASSIGN(const Value suite_item, security.at(0));
  TRY_ASSIGN(const uint64_t suite, suite_item.as_uint());
  if (suite != kCipherSuite1) return Error{Reason::MALFORMED, "cipher suite " + std::to_string(suite)};
  TRY_ASSIGN(const Value key_bytes, security.at(1));
  TRY_ASSIGN(const ByteView key_content, key_bytes.as_embedded());
  TRY_ASSIGN(auto key, cose::parse_key(key_content));
  std::optional<BleRetrieval> ble;
  if (const auto methods = map.find(int64_t{2})) {
    TRY_ASSIGN(ble, read_ble(*methods));
  }
  // Key 3, ServerRetrievalMethods, is left where it is (PRX-24).
  return DeviceEngagement{std::string{version_text}, std::move(key), to_bytes(key_bytes.encoded()), std::move(ble), to_bytes(bytes)};
}

Bytes encode_device_engagement(const crypto::PublicKey& e_device_key, const std::optional<BleRetrieval>& ble) {
  cbor::Writer out;
  out.map(ble ? 3 : 2).uint(0).text("1.0").uint(1).array(2).uint(kCipherSuite1).embedded(cose::encode_key(e_device_key));
  if (ble) write_ble(out.uint(2), *ble);
  return out.take();
}

std::string to_qr(ByteView engagement) { return std::string{kScheme} + base64url::encode(engagement); }

Result<Bytes> from_qr(std::string_view text) {
  if (!text.starts_with(kScheme)) return Error{Reason::MALFORMED, "not an mdoc: QR code"};
  if (text.size() > 2 * kMaxEngagementSize) return Error{Reason::LIMIT_EXCEEDED, "QR code"};
  return base64url::decode(text.substr(kScheme.size()));
}

}  // namespace mitome::iso18013
