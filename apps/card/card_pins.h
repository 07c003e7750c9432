// The four PINs that a holder knows, as `mitome card` names them, and where they come from: a file or the terminal, never an argument,
// which every process of the machine can read.
#pragma once

#include <map>
#include <span>
#include <string>

#include "apps/cli.h"
#include "base/bytes.h"
#include "base/result.h"
#include "crypto/secret.h"

namespace mitome::apps {

struct PinPlace {
  std::string_view which;  ///< "auth", "sign", "text", "juki"
  ByteView aid;
  uint16_t file;
  std::string_view en, ja;  ///< how its holder calls it
};
/// "juki" twice: it stands in two applications and is one to its holder.
std::span<const PinPlace> pin_places();
/// USAGE for another word.
Result<PinPlace> pin_place(std::string_view which);

/// Four digits, or the signing password; PIN_FORMAT.
Result<crypto::Pin> parse_pin(std::string_view which, std::string_view text);
/// Typed at the terminal unseen, or the next line of standard input where that is no terminal. USAGE at its end, PIN_FORMAT.
Result<crypto::Pin> ask_pin(std::string_view which, std::string_view prompt);

class PinInput {
 public:
  /// `file`: JSON {"auth": "1234", "sign": …, "text": …, "juki": …}, "-" for standard input; empty: nothing is known and the terminal is
  /// asked. STORAGE_FAILED, MALFORMED.
  static Result<PinInput> open(const std::string& file);
  bool knows(std::string_view which) const { return known_.contains(which); }
  /// From the file (USAGE when it has none of that name); without one by ask_pin(), once. The pointer is good as long as this.
  Result<const crypto::Pin*> get(std::string_view which, std::string_view prompt);

 private:
  bool from_file_ = false;
  std::map<std::string, crypto::Pin, std::less<>> known_;
};

/// PIN_WRONG and PIN_BLOCKED with the name of the PIN in front of the detail.
Error about_pin(const PinPlace& place, const Error& error, const Cli& cli);

}  // namespace mitome::apps
