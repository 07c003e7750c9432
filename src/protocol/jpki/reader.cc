#include "protocol/jpki/reader.h"

#include <algorithm>

#include "base/hex.h"
#include "crypto/key.h"

namespace mitome::jpki {
namespace {

constexpr uint8_t kSelect = 0xA4, kReadBinary = 0xB0, kReadRecord = 0xB2, kVerify = 0x20, kChange = 0x24, kPerform = 0x2A,
                  kChangeKey = 0x32,
                  kLastCommand = 0xFC;
constexpr size_t kPart = 256;        // what every reader and card carries in short form
constexpr size_t kMaxOffset = 0x7FFF;
constexpr size_t kHeadSize = 7;      // tag of up to two bytes and a length of up to five
constexpr size_t kSignatureSize = 256;

std::string sw_text(apdu::StatusWord sw) {
  const uint8_t bytes[2] = {static_cast<uint8_t>(sw >> 8), static_cast<uint8_t>(sw)};
  return to_hex(bytes);
}

Error refused(std::string_view what, apdu::StatusWord sw) {
  return {Reason::CARD_REFUSED, std::string{what} + ": " + sw_text(sw)};
}

Bytes file_bytes(uint16_t file) { return {static_cast<uint8_t>(file >> 8), static_cast<uint8_t>(file)}; }

std::string file_text(uint16_t file) { return "file " + to_hex(file_bytes(file)); }

bool is_tries(apdu::StatusWord sw) { return (sw & 0xFFF0) == 0x63C0; }

/// READ BINARY of the current file: at most `size` bytes, fewer at the file's end.
Result<Bytes> read_part(apdu::ApduChannel& channel, size_t offset, size_t size) {
  const apdu::CommandApdu command{0x00, kReadBinary, static_cast<uint8_t>(offset >> 8), static_cast<uint8_t>(offset),
                                  {}, static_cast<uint32_t>(size), false};
  TRY_ASSIGN(apdu::ResponseApdu response, apdu::transact(channel, command));
  if (response.sw == apdu::kWrongOffset) return Bytes{};
  if (!response.ok() && response.sw != apdu::kEndOfFile) return refused("READ BINARY", response.sw);
  return std::move(response.data);
}

/// Reads on from what is there until `out` has `size` bytes.
Result<Bytes> read_up_to(apdu::ApduChannel& channel, Bytes out, size_t size) {
  if (size > kMaxFileSize || size > kMaxOffset) return Error{Reason::LIMIT_EXCEEDED, "a card file over 16 KiB"};
  while (out.size() < size) {
    TRY_ASSIGN(const Bytes part, read_part(channel, out.size(), std::min(kPart, size - out.size())));
    if (part.empty()) return Error{Reason::MALFORMED, "the card file ends too early"};
    append(out, part);
  }
  return out;
}

/// The size that the head of a DER or BER-TLV object announces, head included.
Result<size_t> object_size(ByteView head) {
  size_t at = 0;
  const auto malformed = [] { return Error{Reason::MALFORMED, "the card file does not begin with an object"}; };
  if (head.empty() || head[0] == 0x00) return malformed();
  const bool wide_tag = (head[at++] & 0x1F) == 0x1F;
  if (wide_tag && (at >= head.size() || (head[at++] & 0x80) != 0)) return malformed();
  if (at >= head.size()) return malformed();
  const uint8_t first = head[at++];
  if (first < 0x80) return at + first;
  const size_t width = first & 0x7F;
  if (width == 0 || width > 4 || head.size() - at < width) return malformed();
  size_t length = 0;
  for (size_t i = 0; i < width; ++i) length = length << 8 | head[at++];
  return at + length;
}

/// Compares what a second reading gave with the first.
Result<void> expect_same(ByteView first, ByteView second) {
  if (crypto::sha256(first) == crypto::sha256(second)) return {};
  return Error{Reason::CARD_CHANGED, ""};
}

}  // namespace

Result<void> select_application(apdu::ApduChannel& channel, ByteView aid) {
  const apdu::CommandApdu command{0x00, kSelect, 0x04, 0x0C, to_bytes(aid), std::nullopt, false};
  TRY_ASSIGN(const apdu::ResponseApdu response, apdu::transact(channel, command));
  if (!response.ok()) return refused("SELECT application", response.sw);
  return {};
}

Result<void> select_file(apdu::ApduChannel& channel, uint16_t file) {
  const apdu::CommandApdu command{0x00, kSelect, 0x02, 0x0C, file_bytes(file), std::nullopt, false};
  TRY_ASSIGN(const apdu::ResponseApdu response, apdu::transact(channel, command));
  if (!response.ok()) return refused("SELECT " + file_text(file), response.sw);
  return {};
}

Result<Bytes> read_file(apdu::ApduChannel& channel, uint16_t file) {
  TRY(select_file(channel, file));
  TRY_ASSIGN(Bytes head, read_part(channel, 0, kHeadSize));
  TRY_ASSIGN(const size_t size, object_size(head));
  if (head.size() > size) head.resize(size);
  return read_up_to(channel, std::move(head), size);
}

Result<Bytes> read_bytes(apdu::ApduChannel& channel, uint16_t file, size_t size) {
  TRY(select_file(channel, file));
  return read_up_to(channel, {}, size);
}

Result<unsigned> pin_tries_left(apdu::ApduChannel& channel, uint16_t pin_file) {
  TRY(select_file(channel, pin_file));
  const apdu::CommandApdu command{0x00, kVerify, 0x00, 0x80, {}, std::nullopt, false};
  TRY_ASSIGN(const apdu::ResponseApdu response, apdu::transact(channel, command));
  if (is_tries(response.sw)) return static_cast<unsigned>(response.sw & 0x0F);
  if (response.sw == apdu::kBlocked || response.sw == apdu::kReferenceInvalidated) return 0U;
  return refused("empty VERIFY of " + file_text(pin_file), response.sw);
}

Result<void> verify_pin(apdu::ApduChannel& channel, uint16_t pin_file, const crypto::Pin& pin) {
  TRY(select_file(channel, pin_file));
  apdu::CommandApdu command{0x00, kVerify, 0x00, 0x80, to_bytes(pin.reveal()), std::nullopt, false};
  Bytes encoded = command.encode();
  const auto answered = channel.transmit(encoded);  // no 61xx or 6Cxx can follow: nothing is answered but a status
  crypto::wipe(encoded);
  crypto::wipe(command.data);
  TRY_ASSIGN(const Bytes bytes, answered);
  TRY_ASSIGN(const apdu::ResponseApdu response, apdu::ResponseApdu::parse(bytes));
  if (response.ok()) return {};
  if (response.sw == 0x63C0 || response.sw == apdu::kBlocked || response.sw == apdu::kReferenceInvalidated)
    return Error{Reason::PIN_BLOCKED, file_text(pin_file)};
  if (is_tries(response.sw)) return Error{Reason::PIN_WRONG, "tries left: " + std::to_string(response.sw & 0x0F)};
  return refused("VERIFY of " + file_text(pin_file), response.sw);
}

namespace {

Result<void> set_pin(apdu::ApduChannel& channel, uint16_t pin_file, uint8_t cla, uint8_t ins, uint8_t p1, const crypto::Pin& new_pin) {
  TRY(select_file(channel, pin_file));
  apdu::CommandApdu command{cla, ins, p1, 0x80, to_bytes(new_pin.reveal()), std::nullopt, false};
  Bytes encoded = command.encode();
  const auto answered = channel.transmit(encoded);
  crypto::wipe(encoded);
  crypto::wipe(command.data);
  TRY_ASSIGN(const Bytes bytes, answered);
  TRY_ASSIGN(const apdu::ResponseApdu response, apdu::ResponseApdu::parse(bytes));
  if (response.sw == apdu::kWrongData) return Error{Reason::PIN_FORMAT, ""};
  if (!response.ok()) return refused("a new PIN in " + file_text(pin_file), response.sw);
  return {};
}

}  // namespace

Result<void> change_pin(apdu::ApduChannel& channel, uint16_t pin_file, const crypto::Pin& new_pin) {
  return set_pin(channel, pin_file, 0x00, kChange, 0x01, new_pin);
}

Result<void> change_register_pin(apdu::ApduChannel& channel, const crypto::Pin& new_pin) {
  return set_pin(channel, kJukiPin, 0x80, kChangeKey, 0x00, new_pin);
}

Result<Bytes> read_record(apdu::ApduChannel& channel, uint16_t file, uint8_t number) {
  TRY(select_file(channel, file));
  const apdu::CommandApdu command{0x00, kReadRecord, number, 0x04, {}, 256, false};
  TRY_ASSIGN(apdu::ResponseApdu response, apdu::transact(channel, command));
  if (!response.ok()) return refused("READ RECORD of " + file_text(file), response.sw);
  return std::move(response.data);
}

Result<SurfaceFiles> read_surface_files(apdu::ApduChannel& channel) {
  SurfaceFiles files;
  TRY_ASSIGN(files.face, read_file(channel, kSurfaceFaceFile));
  TRY_ASSIGN(files.version, read_file(channel, kSurfaceVersionFile));
  TRY_ASSIGN(files.certificate, read_file(channel, kSurfaceCertificateFile));
  TRY_ASSIGN(files.number, read_file(channel, kSurfaceNumberFile));
  return files;
}

Result<Bytes> read_auth_certificate(apdu::ApduChannel& channel) { return read_file(channel, kAuthCertificateFile); }
Result<Bytes> read_sign_certificate(apdu::ApduChannel& channel) { return read_file(channel, kSignCertificateFile); }
Result<Bytes> read_auth_ca(apdu::ApduChannel& channel) { return read_file(channel, kAuthCaFile); }
Result<Bytes> read_sign_ca(apdu::ApduChannel& channel) { return read_file(channel, kSignCaFile); }

Result<TokenInfo> read_token_info(apdu::ApduChannel& channel) {
  TRY_ASSIGN(const Bytes bytes, read_bytes(channel, kTokenInfoFile, TokenInfo::kSize));
  return parse_token_info(bytes);
}

Result<Bytes> compute_signature(apdu::ApduChannel& channel, uint16_t key_file, const crypto::Sha256Digest& digest) {
  TRY(select_file(channel, key_file));
  const apdu::CommandApdu command{0x80, kPerform, 0x00, 0x80, crypto::sha256_digest_info(digest), 256, false};
  TRY_ASSIGN(apdu::ResponseApdu response, apdu::transact(channel, command));
  if (!response.ok()) return refused("COMPUTE DIGITAL SIGNATURE", response.sw);
  if (response.data.size() != kSignatureSize) return Error{Reason::MALFORMED, "a card's signature not of 256 bytes"};
  return std::move(response.data);
}

Result<void> last_command(apdu::ApduChannel& channel) {
  TRY(apdu::transact(channel, {0x80, kLastCommand, 0x00, 0x00, {}, std::nullopt, false}));
  return {};
}

Result<void> expect_same_card(apdu::ApduChannel& channel, ByteView auth_certificate) {
  TRY_ASSIGN(const Bytes now, read_auth_certificate(channel));
  return expect_same(auth_certificate, now);
}

Result<TextFiles> read_text_files(apdu::ApduChannel& channel) {
  TextFiles files;
  TRY_ASSIGN(files.my_number, read_bytes(channel, kMyNumberFile, kMyNumberFileSize));
  TRY_ASSIGN(files.attributes, read_file(channel, kAttributesFile));
  TRY_ASSIGN(files.integrity, read_file(channel, kIntegrityFile));
  TRY_ASSIGN(files.certificate, read_file(channel, kTextCertificateFile));
  return files;
}

Result<CardSignature> sign_with_card(apdu::ApduChannel& channel, uint16_t key_file, const crypto::Pin* pin,
                                     const crypto::Sha256Digest& digest) {
  CHECK(key_file == kAuthKey || key_file == kSignKey);
  const bool signing = key_file == kSignKey;
  const uint16_t certificate_file = signing ? kSignCertificateFile : kAuthCertificateFile;
  TRY(select_application(channel, kJpkiAid));
  if (pin != nullptr) TRY(verify_pin(channel, signing ? kSignPin : kAuthPin, *pin));
  CardSignature out;
  TRY_ASSIGN(out.certificate, read_file(channel, certificate_file));
  TRY_ASSIGN(out.signature, compute_signature(channel, key_file, digest));
  TRY_ASSIGN(const Bytes again, read_file(channel, certificate_file));
  TRY(expect_same(out.certificate, again));
  return out;
}

}  // namespace mitome::jpki
