// What the card's applications have in common: elementary files, PINs that open them, GET CHALLENGE, GET DATA.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "card/platform.h"
#include "card/runtime/applet.h"
#include "card/runtime/pin.h"

namespace mitome::card {

enum class FileKind : uint8_t {
  kTransparent,
  kRecords,
  kPin,
  kKey,
  kUnpublished,  ///< real cards have it, and nobody has published what it is: it is there, and never opens
};

/// One elementary file and its rules.
struct FileRule {
  uint16_t id;
  FileKind kind;
  std::vector<uint16_t> opened_by = {};       ///< any one of these PINs lets it be read; empty: free
  uint8_t tries = 0;                          ///< PINs: the limit; 0 is always blocked
  bool (*acceptable)(ByteView) = nullptr;     ///< PINs: what CHANGE REFERENCE DATA may set; null: it may not
};

bool is_four_digits(ByteView pin);
bool is_signing_password(ByteView pin);  ///< 6 to 16 of A-Z and 0-9

class FileApplet : public Applet {
 public:
  void clear() override;
  apdu::ResponseApdu process(const apdu::CommandApdu& command) override;

 protected:
  /// `certificate`: the file that GET DATA 7F21 gives; 0 without one.
  FileApplet(Platform& platform, AppletId id, std::vector<FileRule> files, uint16_t certificate = 0)
      : platform_(platform), id_(id), files_(std::move(files)), certificate_(certificate) {}

  Platform& platform() const { return platform_; }
  const FileRule* find(uint16_t file) const;
  /// By P2 80 (the current file) or 80|SFI, which makes it the current file; null when there is none.
  const FileRule* referenced(uint8_t p2);
  bool verified(uint16_t pin) const { return verified_.contains(pin); }
  /// Verified, and not used up since by end_fresh(): for what one VERIFY allows only once.
  bool fresh(uint16_t pin) const { return fresh_.contains(pin); }
  void end_fresh(uint16_t pin) { fresh_.erase(pin); }
  virtual bool may_read(const FileRule& file) const;
  /// A PIN's new value, after its VERIFY: CHANGE REFERENCE DATA, and what JICSAP calls CHANGE KEY.
  apdu::ResponseApdu set_pin(uint8_t p2, ByteView pin);
  /// What this application understands beside files and PINs; others are passed on to this one, which knows of no key that signs (6982) and
  /// of no last command (6700), as a physical card. 6D00 for anything else.
  virtual apdu::ResponseApdu process_own(const apdu::CommandApdu& command);

 private:
  apdu::ResponseApdu select_file(const apdu::CommandApdu& command);
  apdu::ResponseApdu read_binary(const apdu::CommandApdu& command);
  apdu::ResponseApdu read_record(const apdu::CommandApdu& command);
  apdu::ResponseApdu get_data(const apdu::CommandApdu& command);
  apdu::ResponseApdu verify(const apdu::CommandApdu& command);
  apdu::ResponseApdu change_reference_data(const apdu::CommandApdu& command);
  apdu::ResponseApdu get_challenge(const apdu::CommandApdu& command);

  Platform& platform_;
  AppletId id_;
  std::vector<FileRule> files_;
  uint16_t certificate_;
  const FileRule* current_ = nullptr;  // into files_
  std::set<uint16_t> verified_, fresh_;
};

}  // namespace mitome::card
