#include "card/runtime/file_applet.h"

#include <algorithm>

#include "protocol/jpki/identifiers.h"

namespace mitome::card {
namespace {

using apdu::CommandApdu;
using apdu::ResponseApdu;

bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
bool is_upper(uint8_t c) { return c >= 'A' && c <= 'Z'; }

ResponseApdu status(apdu::StatusWord sw) { return {{}, sw}; }
ResponseApdu tries_status(uint8_t left) { return status(static_cast<apdu::StatusWord>(0x63C0 | std::min<uint8_t>(left, 15))); }

}  // namespace

bool is_four_digits(ByteView pin) { return pin.size() == 4 && std::all_of(pin.begin(), pin.end(), is_digit); }

bool is_signing_password(ByteView pin) {
  return pin.size() >= 6 && pin.size() <= crypto::Pin::kMaxSize &&
         std::all_of(pin.begin(), pin.end(), [](uint8_t c) { return is_digit(c) || is_upper(c); });
}

void FileApplet::clear() {
  current_ = nullptr;
  verified_.clear();
  fresh_.clear();
}

const FileRule* FileApplet::find(uint16_t file) const {
  const auto found = std::find_if(files_.begin(), files_.end(), [file](const FileRule& rule) { return rule.id == file; });
  return found == files_.end() ? nullptr : &*found;
}

const FileRule* FileApplet::referenced(uint8_t p2) {
  if (p2 == 0x80) return current_;
  const FileRule* file = find(p2 & 0x1F);
  if (file != nullptr) current_ = file;
  return file;
}

bool FileApplet::may_read(const FileRule& file) const {
  return file.opened_by.empty() ||
         std::any_of(file.opened_by.begin(), file.opened_by.end(), [this](uint16_t pin) { return verified(pin); });
}

ResponseApdu FileApplet::process(const CommandApdu& command) {
  if (command.cla == 0x00) {
    switch (command.ins) {
      case 0xA4: return select_file(command);
      case 0xB0: return read_binary(command);
      case 0xB2: return read_record(command);
      case 0xCA: return get_data(command);
      case 0x20: return verify(command);
      case 0x24: return change_reference_data(command);
      case 0x84: return get_challenge(command);
      // RESET RETRY COUNTER: the counter's terminal does it by a protocol that is not public; nobody else may (CRD-9).
      case 0x2C: return status(apdu::kSecurityStatus);
      default: break;
    }
  }
  return process_own(command);
}

ResponseApdu FileApplet::process_own(const CommandApdu& command) {
  if (command.ins == 0x2A) return status(apdu::kSecurityStatus);
  return status(command.cla == 0x80 && command.ins == 0xFC ? apdu::kWrongLength : apdu::kUnknownInstruction);
}

/// 00 A4 02 0C 02 hh ll
ResponseApdu FileApplet::select_file(const CommandApdu& command) {
  if (command.p2 != 0x0C) return status(apdu::kWrongParameters);
  if (command.data.size() != 2) return status(apdu::kWrongLength);
  const FileRule* file = find(static_cast<uint16_t>(command.data[0] << 8 | command.data[1]));
  if (file == nullptr) return status(apdu::kFileNotFound);
  current_ = file;
  return status(apdu::kSuccess);
}

/// 00 B0 oh ol Le, or P1 = 80|SFI and P2 = offset (ISO/IEC 7816-4 11.2.3)
ResponseApdu FileApplet::read_binary(const CommandApdu& command) {
  if (!command.data.empty() || !command.le) return status(apdu::kWrongLength);
  size_t offset = static_cast<size_t>(command.p1 << 8 | command.p2);
  if ((command.p1 & 0x80) != 0) {
    if ((command.p1 & 0x60) != 0) return status(apdu::kWrongParameters);
    const FileRule* file = find(command.p1 & 0x1F);
    if (file == nullptr) return status(apdu::kFileNotFound);
    current_ = file;
    offset = command.p2;
  }
  if (current_ == nullptr) return status(apdu::kNoCurrentFile);
  if (current_->kind == FileKind::kUnpublished) return status(apdu::kSecurityStatus);
  if (current_->kind != FileKind::kTransparent) return status(apdu::kIncompatibleFile);
  if (!may_read(*current_)) return status(apdu::kSecurityStatus);
  const auto content = platform_.read({id_, current_->id, Part::kContent});
  if (!content) return status(apdu::kMemoryFailure);
  if (!*content) return status(apdu::kFileNotFound);
  const ByteView all = **content;
  if (offset >= all.size()) return status(apdu::kWrongOffset);
  const size_t left = all.size() - offset;
  const bool up_to_the_end = *command.le == 256 || *command.le == 65536;  // Le coded as zero: “as much as there is”
  const bool short_answer = left < *command.le && !up_to_the_end;
  return {to_bytes(all.subspan(offset, std::min<size_t>(left, *command.le))),
          short_answer ? apdu::kEndOfFile : apdu::kSuccess};
}

/// 00 B2 NR 04 Le for the current file, or P2 = SFI ‖ 100. A record is a tag that is its number, a length and a value, and is read whole.
ResponseApdu FileApplet::read_record(const CommandApdu& command) {
  if (!command.data.empty() || !command.le) return status(apdu::kWrongLength);
  if ((command.p2 & 0x07) != 0x04) return status(apdu::kWrongParameters);
  const uint8_t short_id = command.p2 >> 3;
  const FileRule* file = short_id == 0 ? current_ : find(short_id);
  if (file == nullptr) return status(short_id == 0 ? apdu::kNoCurrentFile : apdu::kFileNotFound);
  current_ = file;
  if (file->kind != FileKind::kRecords) return status(apdu::kIncompatibleFile);
  if (!may_read(*file)) return status(apdu::kSecurityStatus);
  const auto content = platform_.read({id_, file->id, Part::kContent});
  if (!content) return status(apdu::kMemoryFailure);
  ByteView rest = *content ? ByteView{**content} : ByteView{};
  while (rest.size() >= 2) {
    const size_t size = 2 + size_t{rest[1]};
    if (size > rest.size()) return status(apdu::kMemoryFailure);
    if (rest[0] == command.p1) {
      const size_t given = std::min<size_t>(size, *command.le);
      return {to_bytes(rest.first(given)), apdu::kSuccess};
    }
    rest = rest.subspan(size);
  }
  return status(apdu::kRecordNotFound);
}

/// 00 CA tag tag Le: 5F51 the answer to reset, 7F21 the CV certificate beside the files.
ResponseApdu FileApplet::get_data(const CommandApdu& command) {
  if (!command.data.empty() || !command.le) return status(apdu::kWrongLength);
  const auto tag = static_cast<uint16_t>(command.p1 << 8 | command.p2);
  Bytes object;
  if (tag == 0x5F51) {
    object = to_bytes(jpki::kAnswerToReset);
  } else if (tag == 0x7F21 && certificate_ != 0) {
    auto content = platform_.read({id_, certificate_, Part::kContent});
    if (!content) return status(apdu::kMemoryFailure);
    if (*content) object = std::move(**content);
  }
  if (object.empty()) return status(apdu::kDataNotFound);
  return {std::move(object), apdu::kSuccess};  // what is over Le waits for GET RESPONSE
}

/// 00 20 00 80 [Lc PIN], or P2 = 80|SFI. Without data it only tells the tries left: always 63Cx, also after success and when
/// blocked, since OpenSC's driver fails on anything else.
ResponseApdu FileApplet::verify(const CommandApdu& command) {
  if (command.p1 != 0x00 || (command.p2 & 0x80) == 0 || (command.p2 & 0x60) != 0) return status(apdu::kWrongParameters);
  const FileRule* file = referenced(command.p2);
  if (file == nullptr) return status(command.p2 == 0x80 ? apdu::kNoCurrentFile : apdu::kFileNotFound);
  if (file->kind != FileKind::kPin) return status(apdu::kIncompatibleFile);
  PinSlot pin{platform_, id_, file->id, file->tries};
  if (command.data.empty()) {
    const auto left = pin.tries_left();
    return left ? tries_status(*left) : status(apdu::kMemoryFailure);
  }
  const auto candidate = crypto::Pin::from_command(command.data);
  if (!candidate) return status(apdu::kWrongLength);  // over 16 bytes: no PIN is, so no try is spent
  verified_.erase(file->id);
  fresh_.erase(file->id);
  const auto outcome = pin.verify(*candidate);
  if (!outcome) return status(apdu::kMemoryFailure);
  if (outcome->verdict == PinVerdict::kBlocked) return status(apdu::kReferenceInvalidated);
  if (outcome->verdict == PinVerdict::kWrong) return tries_status(outcome->tries_left);
  verified_.insert(file->id);
  fresh_.insert(file->id);
  return status(apdu::kSuccess);
}

/// 00 24 01 80 Lc <new PIN>, after VERIFY
ResponseApdu FileApplet::change_reference_data(const CommandApdu& command) {
  return command.p1 == 0x01 ? set_pin(command.p2, command.data) : status(apdu::kWrongParameters);
}

ResponseApdu FileApplet::set_pin(uint8_t p2, ByteView chosen) {
  if ((p2 & 0x80) == 0 || (p2 & 0x60) != 0) return status(apdu::kWrongParameters);
  const FileRule* file = referenced(p2);
  if (file == nullptr) return status(p2 == 0x80 ? apdu::kNoCurrentFile : apdu::kFileNotFound);
  if (file->kind != FileKind::kPin || file->acceptable == nullptr) return status(apdu::kIncompatibleFile);
  if (!verified(file->id)) return status(apdu::kSecurityStatus);
  const auto fresh = crypto::Pin::from_command(chosen);
  if (!fresh || chosen.empty()) return status(apdu::kWrongLength);
  if (!file->acceptable(chosen)) return status(apdu::kWrongData);
  PinSlot pin{platform_, id_, file->id, file->tries};
  return status(pin.set(*fresh) ? apdu::kSuccess : apdu::kMemoryFailure);
}

/// 00 84 00 00 Le, 1 to 256 bytes
ResponseApdu FileApplet::get_challenge(const CommandApdu& command) {
  if (command.p1 != 0x00 || command.p2 != 0x00) return status(apdu::kWrongParameters);
  if (!command.data.empty() || !command.le || *command.le > 256) return status(apdu::kWrongLength);
  return {platform_.random().bytes(*command.le), apdu::kSuccess};
}

}  // namespace mitome::card
