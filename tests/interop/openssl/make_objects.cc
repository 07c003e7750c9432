// Our half of the interop with the openssl command line: makes certificates, CRLs and OCSP answers by the code that
// issues them in earnest, and judges what openssl made. mitome_openssl_objects FOLDER UNIX_TIME writes the folder and
// then obeys lines on standard input, one line of answer each:
//   answer REQUEST RESPONSE            the status actor answers an OCSP request
//   certificate CA CERTIFICATE         GOOD or the reason
//   crl CA CRL SERIAL                  the reason code of the serial number's entry, "none", or the reason of refusal
//   ocsp CA CERTIFICATE REQUEST RESPONSE   GOOD or the reason
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/hex.h"
#include "credential/x509/crl.h"
#include "issuer/hierarchy.h"
#include "issuer/profile.h"
#include "protocol/ocsp/ocsp_response.h"
#include "status/status.h"
#include "testing/registry_world.h"

namespace mitome {
namespace {

Bytes read_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return to_bytes(out.str());
}

void write_file(const std::string& path, ByteView bytes) { std::ofstream{path, std::ios::binary} << as_text(bytes); }

class Workshop {
 public:
  Workshop(std::string folder, Instant now)
      : folder_(std::move(folder)),
        hierarchy_(make_hierarchy(now)),
        status_(make_status()),
        router_(status::routes(status_)) {}

  void write_objects();
  std::string obey(const std::string& line);

 private:
  issuer::Hierarchy make_hierarchy(Instant now) {
    world_.clock.set(now);
    auto made = issuer::Hierarchy::create(keys_, world_.random, now);
    CHECK(made.has_value());
    return std::move(made).value();
  }
  status::Status make_status() {
    auto& h = hierarchy_;
    return {
        world_.registry,
        world_.clock,
        {{registry::Ca::kAuth, h.auth_ca.certificate, *h.auth_ca.signer, h.auth_ocsp.certificate, *h.auth_ocsp.signer},
         {registry::Ca::kSign, h.sign_ca.certificate, *h.sign_ca.signer, h.sign_ocsp.certificate, *h.sign_ocsp.signer}},
        {h.status_signer.certificate, *h.status_signer.signer},
        {.base_url = "http://authority.localhost"}};
  }
  void certificate(const std::string& name, const x509::Certificate& certificate) {
    write_file(folder_ + "/" + name + ".pem", as_bytes(certificate.pem()));
  }
  x509::Certificate end_entity(bool login, issuer::Holder holder, const Bytes& serial);
  void write_crl(const std::string& name) {
    const auto response = router_.handle(http::get("http://authority.localhost/status/crl/" + name));
    CHECK(response.ok());
    write_file(folder_ + "/" + name + ".crl", response.body);
  }
  std::string judge_certificate(const std::string& ca, const std::string& certificate);
  std::string judge_crl(const std::string& ca, const std::string& crl, const std::string& serial);
  std::string judge_ocsp(const std::string& ca, const std::string& certificate, const std::string& request,
                         const std::string& response);
  x509::Certificate load(const std::string& path) {
    auto parsed = x509::Certificate::from_pem(as_text(read_file(path)));
    CHECK(parsed.has_value());
    return *parsed;
  }

