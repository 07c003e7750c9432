// A card through PC/SC: this process, pcscd, vpcd, and `mitome card serve` behind it. bench/card_reader.sh lays it
// there.
#include <cstdio>

#include "bench/bench.h"
#include "bench/card_reading.h"
#include "bench/loopback.h"
#include "bench/measure.h"
#include "net/pcsc_reader.h"

namespace mitome::bench {
namespace {

std::string pinged(const std::string& name) { return name + ", pinged"; }

/// As many bytes there and back as these trips had.
std::vector<Bytes> pings_of(const std::vector<Trip>& trips) {
  std::vector<Bytes> out;
  for (const Trip& trip : trips) out.push_back(ping(trip.command.size(), trip.response.size()));
  return out;
}

void send_all(apdu::ApduChannel& channel, const std::vector<Bytes>& commands) {
  for (const Bytes& command : commands) CHECK(channel.transmit(command)->size() >= 2);
}

Result<std::unique_ptr<apdu::ApduChannel>> first_card() {
  TRY_ASSIGN(const auto names, net::list_pcsc_readers());
  for (const std::string& name : names) {
    net::PcscReader reader{name};
    if (reader.present()) return reader.connect();
  }
  return Error{Reason::CARD_SILENT, "no card lies in a reader"};
}

}  // namespace

void run_card_reader(const Settings& settings) {
  auto connected = first_card();
  if (!connected) {
    std::printf("card in a reader: not measured: %s\n", to_string(connected.error()).c_str());
    return;
  }
  apdu::ApduChannel& card = **connected;
  const Workplace workplace{settings.folder};
  FullRead read{workplace};
  RecordingChannel ours{card}, fewest{card};
  expect_same(read(ours), read_in_fewest(fewest));
  const std::vector<Bytes> our_pings = pings_of(ours.trips), fewest_pings = pings_of(fewest.trips);
  const std::vector<Exchange> exchanges = plain_exchanges();
  expect(card, exchanges.front());

  Loopback bare{answer_pings};
  Group group{wall_now};
  for (const Exchange& exchange : exchanges) {
    group.add(exchange.name, 100, [&] { expect(card, exchange); });
    const std::vector<Bytes> same_size{ping(exchange.command.size(), exchange.size + 2)};
    group.add(pinged(exchange.name), 100, [&bare, same_size] { send_all(bare, same_size); });
  }
  group.measure(settings.rounds);
  std::printf(
      "card through pcscd, vpcd and `mitome card serve`, by the wall clock; the limit pings the same sizes over TCP\n");
  for (const Exchange& exchange : exchanges) print_beside_limit(group, exchange.name, pinged(exchange.name));

  const char* const all = "everything read, as `mitome card read`";
  const char* const quickly = "everything in the fewest round trips";
  Group reading{wall_now};
  reading.add(all, 1, [&] { CHECK(!read(card).members().empty()); });
  reading.add("its round trips pinged", 1, [&] { send_all(bare, our_pings); });
  reading.add(quickly, 1, [&] { CHECK(!read_in_fewest(card).face.empty()); });
  reading.add("these pinged", 1, [&] { send_all(bare, fewest_pings); });
  reading.measure(settings.rounds);
  print_beside_limit(reading, all, "its round trips pinged");
  print_beside_limit(reading, quickly, "these pinged");
  std::printf("  round trips: %zu and %zu; fewest / ours in time %.2f\n", ours.trips.size(), fewest.trips.size(),
              reading.reach(all, quickly));
}

}  // namespace mitome::bench
