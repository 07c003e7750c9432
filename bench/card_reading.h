// The card that is measured, and the two ways to read everything on it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "apps/card/card_pins.h"
#include "card/runtime/software_platform.h"
#include "codec/json/json.h"
#include "protocol/apdu/apdu.h"

namespace mitome::bench {

/// A folder of this process, gone with what is in it.
class Workplace {
 public:
  explicit Workplace(const std::string& parent);
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  ~Workplace();
  std::string path(std::string_view name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
};

/// Writes in what `mitome card new` writes in for a person of whom nothing is said.
void issue_card(card::SoftwarePlatform& chip);

/// One command and what every answer to it must be like.
struct Exchange {
  std::string name;
  Bytes command;
  apdu::StatusWord sw;
  size_t size;  ///< of the answer, without the status word
};
/// In the JPKI application: SELECT it, READ BINARY, empty VERIFY, GET CHALLENGE.
std::vector<Exchange> plain_exchanges();
Exchange right_pin();
/// Sends it and CHECKs the answer.
void expect(apdu::ApduChannel& channel, const Exchange& exchange);

struct Trip {
  Bytes command, response;
};
/// Remembers what passes.
class RecordingChannel final : public apdu::ApduChannel {
 public:
  explicit RecordingChannel(apdu::ApduChannel& inner) : inner_(inner) {}
  Result<Bytes> transmit(ByteView command) override;
  std::vector<Trip> trips;

 private:
  apdu::ApduChannel& inner_;
};
/// How many, of what kind, and how many bytes.
std::string describe(const std::vector<Trip>& trips);

/// `mitome card read` with all four PINs.
class FullRead {
 public:
  explicit FullRead(const Workplace& workplace);
  json::Value operator()(apdu::ApduChannel& channel);

 private:
  apps::PinInput pins_;
};

/// The same files and tries in the fewest round trips: each application selected once, files and PINs by short
/// identifier (ISO/IEC 7816-4 7.3.1), a file in one answer of extended length.
struct FewestRead {
  Bytes auth_certificate, sign_certificate, my_number, face, resident_code;
};
FewestRead read_in_fewest(apdu::ApduChannel& channel);
/// CHECKs that both read the same card.
void expect_same(const json::Value& ours, const FewestRead& fewest);

}  // namespace mitome::bench
