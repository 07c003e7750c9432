// A real reader, through PC/SC (pcscd). Everything that a place does with a reader of the town it does with this one.
#pragma once

#include "base/time.h"
#include "protocol/apdu/card_reader.h"

namespace mitome::net {

/// The names of the readers that pcscd has now. UNREACHABLE when there is no pcscd.
Result<std::vector<std::string>> list_pcsc_readers();

class PcscReader final : public apdu::CardReader {
 public:
  /// Exactly the name that pcscd gives it. Nothing is asked until somebody connects: a reader may be plugged in later.
  explicit PcscReader(std::string name) : name_(std::move(name)) {}
  std::string name() const override { return name_; }
  bool present() override;
  /// Until something lies there, at most so long; whether it does.
  bool wait_for_card(Seconds at_most);
  /// Exclusive, T=0 or T=1; power goes when the channel is destroyed. CARD_SILENT, CONFLICT (another program has it), UNREACHABLE (no
  /// pcscd, no such reader).
  Result<std::unique_ptr<apdu::ApduChannel>> connect() override;

 private:
  std::string name_;
};

}  // namespace mitome::net
