#include "bench/card_reading.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "apps/card/card_contents.h"
#include "apps/card/city_desk.h"
#include "apps/town/authority.h"
#include "apps/town/switchboard.h"
#include "codec/base64url/base64url.h"
#include "protocol/jpki/reader.h"
#include "testing/card_maker.h"
#include "testing/fakes.h"

namespace mitome::bench {
namespace {

using apdu::CommandApdu;

constexpr uint8_t kSelect = 0xA4, kReadBinary = 0xB0, kReadRecord = 0xB2, kVerify = 0x20, kGetChallenge = 0x84;
constexpr size_t kChallenge = 8, kPart = 256, kHead = 7;
constexpr uint32_t kWholeFile = 65536;

uint8_t by_short_id(uint16_t file) { return static_cast<uint8_t>(0x80 | file); }

Bytes select_application(ByteView aid) {
  return CommandApdu{0x00, kSelect, 0x04, 0x0C, to_bytes(aid), std::nullopt, false}.encode();
}

Bytes verify(uint16_t pin_file, std::string_view pin) {
  return CommandApdu{0x00, kVerify, 0x00, by_short_id(pin_file), to_bytes(pin), std::nullopt, false}.encode();
}

std::string kind_of(ByteView command) {
  const auto parsed = CommandApdu::parse(command);
  CHECK(parsed.has_value());
  switch (parsed->ins) {
    case kSelect:
      return parsed->p1 == 0x04 ? "SELECT of an application" : "SELECT of a file";
    case kVerify:
      return parsed->data.empty() ? "empty VERIFY" : "VERIFY";
    case kReadRecord:
      return "READ RECORD";
    case kReadBinary:
      return parsed->le == kHead ? "READ BINARY of a head" : "READ BINARY";
    default:
      return "other";
  }
}

/// A reader that wastes nothing.
class Fewest {
 public:
  explicit Fewest(apdu::ApduChannel& channel) : channel_(channel) {}
  void select(ByteView aid) { ask(select_application(aid)); }
  /// Opens, then tells the tries that are left, as `mitome card read` does.
  void unlock(uint16_t pin_file, std::string_view pin) {
    ask(verify(pin_file, pin));
    CHECK((ask(verify(pin_file, {}), false).sw & 0xFFF0) == 0x63C0);
  }
  void unlock_by_number(uint16_t pin_file, std::string_view number) { ask(verify(pin_file, number)); }
  Bytes file(uint16_t id) {
    return ask(CommandApdu{0x00, kReadBinary, by_short_id(id), 0x00, {}, kWholeFile, true}.encode()).data;
  }
  Bytes record(uint16_t id) {
    return ask(CommandApdu{0x00, kReadRecord, 0x01, static_cast<uint8_t>(id << 3 | 0x04), {}, 256, false}.encode())
        .data;
  }

