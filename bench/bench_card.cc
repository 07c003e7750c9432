// The physical card as software: what its chip answers in a second, what a signature costs beside the bare one, and
// what it takes to read everything on it. No socket here but for the last part, which asks `mitome card serve`'s own
// loop as vpcd does.
#include <openssl/rand.h>
#include <sched.h>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <functional>

#include "apps/card/card_file.h"
#include "bench/bare.h"
#include "bench/bench.h"
#include "bench/card_reading.h"
#include "bench/loopback.h"
#include "bench/measure.h"
#include "card/card_image.h"
#include "crypto/hash.h"
#include "net/vpcd_card.h"
#include "protocol/jpki/reader.h"
#include "testing/card_maker.h"
#include "testing/fakes.h"

namespace mitome::bench {
namespace {

/// The same bytes out and back, and nothing that thinks between them.
class CopyingChannel final : public apdu::ApduChannel {
 public:
  explicit CopyingChannel(Bytes response) : response_(std::move(response)) {}
  Result<Bytes> transmit(ByteView command) override {
    received_.assign(command.begin(), command.end());
    return response_;
  }

 private:
  Bytes received_, response_;
};

std::unique_ptr<card::Chip> powered(card::Platform& platform) {
  auto chip = card::boot(platform);
  CHECK(chip.has_value());
  expect(**chip, plain_exchanges().front());
  return std::move(*chip);
}

std::string copied(const std::string& name) { return name + ", copied"; }

void run_commands(const Settings& settings, card::Platform& platform) {
  const auto chip = powered(platform);
  std::vector<Exchange> exchanges = plain_exchanges();
  exchanges.push_back(right_pin());
  exchanges.back().name += ", in memory";
  Group group;
  constexpr size_t kTimes = 2000;
  std::vector<std::unique_ptr<CopyingChannel>> copies;
  for (const Exchange& exchange : exchanges) {
    group.add(exchange.name, kTimes, [&chip, &exchange] { expect(*chip, exchange); });
    Bytes response(exchange.size + 2, 0);
    response[exchange.size] = static_cast<uint8_t>(exchange.sw >> 8);
    response[exchange.size + 1] = static_cast<uint8_t>(exchange.sw);
    copies.push_back(std::make_unique<CopyingChannel>(std::move(response)));
    const bool drawn = exchange.name.starts_with("GET CHALLENGE");  // chance has its price as well
    group.add(copied(exchange.name), kTimes, [copy = copies.back().get(), &exchange, drawn] {
      uint8_t random[16];
      if (drawn) CHECK(exchange.size <= sizeof random && RAND_bytes(random, static_cast<int>(exchange.size)) == 1);
      expect(*copy, exchange);
    });
  }
  group.measure(settings.rounds);
  std::printf("card, one command in this process, one core; the limit copies the same bytes\n");
  for (const Exchange& exchange : exchanges) print_beside_limit(group, exchange.name, copied(exchange.name));
  expect(*chip, {"", {0x00, 0x20, 0x00, 0x98, 0x04, '0', '0', '0', '0'}, 0x63C2, 0});
  expect(*chip, right_pin());
  std::printf("  control: a wrong PIN is answered 63C2\n");
}

/// A card in a file makes every change durable: VERIFY lowers the counter and raises it again.
void run_durable(const Settings& settings, const Workplace& workplace, const card::Silicon& silicon) {
  const std::string path = workplace.path("card");
  CHECK(apps::create_card_file(path, silicon).has_value());
  crypto::SystemRandom random;
  crypto::SystemKeySource keys;
  const auto file = apps::CardFile::open(path, random, keys);
  CHECK(file.has_value());
  const auto chip = powered((*file)->platform());
  const crypto::SecretBytes encoded = silicon.encode();
  const size_t size = encoded.reveal().size();
  BareFile bare{workplace.path("bare"), Bytes(size, 0x5A)};
  const Exchange exchange = right_pin();
  Group group{wall_now};
  group.add("VERIFY, right PIN, in a file", 5, [&] { expect(*chip, exchange); });
  group.add("two bare replacements", 5, [&] { bare.replace(), bare.replace(); });
  group.add("two bytes in place", 5, [&] { bare.touch(), bare.touch(); });
  group.add("the silicon encoded, twice", 5, [&] { CHECK(!silicon.encode().empty() && !silicon.encode().empty()); });
  group.measure(settings.rounds);
  std::printf(
      "card in a file of %zu bytes, by the wall clock; the limit writes, syncs and moves two files of that size\n",
      size);
  print_beside_limit(group, exchange.name + ", in a file", "two bare replacements");
  std::printf(
      "  of it the silicon encoded twice %.0f us; two single bytes written and synced in place would be %.0f us\n",
      group.median("the silicon encoded, twice"), group.median("two bytes in place"));
}

void run_signature(const Settings& settings, card::Platform& platform) {
  const auto chip = powered(platform);
  expect(*chip, right_pin());
  const crypto::Sha256Digest digest = crypto::sha256(as_bytes("The message"));
  const apdu::CommandApdu command{0x80, 0x2A, 0x00, 0x80 | jpki::kAuthKey, crypto::sha256_digest_info(digest),
                                  256,  false};
  const Exchange exchange{"COMPUTE DIGITAL SIGNATURE", command.encode(), apdu::kSuccess, 256};
  BareRsa2048 bare;
  Group group;
  group.add(exchange.name, 20, [&] { expect(*chip, exchange); });
  group.add("bare RSA-2048", 20, [&] { bare.sign(); });
  group.measure(settings.rounds);
  std::printf("signatures by the card, one core\n");
  print_against_limit(group, exchange.name, "bare RSA-2048", 0.90);
  if (const auto peer = settings.peers.find("openssl-speed:rsa2048"); peer != settings.peers.end())
    std::printf("  %-34s %9.1f us %9.0f/s   ours is %.2f of it\n", "openssl speed rsa2048", peer->second,
                1e6 / peer->second, peer->second / group.median(exchange.name));
  else
    std::printf("  openssl speed: not measured (bench/run.sh does it when openssl is there)\n");
  const auto signature = chip->transmit(exchange.command);
  const auto key = platform.public_key(card::kAuthKeySlot);
  CHECK(signature && key && key->verify_digest(digest, ByteView{*signature}.first(256)));
  CHECK(!key->verify_digest(crypto::sha256(as_bytes("Another message")), ByteView{*signature}.first(256)));
  expect(*chip, plain_exchanges().front());
  expect(*chip, {"", exchange.command, apdu::kSecurityStatus, 0});
  std::printf(
      "  control: the signature verifies, over another message it does not; before its PIN the card answers 6982\n");
}

void run_reading(const Settings& settings, card::Platform& platform, FullRead& read) {
  const auto chip = powered(platform);
  RecordingChannel ours{*chip}, fewest{*chip};
  expect_same(read(ours), read_in_fewest(fewest));
  std::vector<std::unique_ptr<CopyingChannel>> copies;
  for (const Trip& trip : ours.trips) copies.push_back(std::make_unique<CopyingChannel>(trip.response));
  Group group;
  group.add("everything read, as `mitome card read`", 5, [&] { CHECK(!read(*chip).members().empty()); });
  group.add("its commands alone", 5, [&] {
    for (const Trip& trip : ours.trips) CHECK(equal(*chip->transmit(trip.command), trip.response));
  });
  group.add("the fewest commands alone", 5, [&] {
    for (const Trip& trip : fewest.trips) CHECK(equal(*chip->transmit(trip.command), trip.response));
  });
  group.add("its bytes copied", 20, [&] {
    for (size_t i = 0; i < copies.size(); ++i)
      CHECK(equal(*copies[i]->transmit(ours.trips[i].command), ours.trips[i].response));
  });
  group.measure(settings.rounds);
  std::printf("everything that four PINs open, in this process, one core; the limit copies the same bytes\n");
  for (const char* name : {"everything read, as `mitome card read`", "its commands alone", "the fewest commands alone"})
    print_beside_limit(group, name, "its bytes copied");
  std::printf("  ours:   %s\n  fewest: %s\n", describe(ours.trips).c_str(), describe(fewest.trips).c_str());
  std::printf("  round trips: fewest / ours %.2f\n",
              static_cast<double>(fewest.trips.size()) / static_cast<double>(ours.trips.size()));
  std::printf("  control: both have read the same certificates, number, picture and code\n");
}

/// This thread and those that it starts run by turns on one core: across cores a wake-up costs more than everything
/// else here, and whether there are any is decided anew in each run.
class OneCore {
 public:
  OneCore() {
    CHECK(sched_getaffinity(0, sizeof before_, &before_) == 0);
    int core = 0;
    while (CPU_ISSET(core, &before_) == 0) ++core;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
  }
  OneCore(const OneCore&) = delete;
  OneCore& operator=(const OneCore&) = delete;
  ~OneCore() { CHECK(sched_setaffinity(0, sizeof before_, &before_) == 0); }

