#include "protocol/jpki/exchange.h"

#include <algorithm>

#include "base/hex.h"
#include "crypto/key.h"

namespace mitome::jpki {
namespace {

using apdu::CommandApdu;

enum class Data : uint8_t {
  kShown,   ///< names of files and applications
  kUntold,  ///< what is signed, challenges
  kPin,
};
/// How P2 says which file.
enum class Reference : uint8_t { kNone, kCurrent, kByP1, kByP2, kRecord };

struct Instruction {
  uint8_t cla, ins;
  std::string_view name;
  Data data = Data::kUntold;
  Reference reference = Reference::kNone;
};

constexpr Instruction kInstructions[] = {
    {0x00, 0xA4, "SELECT", Data::kShown, Reference::kCurrent},
    {0x00, 0xB0, "READ BINARY", Data::kUntold, Reference::kByP1},
    {0x00, 0xB2, "READ RECORD", Data::kUntold, Reference::kRecord},
    {0x00, 0xC0, "GET RESPONSE"},
    {0x00, 0xCA, "GET DATA"},
    {0x00, 0x20, "VERIFY", Data::kPin, Reference::kByP2},
    {0x00, 0x24, "CHANGE REFERENCE DATA", Data::kPin, Reference::kByP2},
    {0x00, 0x2C, "RESET RETRY COUNTER", Data::kPin, Reference::kByP2},
    {0x00, 0x84, "GET CHALLENGE"},
    {0x00, 0x88, "INTERNAL AUTHENTICATE", Data::kUntold, Reference::kByP2},
    {0x80, 0x2A, "COMPUTE DIGITAL SIGNATURE", Data::kUntold, Reference::kByP2},
    {0x80, 0x32, "CHANGE KEY", Data::kPin, Reference::kByP2},
    {0x80, 0xA2, "SET PUBLIC IC KEY"},
    {0x80, 0xAE, "SET SESSION KEY"},
    {0x80, 0xFC, "LAST COMMAND"},
};
constexpr uint8_t kChainingBit = 0x10, kSelect = 0xA4, kReadBinary = 0xB0, kGetData = 0xCA, kComputeSignature = 0x2A;
constexpr size_t kHeader = 4, kSha256Size = 32;

const Instruction* instruction_of(uint8_t cla, uint8_t ins) {
  const auto found = std::find_if(std::begin(kInstructions), std::end(kInstructions), [&](const Instruction& known) {
    return known.cla == (cla & ~kChainingBit) && known.ins == ins;
  });
  return found == std::end(kInstructions) ? nullptr : &*found;
}

std::string spaced(ByteView bytes) {
  std::string out;
  for (const uint8_t byte : bytes) out += (out.empty() ? "" : " ") + to_hex(ByteView{&byte, 1});
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

/// The command's own bytes, with those of its data covered where they are not told.
std::string covered(ByteView bytes, const CommandApdu& command, Data data) {
  if (data == Data::kShown || command.data.empty()) return spaced(bytes);
  const size_t before = kHeader + (command.extended ? 3 : 1);
  std::string out = spaced(bytes.first(before));
  for (size_t i = 0; i < command.data.size(); ++i) out += data == Data::kPin ? " **" : " ..";
  const std::string le = spaced(bytes.subspan(before + command.data.size()));
  return le.empty() ? out : out + " " + le;
}

SignedForm signed_form(ByteView data) {
  const Bytes info = crypto::sha256_digest_info(Bytes(kSha256Size, 0));
  const size_t prefix = info.size() - kSha256Size;
  if (data.size() == info.size() && equal(data.first(prefix), ByteView{info}.first(prefix)))
    return SignedForm::kDigestInfo;
  return data.size() == kSha256Size ? SignedForm::kDigest : SignedForm::kOther;
}

std::optional<uint16_t> short_id(uint8_t id) { return id == 0 ? std::nullopt : std::optional<uint16_t>{id}; }

/// The file that the command names, if it does not mean the current one.
std::optional<uint16_t> named_file(const CommandApdu& command, Reference reference) {
  switch (reference) {
    case Reference::kByP1:
      return (command.p1 & 0x80) != 0 ? short_id(command.p1 & 0x1F) : std::nullopt;
    case Reference::kByP2:
      return (command.p2 & 0x80) != 0 ? short_id(command.p2 & 0x1F) : std::nullopt;
    case Reference::kRecord:
      return short_id(command.p2 >> 3);
    default:
      return std::nullopt;
  }
}

bool is_success(apdu::StatusWord sw) {
  return sw == apdu::kSuccess || (sw & 0xFF00) == apdu::kMoreData || sw == apdu::kEndOfFile;
}

}  // namespace

const FileEntry* Exchange::entry() const {
  return application == nullptr || !file ? nullptr : application->find(*file);
}

std::optional<unsigned> Exchange::tries_left() const {
  return (sw & 0xFFF0) == 0x63C0 ? std::optional<unsigned>{sw & 0x0FU} : std::nullopt;
}

void ExchangeReader::reset() {
  application_ = nullptr;
  file_.reset();
}

/// SELECT and short identifiers move what is current; the card moves it before it knows whether the rest is good
/// (7.4.1).
void ExchangeReader::follow(const CommandApdu& command, Exchange& told) {
  const Instruction* instruction = instruction_of(command.cla, command.ins);
  if (instruction == nullptr) return;
  if (command.ins == kSelect && command.p1 == 0x04) {
    if (is_success(told.sw)) {
      application_ = application_of(command.data);
      file_.reset();
    }
    return;
  }
  if (command.ins == kSelect) {
    if (command.data.size() != 2) return;
    told.file = static_cast<uint16_t>(command.data[0] << 8 | command.data[1]);
    if (is_success(told.sw)) file_ = told.file;
    return;
  }
  if (instruction->reference == Reference::kNone) return;
  const auto named = named_file(command, instruction->reference);
  if (named && told.sw != apdu::kFileNotFound) file_ = named;
  told.file = named ? named : file_;
}

Exchange ExchangeReader::read(ByteView command, ByteView response) {
  Exchange told;
  if (const auto answer = apdu::ResponseApdu::parse(response)) {
    told.sw = answer->sw;
    told.received = answer->data.size();
  }
  const auto parsed = apdu::CommandApdu::parse(command);
  const Instruction* instruction = parsed ? instruction_of(parsed->cla, parsed->ins) : nullptr;
  if (instruction == nullptr) {
    // It may be a PIN in the wrong place.
    told.command = "(" + std::to_string(command.size()) + " bytes)";
    told.application = application_;
    return told;
  }
  told.instruction = instruction->name;
  told.sent = parsed->data.size();
  told.command = covered(command, *parsed, instruction->data);
  if (parsed->ins == kComputeSignature) told.signs = signed_form(parsed->data);
  follow(*parsed, told);
  told.application = application_;
  const FileEntry* entry = told.entry();
  const bool of_nobody = parsed->ins == kSelect || parsed->ins == kGetData ||
                         (parsed->ins == kReadBinary && entry != nullptr && entry->same_for_all);
  if (of_nobody && told.received > 0) told.response = spaced(response.first(told.received));
  return told;
}

}  // namespace mitome::jpki
