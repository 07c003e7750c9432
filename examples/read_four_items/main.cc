// Prints name, address, birth date and sex as the card says them; jpki::verify_text_integrity tells whether it is true.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "card/card_image.h"
#include "card/runtime/software_platform.h"
#include "net/pcsc_reader.h"
#include "protocol/jpki/reader.h"

using namespace mitome;

/// The PIN (券面事項入力補助用) is no argument: every process of the machine could read it.
Result<void> read_four_items(apdu::ApduChannel& card) {
  char typed[crypto::Pin::kMaxSize + 1] = {};
  std::cin.getline(typed, sizeof typed);
  TRY_ASSIGN(const auto pin, crypto::Pin::four_digits(typed));
  TRY(jpki::select_application(card, jpki::kTextAid));
  TRY(jpki::verify_pin(card, jpki::kTextPin, pin));
  TRY_ASSIGN(const Bytes file, jpki::read_file(card, jpki::kAttributesFile));
  TRY_ASSIGN(const auto items, jpki::parse_attributes(file));
  const std::string birth_date = to_full_date(items.birth_date);
  for (const auto& line : {items.name, items.address, birth_date, items.sex}) std::cout << line << '\n';
  return {};
}

Result<void> read_in_reader(const std::string& name) {
  TRY_ASSIGN(const auto card, net::PcscReader{name}.connect());
  return read_four_items(*card);
}

/// A card file, powered up here. One process at a time: two would count the PIN's tries apart.
Result<void> read_in_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  if (!in) return Error{Reason::STORAGE_FAILED, path};
  TRY_ASSIGN(auto silicon, card::Silicon::parse(Bytes{std::istreambuf_iterator<char>{in}, {}}));
  const auto keep = [&path](ByteView changed) -> Result<void> {
    std::ofstream out{path, std::ios::binary};
    std::ranges::copy(changed, std::ostreambuf_iterator<char>{out});
    return out.flush() ? Result<void>{} : Error{Reason::STORAGE_FAILED, path};
  };
  crypto::SystemRandom random;
  crypto::SystemKeySource keys;
  card::SoftwarePlatform platform{random, keys, std::move(silicon), keep};
  TRY_ASSIGN(const auto chip, card::boot(platform));
  return read_four_items(*chip);
}

int main(int argc, char** argv) {
  Result<void> done = Error{Reason::USAGE, "read_four_items READER | --card FILE; the PIN on standard input"};
  if (argc == 2) done = read_in_reader(argv[1]);
  if (argc == 3 && std::string_view{argv[1]} == "--card") done = read_in_file(argv[2]);
  if (done) return 0;
  std::cerr << to_string(done.error()) << '\n';
  const ReasonKind kind = reason_info(done.error().reason).kind;
  return kind == ReasonKind::kUsage ? 64 : kind == ReasonKind::kUnavailable ? 2 : 1;
}