 private:
  cpu_set_t before_;
};

/// `mitome card serve` without pcscd between: this process is vpcd.
void run_served(const Settings& settings, card::Platform& platform) {
  const OneCore one_core;
  const auto chip = powered(platform);
  std::atomic<bool> stop{false};
  net::VpcdDialogue dialogue{*chip, [&] { chip->reset(); }};
  Loopback served{[&](uint16_t port) { CHECK(net::serve_vpcd(dialogue, "127.0.0.1", port, stop, [] {}).has_value()); }};
  Loopback bare{answer_pings};
  const std::vector<Exchange> exchanges = plain_exchanges();
  Group group{wall_now};
  for (const Exchange& exchange : exchanges) {
    group.add(exchange.name, 300, [&] { expect(served, exchange); });
    group.add(copied(exchange.name), 300,
              [&bare, message = ping(exchange.command.size(), exchange.size + 2), size = exchange.size] {
                CHECK(bare.transmit(message)->size() == size + 2);
              });
  }
  group.measure(settings.rounds);
  std::printf(
      "card behind TCP as `mitome card serve` has it, no pcscd, by the wall clock, one core; the limit pings the same "
      "sizes\n");
  for (const Exchange& exchange : exchanges) print_beside_limit(group, exchange.name, copied(exchange.name));
}

}  // namespace

void run_card(const Settings& settings) {
  const Workplace workplace{settings.folder};
  crypto::SystemRandom random;
  testing::PooledKeySource keys;
  card::SoftwarePlatform platform{random, keys};
  issue_card(platform);
  FullRead read{workplace};
  run_commands(settings, platform);
  run_durable(settings, workplace, platform.silicon());
  run_signature(settings, platform);
  run_reading(settings, platform, read);
  run_served(settings, platform);
}

}  // namespace mitome::bench