  std::string folder_;
  testing::RegistryWorld world_;
  testing::PooledKeySource keys_;
  issuer::Hierarchy hierarchy_;
  status::Status status_;
  http::Router router_;
};

x509::Certificate Workshop::end_entity(bool login, issuer::Holder holder, const Bytes& serial) {
  const Instant now = world_.clock.now();
  const auto key = keys_.generate(crypto::KeyType::kRsa);
  const issuer::EndEntity entity{holder, serial,          key.public_key().spki(),
                                 now,    now + Days{365}, "http://authority.localhost/status/ocsp"};
  const auto facts = testing::RegistryWorld::facts(1);
  const auto& ca = login ? hierarchy_.auth_ca : hierarchy_.sign_ca;
  const auto made = login ? issuer::user_authentication_certificate(ca, entity, world_.random)
                          : issuer::signing_certificate(
                                ca, entity, {facts.name, facts.address, facts.birth_date, facts.sex}, world_.random);
  CHECK(x509::lint(made, now, Seconds{60}).has_value());
  auto issued = x509::issue(made, *ca.signer);
  CHECK(issued.has_value());
  return *issued;
}

void Workshop::write_objects() {
  const auto card = world_.new_card(1);
  const PhoneId phone = world_.enrol(card);
  certificate("auth-ca", hierarchy_.auth_ca.certificate);
  certificate("sign-ca", hierarchy_.sign_ca.certificate);
  certificate("iaca", hierarchy_.iaca.certificate);
  certificate("auth-ocsp", hierarchy_.auth_ocsp.certificate);
  certificate("document-signer", hierarchy_.document_signer.certificate);
  certificate("status-signer", hierarchy_.status_signer.certificate);
  certificate("card-auth", end_entity(true, issuer::Holder::kCard, card.auth_serial));
  certificate("card-sign", end_entity(false, issuer::Holder::kCard, card.sign_serial));
  const auto rows = world_.registry.certificates_of(registry::Holder::kPhone, phone.text);
  CHECK(rows.has_value());
  for (const auto& row : *rows) {
    const bool login = row.ca == registry::Ca::kAuth;
    certificate(login ? "phone-auth" : "phone-sign", end_entity(login, issuer::Holder::kPhone, row.serial));
  }
  certificate("never-assigned", end_entity(true, issuer::Holder::kPhone, Bytes{0x01, 0x02, 0x03}));
  CHECK(world_.registry.suspend(phone, registry::kHotline).has_value());
  const PhoneId ended = world_.enrol(card);  // which ends the first phone: revoked for good
  const auto ended_rows = world_.registry.certificates_of(registry::Holder::kPhone, ended.text);
  for (const auto& row : *ended_rows) {
    if (row.ca == registry::Ca::kAuth)
      certificate("suspended-auth", end_entity(true, issuer::Holder::kPhone, row.serial));
  }
  CHECK(world_.registry.suspend(ended, registry::kHotline).has_value());
  write_crl("auth");
  write_crl("sign");
}

std::string Workshop::judge_certificate(const std::string& ca, const std::string& path) {
  const auto certificate = x509::Certificate::from_pem(as_text(read_file(path)));
  if (!certificate) return to_string(certificate.error());
  const auto issued = x509::verify_issued_by(*certificate, load(ca));
  return issued ? "GOOD" : to_string(issued.error());
}

std::string Workshop::judge_crl(const std::string& ca, const std::string& path, const std::string& serial) {
  const auto crl = x509::verify_crl(read_file(path), load(ca), world_.clock.now(), std::nullopt);
  if (!crl) return to_string(crl.error());
  const auto entry = crl->find(*from_hex(serial));
  return entry ? std::to_string(entry->reason) : "none";
}

std::string Workshop::judge_ocsp(const std::string& ca, const std::string& certificate, const std::string& request,
                                 const std::string& response) {
  const auto issuer = load(ca);
  const auto asked = ocsp::parse_request(read_file(request));
  if (!asked) return to_string(asked.error());
  const auto id = ocsp::cert_id(asked->ids[0].hash, issuer, load(certificate).serial());
  // The responder of `openssl ocsp` has no nocheck: an empty CRL of its CA stands in for its status.
  const auto crl = x509::verify_crl(read_file(folder_ + "/theirs.crl"), issuer, world_.clock.now(), std::nullopt);
  if (!crl) return to_string(crl.error());
  const auto status = ocsp::verify_response(
      read_file(response),
      {.issuer = issuer, .id = id, .nonce = asked->nonce, .now = world_.clock.now(), .responders = &*crl});
  if (!status) return to_string(status.error());
  const auto good = ocsp::require_good(*status);
  return good ? "GOOD" : std::string{reason_code(good.error().reason)};
}

std::string Workshop::obey(const std::string& line) {
  std::istringstream words{line};
  std::vector<std::string> w;
  int64_t now = 0;
  words >> now;
  world_.clock.set(instant_from_unix(now));
  for (std::string word; words >> word;) w.push_back(word);
  if (w.size() == 3 && w[0] == "answer") {
    const auto response =
        router_.handle(http::post("http://authority.localhost/status/ocsp", ocsp::kRequestType, read_file(w[1])));
    write_file(w[2], response.body);
    return "written";
  }
  if (w.size() == 3 && w[0] == "certificate") return judge_certificate(w[1], w[2]);
  if (w.size() == 4 && w[0] == "crl") return judge_crl(w[1], w[2], w[3]);
  if (w.size() == 5 && w[0] == "ocsp") return judge_ocsp(w[1], w[2], w[3], w[4]);
  return "not understood: " + line;
}

}  // namespace
}  // namespace mitome

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: mitome_openssl_objects FOLDER UNIX_TIME\n";
    return 64;
  }
  mitome::Workshop workshop{argv[1], mitome::instant_from_unix(std::stoll(argv[2]))};
  workshop.write_objects();
  std::cout << "ready" << std::endl;
  for (std::string line; std::getline(std::cin, line);) std::cout << workshop.obey(line) << std::endl;
  return 0;
}
