// The chip's runtime (ISO/IEC 7816-4): SELECT by AID, the current application, command chaining, reset.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "card/platform.h"
#include "card/runtime/applet.h"
#include "protocol/apdu/apdu.h"

namespace mitome::card {

/// A chip under power. Give it anything: it answers with a status word. One reader at a time; not for several threads.
class Chip final : public apdu::ApduChannel {
 public:
  /// Cold start: nothing selected. The platform must outlive the chip. card/card_image.h boots one from what is in the platform.
  Chip(Platform& platform, std::vector<std::unique_ptr<Applet>> applets);

  /// One command in, one response of at least two bytes out. Never an error.
  Result<Bytes> transmit(ByteView command) override;
  /// Power off and on: volatile state is gone, and an open user operation is over.
  void reset();

 private:
  apdu::ResponseApdu answer(ByteView bytes);
  apdu::ResponseApdu collect_chain(apdu::CommandApdu command);
  apdu::ResponseApdu dispatch(const apdu::CommandApdu& command);
  apdu::ResponseApdu perform(const apdu::CommandApdu& command);
  apdu::ResponseApdu get_response(const apdu::CommandApdu& command);
  /// As much as Le lets through; the rest waits for GET RESPONSE.
  apdu::ResponseApdu give(Bytes data, uint32_t le);
  apdu::ResponseApdu select(const apdu::CommandApdu& command);
  apdu::ResponseApdu select_application(const apdu::CommandApdu& command);

  Platform& platform_;
  std::vector<std::unique_ptr<Applet>> applets_;
  Applet* current_ = nullptr;
  std::optional<apdu::CommandApdu> chain_;  // what has come of a command chain (5.3.3)
  Bytes waiting_;                           // of the last answer, for GET RESPONSE (11.8.1); any other command drops it
};

}  // namespace mitome::card
