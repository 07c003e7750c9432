// The kiosk over a PC/SC reader: pcscd and vpcd between the kiosk's reader and a card's and a phone's chip in this process. One line for
// each thing judged, "ok" or "FAILED"; ends with "N passed, N failed".
#include <atomic>
#include <functional>
#include <iostream>
#include <thread>

#include "credential/cms/pdf_signature.h"
#include "net/pcsc_reader.h"
#include "net/vpcd_card.h"
#include "testing/card_maker.h"
#include "testing/card_platforms.h"
#include "testing/kiosk_world.h"

namespace mitome {
namespace {

int passed = 0, failed = 0;
void judge(const std::string& text, const std::string& wanted, const std::string& got) {
  const bool good = wanted == got;
  (good ? passed : failed) += 1;
  std::cout << (good ? "ok      " : "FAILED  ") << text << (good ? "" : ": wanted " + wanted + ", got " + got) << std::endl;
}

template <typename Platform>
struct InSlot final : apdu::ApduChannel {
  InSlot(testing::KioskWorld& world, card::TokenProfile profile, std::string_view policy, const std::string& name, size_t key)
      : keys(key), platform(random, keys) {
    const auto auth_key = platform.generate_key(card::kAuthKeySlot).value();
    const Bytes certificate = world.certify(auth_key, policy, testing::resident(name)), ca = world.auth_ca.certificate().der();
    CHECK(card::personalise(platform, {{profile, certificate, ca, ca, std::nullopt, testing::test_pin("1234"), std::nullopt,
                                        "0000000000000001"},
                                       std::nullopt})
              .has_value());
    power_on();
  }
  void power_on() { chip = card::boot(platform).value(); }
  Result<Bytes> transmit(ByteView command) override { return chip->transmit(command); }
  testing::SeededRandom random{7};
  testing::PooledKeySource keys;
  Platform platform;
  std::unique_ptr<card::Chip> chip;
};

/// Lies in vpcd's slot while this lives.
class Laid {
 public:
  Laid(apdu::ApduChannel& chip, std::function<void()> power_on, net::PcscReader& reader) : dialogue_(chip, std::move(power_on)) {
    thread_ = std::thread{[this] { served_ = net::serve_vpcd(dialogue_, "127.0.0.1", net::kVpcdPort, stop_, [] {}).has_value(); }};
    reader.wait_for_card(Seconds{15});
  }
  ~Laid() {
    stop_ = true;
    thread_.join();
  }

 private:
  net::VpcdDialogue dialogue_;
  std::atomic<bool> stop_ = false;
  bool served_ = false;
  std::thread thread_;
};

void run(const std::string& name) {
  testing::KioskWorld world;
  world.real_maker = true;
  net::PcscReader reader{name};
  auto config = world.config();
  config.terminals[0].reader = &reader;
  config.approved = services::topology_hash(config);
  world.build(config);
  testing::KioskWorld::Customer customer{world};
  const auto reason = [](const json::Value& answer) { return answer.string_or("reason", answer.string_or("phase", "?")); };
  const auto begin = [&](const std::string& holder) {
    customer.start("minamo-1");
    customer.choose("residence", holder);
  };
  const auto judge_paper = [&](const std::string& text) {
    const auto paper = customer.post("/api/paper");
    judge(text + ": the paper is handed out", "done", reason(paper));
    const auto pdf = paper.base64url_at("pdf");
    judge(text + ": and signed by the municipality", "true", pdf && pades::verify(*pdf) ? "true" : "false");
  };
  begin("card");
  judge("an empty reader", "CARD_SILENT", reason(customer.post("/api/read")));
  {
    InSlot<card::SoftwarePlatform> card{world, card::TokenProfile::kCard, testing::kTestCardAuth, "鈴木　太郎", 2};
    const Laid laid{card, [&] { card.power_on(); }, reader};
    judge("a card: its PIN is asked", "pin", reason(customer.post("/api/read")));
    judge("a card: a wrong PIN", "PIN_WRONG", reason(customer.post("/api/pin", json::Value::object({{"pin", "9999"}}))));
    judge("a card: the right one", "paper", reason(customer.post("/api/pin", json::Value::object({{"pin", "1234"}}))));
    judge_paper("a card");
  }
  {
    InSlot<testing::PhonePlatform> phone{world, card::TokenProfile::kPhone, testing::kTestPhoneAuth, "山田　花子", 1};
    const Laid laid{phone, [&] { phone.power_on(); }, reader};
    begin("phone");
    judge("a phone that is dark", "CARD_REFUSED", reason(customer.post("/api/read")));
    phone.platform.agree(card::UserOperation::kAuthentication);
    judge("a phone whose holder has verified", "paper", reason(customer.post("/api/read")));
    judge_paper("a phone");
  }
}

}  // namespace
}  // namespace mitome

int main() {
  using namespace mitome;
  const auto names = net::list_pcsc_readers();
  judge("pcscd has a reader", "true", names && !names->empty() ? "true" : "false");
  if (names && !names->empty()) run(names->front());
  std::cout << passed << " passed, " << failed << " failed" << std::endl;
  return failed == 0 ? 0 : 1;
}
