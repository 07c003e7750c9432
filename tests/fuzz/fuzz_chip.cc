#include <array>

#include "card/card_image.h"
#include "tests/fuzz/chip_script.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/watched_silicon.h"

using namespace mitome;
using namespace mitome::fuzz;

namespace {

constexpr int kMaxSteps = 256;
constexpr uint8_t kChainingBit = 0x10;

WatchedSilicon& silicon_of(uint8_t profile) {
  static std::array<std::unique_ptr<WatchedSilicon>, 3> made;
  auto& silicon = made.at(profile % 3);
  if (!silicon) silicon = std::make_unique<WatchedSilicon>(static_cast<TokenProfile>(1 + profile % 3));
  silicon->restore();
  return *silicon;
}

/// One chip under power, and a script that is read to its end.
class Run {
 public:
  explicit Run(ByteView script) : silicon_(silicon_of(script[0])), rest_(script.subspan(1)) { power_cycle(); }

  void perform() {
    for (int step = 0; step < kMaxSteps && !rest_.empty(); ++step) {
      const uint8_t head = static_cast<uint8_t>(number(1));
      switch (head) {
        case kTear:
          tear();
          break;
        case kAgreeLogin:
          agree(card::UserOperation::kAuthentication);
          break;
        case kAgreeSigning:
          agree(card::UserOperation::kSigning);
          break;
        case kLongCommand:
          send(take(number(2)));
          break;
        default:
          head < kReset ? void(send(take(head))) : reset();
      }
    }
    the_right_pins_still_work();
  }

 private:
  ByteView take(size_t size) {
    const ByteView part = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(part.size());
    return part;
  }
  size_t number(size_t size) {
    size_t value = 0;
    for (const uint8_t byte : take(size)) value = value << 8 | byte;
    return value;
  }

  /// The chip is out of the field and comes back.
  void power_cycle() {
    chip_.reset();
    silicon_.power_on();
    silicon_.operation_ended();
    chip_ = card::boot(silicon_).value();
    chain_.reset();
  }
  void reset() {
    chip_->reset();
    silicon_.power_on();
    chain_.reset();
  }
  void tear() {
    const size_t when = number(1);
    silicon_.tear(when & 3, (when & 4) != 0);
  }
  /// As the phone's secure element does: what was open before is over.
  void agree(card::UserOperation operation) {
    reset();
    silicon_.agree(operation);
  }

  apdu::StatusWord send(ByteView bytes) {
    auto parsed = apdu::CommandApdu::parse(bytes);
    const bool known = parsed && (parsed->cla & ~(0x80 | kChainingBit)) == 0;
    const bool link = known && (parsed->cla & kChainingBit) != 0;
    if (known && chain_) parsed->data = concat({*chain_, parsed->data});
    silicon_.begin(known && !link ? std::optional{*parsed} : std::nullopt);
    const auto answer = apdu::ResponseApdu::parse(chip_->transmit(bytes).value()).value();
    silicon_.judge(answer);
    chain_.reset();
    if (link && answer.ok()) chain_ = parsed->data;
    if (silicon_.torn()) power_cycle();
    return answer.sw;
  }
  apdu::StatusWord send(Bytes header, ByteView data) {
    header.push_back(static_cast<uint8_t>(data.size()));
    return send(concat({header, data}));
  }

  /// Whatever was sent: a PIN is what it was or what it was rightly changed into, unless it is blocked.
  void the_right_pins_still_work() {
    const auto changed = silicon_.pins_that_changed();
    power_cycle();
    if (!changed.empty()) silicon_.agree(card::UserOperation::kAuthentication);
    for (const KnownPin& pin : known_pins()) {
      if (!changed.contains(pin.slot)) continue;
      const bool blocked = silicon_.tries(pin.slot) == 0;
      CHECK(send({0x00, 0xA4, 0x04, 0x0C}, pin.aid) == apdu::kSuccess);
      CHECK(send({0x00, 0x20, 0x00, static_cast<uint8_t>(0x80 | pin.slot.file)}, silicon_.pin_value(pin.slot)) ==
            (blocked ? apdu::kReferenceInvalidated : apdu::kSuccess));
    }
  }

  WatchedSilicon& silicon_;
  ByteView rest_;
  std::unique_ptr<card::Chip> chip_;
  std::optional<Bytes> chain_;  // what the links of a command chain have carried
};

}  // namespace

/// Before the first input, whose time is limited: where no pool of keys is yet, it is made now.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  for (uint8_t profile = 0; profile < 3; ++profile) silicon_of(profile);
  return 0;
}

FUZZ(input) {
  if (!input.empty()) Run{input}.perform();
}
