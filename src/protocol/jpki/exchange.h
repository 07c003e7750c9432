// One command and its answer, told without what is secret or somebody's: for logs that may be shown to others.
#pragma once

#include <optional>
#include <string>

#include "protocol/apdu/apdu.h"
#include "protocol/jpki/card_map.h"

namespace mitome::jpki {

/// What was handed to COMPUTE DIGITAL SIGNATURE, by its form: whoever signs mixes these up.
enum class SignedForm : uint8_t { kOther, kDigestInfo, kDigest };

struct Exchange {
  std::string command;  ///< hex, a space between bytes; “**” for each byte of a PIN, “..” for each of other data that
                        ///< is not told
  std::string instruction;  ///< as ISO/IEC 7816-4 or JICSAP names it; empty when it has no name here
  SignedForm signs = SignedForm::kOther;
  const ApplicationEntry* application = nullptr;  ///< the current one after the command
  std::optional<uint16_t> file;                   ///< the current one after the command, when the command is about one
  size_t sent = 0, received = 0;                  ///< bytes of data
  std::string response;     ///< hex of the data received; empty when they may say something of the holder
  apdu::StatusWord sw = 0;  ///< 0: no answer

  /// nullptr when the file is none of the map.
  const FileEntry* entry() const;
  /// "10" in 63CX; nullopt for another status word.
  std::optional<unsigned> tries_left() const;
};

/// Follows what is selected, as the card does.
class ExchangeReader {
 public:
  /// Anything at all may be handed in; what is no APDU has no instruction, and nothing of it but its size is told.
  Exchange read(ByteView command, ByteView response);
  /// Power went off and on.
  void reset();

 private:
  void follow(const apdu::CommandApdu& command, Exchange& told);

  const ApplicationEntry* application_ = nullptr;
  std::optional<uint16_t> file_;
};

}  // namespace mitome::jpki
