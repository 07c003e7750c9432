// Our half of the judgement over tax returns: files one as a taxpayer does and writes what they download, with the
// signing CA.
// mitome_tax_return FOLDER
#include <fstream>
#include <iostream>

#include "services/tax/tax_office.h"
#include "store/sqlite/sqlite_store.h"
#include "testing/gate_double.h"
#include "testing/jpki_trial.h"

namespace mitome {
namespace {

void write_file(const std::string& path, ByteView bytes) { std::ofstream{path, std::ios::binary} << as_text(bytes); }

int make(const std::string& folder) {
  testing::FakeClock clock;
  testing::SeededRandom random{7};
  testing::TestCa ca{"Signing CA", crypto::KeyType::kRsa, 2}, another{"Signing CA", crypto::KeyType::kRsa, 3};
  const auto key = testing::test_signer(crypto::KeyType::kRsa, 1);
  const auto certificate = ca.issue(testing::jpki_template(ca, verifier::Purpose::kSigning, key->public_key(),
      testing::kTestCardSign));
  testing::GateDouble gate;
  gate.arrival.claims = json::Value::object({{"name", gate.signer.name}, {"address", "架空市1-1"},
      {"birthdate", "1980-02-17"}});
  gate.certificate = certificate.der();
  gate.sign = [&](ByteView message) { return key->sign(message).value(); };
  auto store = store::open_sqlite(":memory:", services::tax_schema()).value();
  services::TaxOffice office{{"http://tax.localhost", [] { return Result<void>{}; },
      [](std::string_view) { return Result<void>{}; }},
                             gate, *store, clock, random};
  testing::Browser browser{"http://tax.localhost", routes(office)};
  browser.post("/api/login");
  browser.get("/login/callback?state=state-1");
  const auto fields = json::Value::object({{"salary", 5'000'000}, {"withheld", 130'000},
      {"social_insurance", 700'000}});
  const auto saved = browser.post("/api/returns", json::Value::object({{"fields", fields}}));
  browser.post("/api/returns/sign", json::Value::object({{"id", saved.string_or("id", "")}}));
  const std::string place{browser.get("/sign/callback?state=state-2").header("Location")};
  const std::string receipt = place.substr(place.find('=') + 1);
  if (!receipt.starts_with("TX-")) return 1;
  write_file(folder + "/return.json", browser.get("/api/return.json?id=" + receipt).body);
  write_file(folder + "/return.p7s", browser.get("/api/return.p7s?id=" + receipt).body);
  write_file(folder + "/sign-ca.pem", as_bytes(ca.certificate().pem()));
  write_file(folder + "/another-ca.pem", as_bytes(another.certificate().pem()));
  std::cout << to_unix(clock.now()) << "\n";
  return 0;
}

}  // namespace
}  // namespace mitome

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  return mitome::make(argv[1]);
}