 private:
  apdu::ResponseApdu ask(const Bytes& command, bool must_be_good = true) {
    auto answer = channel_.transmit(command);
    CHECK(answer.has_value());
    auto response = apdu::ResponseApdu::parse(*answer);
    CHECK(response && (response->ok() || !must_be_good));
    return std::move(*response);
  }
  apdu::ApduChannel& channel_;
};

}  // namespace

Workplace::Workplace(const std::string& parent)
    : folder_(std::filesystem::path{parent} / ("bench-card-" + std::to_string(getpid()))) {
  std::filesystem::create_directories(folder_);
}

Workplace::~Workplace() { std::filesystem::remove_all(folder_); }

void issue_card(card::SoftwarePlatform& chip) {
  const auto person = apps::person_from_json(json::Value::object());
  CHECK(person.has_value());
  crypto::SystemRandom random;
  testing::PooledKeySource keys{8};  // not those of the chip
  const town::MovableClock clock{testing::FakeClock{}.now()};
  town::MemoryStorage storage;
  const auto authority = town::Authority::open({clock, random, keys, storage, "http://authority.localhost", {}});
  CHECK(authority.has_value());
  town::Switchboard network{nullptr};
  network.connect("authority.localhost", (*authority)->routes());
  const std::string token = (*authority)->token(town::Role::kCity);
  CHECK(apps::issue_card(network, "authority.localhost", token, *person, chip, clock.now()).has_value());
}

std::vector<Exchange> plain_exchanges() {
  const uint8_t certificate = by_short_id(jpki::kAuthCertificateFile);
  return {{"SELECT", select_application(jpki::kJpkiAid), apdu::kSuccess, 0},
          {"READ BINARY of 256 bytes", CommandApdu{0x00, kReadBinary, certificate, 0x00, {}, kPart, false}.encode(),
           apdu::kSuccess, kPart},
          {"empty VERIFY", verify(jpki::kAuthPin, {}), 0x63C0 | jpki::kAuthTries, 0},
          {"GET CHALLENGE of 8 bytes", CommandApdu{0x00, kGetChallenge, 0x00, 0x00, {}, kChallenge, false}.encode(),
           apdu::kSuccess, kChallenge}};
}

Exchange right_pin() { return {"VERIFY, right PIN", verify(jpki::kAuthPin, testing::kTestAuthPin), apdu::kSuccess, 0}; }

void expect(apdu::ApduChannel& channel, const Exchange& exchange) {
  const auto answer = channel.transmit(exchange.command);
  CHECK(answer && answer->size() == exchange.size + 2);
  CHECK(((*answer)[exchange.size] << 8 | (*answer)[exchange.size + 1]) == exchange.sw);
}

Result<Bytes> RecordingChannel::transmit(ByteView command) {
  auto response = inner_.transmit(command);
  if (response) trips.push_back({to_bytes(command), *response});
  return response;
}

std::string describe(const std::vector<Trip>& trips) {
  std::map<std::string, size_t> kinds;
  size_t out = 0, back = 0;
  for (const Trip& trip : trips) {
    ++kinds[kind_of(trip.command)];
    out += trip.command.size();
    back += trip.response.size();
  }
  std::string text = std::to_string(trips.size()) + " round trips, " + std::to_string(out) + " bytes out, " +
                     std::to_string(back) + " back:";
  for (const auto& [kind, count] : kinds)
    text += (text.back() == ':' ? " " : ", ") + std::to_string(count) + " " + kind;
  return text;
}

FullRead::FullRead(const Workplace& workplace)
    : pins_([&] {
        const std::string path = workplace.path("pins.json");
        const json::Value pins = json::Value::object({{"auth", testing::kTestAuthPin},
                                                      {"sign", testing::kTestSignPin},
                                                      {"text", testing::kTestTextPin},
                                                      {"juki", testing::kTestJukiPin}});
        std::ofstream{path} << pins.dump();
        auto input = apps::PinInput::open(path);
        CHECK(input.has_value());
        return std::move(*input);
      }()) {}

json::Value FullRead::operator()(apdu::ApduChannel& channel) {
  auto read = apps::read_card(channel, pins_, nullptr, apps::Cli{});
  if (!read) std::fprintf(stderr, "card read: %s\n", to_string(read.error()).c_str());
  CHECK(read.has_value());
  return std::move(*read);
}

FewestRead read_in_fewest(apdu::ApduChannel& channel) {
  Fewest card{channel};
  FewestRead out;
  card.select(jpki::kJpkiAid);
  CHECK(jpki::parse_token_info(card.file(jpki::kTokenInfoFile)).has_value());
  out.auth_certificate = card.file(jpki::kAuthCertificateFile);
  card.unlock(jpki::kAuthPin, testing::kTestAuthPin);
  card.unlock(jpki::kSignPin, testing::kTestSignPin);
  out.sign_certificate = card.file(jpki::kSignCertificateFile);
  card.select(jpki::kTextAid);
  card.unlock(jpki::kTextPin, testing::kTestTextPin);
  out.my_number = card.file(jpki::kMyNumberFile);
  for (const uint16_t file : {jpki::kAttributesFile, jpki::kIntegrityFile, jpki::kTextCertificateFile})
    CHECK(!card.file(file).empty());
  card.select(jpki::kSurfaceAid);
  card.unlock_by_number(jpki::kSurfaceNumberAPin, jpki::parse_my_number(out.my_number).value());
  out.face = card.file(jpki::kSurfaceFaceFile);
  for (const uint16_t file : {jpki::kSurfaceVersionFile, jpki::kSurfaceCertificateFile, jpki::kSurfaceNumberFile})
    CHECK(!card.file(file).empty());
  card.select(jpki::kJukiAid);
  card.unlock(jpki::kJukiPin, testing::kTestJukiPin);
  out.resident_code = card.record(jpki::kJukiRecordFile);
  card.select(jpki::kCommonAid);
  CHECK(!card.record(jpki::kCommonSerialFile).empty());
  return out;
}

void expect_same(const json::Value& ours, const FewestRead& fewest) {
  const auto encoded = [&](const char* member, const char* inner) { return ours.find(member)->string_or(inner, ""); };
  CHECK(encoded("auth_certificate", "der") == base64url::encode_standard(fewest.auth_certificate));
  CHECK(encoded("sign_certificate", "der") == base64url::encode_standard(fewest.sign_certificate));
  CHECK(encoded("face", "photo_jp2") == base64url::encode_standard(jpki::parse_surface_face(fewest.face)->photo));
  CHECK(ours.string_or("my_number", "") == jpki::parse_my_number(fewest.my_number).value());
  CHECK(ours.string_or("resident_code", "") == as_text(ByteView{fewest.resident_code}.subspan(2)));
}

}  // namespace mitome::bench
