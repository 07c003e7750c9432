// A test card under power, with one line for each thing a test does to it.
#pragma once

#include "card/card_image.h"
#include "protocol/jpki/reader.h"
#include "testing/card_maker.h"
#include "testing/card_platforms.h"
#include "testing/card_script.h"
#include "testing/fakes.h"

namespace mitome::testing {

inline constexpr std::string_view kSelectJpki = "00a4040c0ad392f000260100000001";
inline constexpr std::string_view kSelectSurface = "00a4040c0ad3921000310001010402";
inline constexpr std::string_view kSelectJuki = "00a4040c0ad3921000310001010401";
inline constexpr std::string_view kSelectCommon = "00a4040c0ad3921000310001010100";
inline constexpr std::string_view kSelectText = "00a4040c0ad3921000310001010408";

/// The makers' keys and certificates are the same for all cards of a test binary.
inline CardMaker& card_maker() {
  static CardMaker maker;
  return maker;
}

/// A platform (card or phone) with a card in it, powered.
template <typename PlatformType>
class InHand {
 public:
  explicit InHand(const CardMaker::Choice& choice = {}) {
    card_maker().issue(platform, choice);
    chip = card::boot(platform).value();
  }
  std::string send(std::string_view command) { return converse(*chip, command); }
  /// VERIFY of the PIN in this file of the current application.
  std::string verify(uint16_t file, std::string_view pin) {
    const Bytes number{static_cast<uint8_t>(file >> 8), static_cast<uint8_t>(file)};
    const std::string selected = send("00a4020c02" + to_hex(number));
    if (selected != "9000") return selected;
    const Bytes length{static_cast<uint8_t>(pin.size())};
    return send("00200080" + to_hex(length) + to_hex(as_bytes(pin)));
  }
  std::string tries(uint16_t file) {
    const Bytes p2{static_cast<uint8_t>(0x80 | file)};
    return send("002000" + to_hex(p2));
  }
  std::string select(uint16_t file) {
    return send("00a4020c02" + to_hex(Bytes{static_cast<uint8_t>(file >> 8), static_cast<uint8_t>(file)}));
  }
  /// COMPUTE DIGITAL SIGNATURE over a DigestInfo; the status word alone when it is refused, "signed" when 256 bytes came.
  std::string sign(uint16_t key) {
    const Bytes p2{static_cast<uint8_t>(0x80 | key)};
    const Bytes info = crypto::sha256_digest_info(crypto::sha256(as_bytes("message")));
    const std::string answer = send("802a00" + to_hex(p2) + "33" + to_hex(info) + "00");
    return answer.size() == 2 * 256 + 4 && answer.ends_with("9000") ? "signed" : answer;
  }
  /// Which of the files 0001 to 0005 of the current application can be read now, as in "12345"; "?" for one that is refused for another
  /// reason than its secret.
  std::string readable() {
    std::string out;
    for (const char file : {'1', '2', '3', '4', '5'}) {
      const std::string answer = send("00b08" + std::string{file} + "0001");
      if (answer != "6982") out += answer.ends_with("9000") ? file : '?';
    }
    return out;
  }
  void power_cycle() { chip = card::boot(platform).value(); }

  SeededRandom random{7};
  PooledKeySource keys;
  PlatformType platform{random, keys};
  std::unique_ptr<card::Chip> chip;
};

using CardInHand = InHand<card::SoftwarePlatform>;
using PhoneInHand = InHand<PhonePlatform>;

}  // namespace mitome::testing
