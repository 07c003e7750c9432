// The structure of a card or phone on a reader: which applications and files are there, what each command is answered,
// which elements the files have. Status words, lengths, tags and labels; never a value, a certificate's content, or a
// length that tells of its holder. So that whoever has a real card can say how it differs from another without saying
// whose it is.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "crypto/secret.h"
#include "protocol/apdu/apdu.h"
#include "protocol/jpki/card_map.h"

namespace mitome::jpki {

/// A question put to the card, and its answer.
struct Probe {
  std::string question;  ///< "text 0002 READ BINARY"
  std::string answer;    ///< "6982"; "9000, FF20 { DF21:8 DF22 DF23 DF24:8 DF25:1 }"; tries left are written 63CX
  bool operator==(const Probe&) const = default;
};

struct CardStructure {
  std::string token;  ///< the label of EF 0006 when it is one of the known ones, else "other"; empty when there is none
  std::vector<Probe> probes;
};

/// A PIN that its holder gave for this.
struct GivenPin {
  const ApplicationEntry* application;
  uint16_t file;
  const crypto::Pin* pin;
};

/// Asks. Nothing is written, nothing is signed, and no PIN is tried but those given (the text PIN also opens the
/// surface application, by the My Number that it opens). The last command is 80 FC, which ends a phone's operation.
/// CARD_SILENT; PIN_WRONG and PIN_BLOCKED of a PIN given, which ends it.
Result<CardStructure> probe_card(apdu::ApduChannel& channel, const std::vector<GivenPin>& pins);

struct Difference {
  std::string question, theirs, ours;  ///< empty: that question did not come up
};
/// In the order of the questions.
std::vector<Difference> differences(const CardStructure& theirs, const CardStructure& ours);

}  // namespace mitome::jpki
