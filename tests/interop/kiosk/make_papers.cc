// Our half of the kiosk's outside judges. mitome_kiosk_papers FOLDER writes papers as a kiosk hands them out, and CMS messages signed in
// two steps; mitome_kiosk_papers judge CMS CONTENT says GOOD or the reason.
#include <fstream>
#include <iostream>
#include <sstream>

#include "credential/cms/pdf_signature.h"
#include "services/kiosk/paper_maker.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome {
namespace {

Bytes read_file(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return to_bytes(as_bytes(out.str()));
}
void write_file(const std::string& path, ByteView bytes) { std::ofstream{path, std::ios::binary} << as_text(bytes); }
void write_text(const std::string& path, const std::string& text) { write_file(path, as_bytes(text)); }

render::CertificateText text_of(render::CertificateKind kind) {
  render::CertificateText text;
  text.kind = kind;
  text.municipality = "架空市";
  text.head = "架空市長　見本　太郎";
  text.name = "山田　花子";
  text.kana = "やまだ　はなこ";
  text.address = "東京都架空市見本町１－２－３";
  text.sex = "2";
  text.birth_date = Date{std::chrono::year{1980}, std::chrono::February, std::chrono::day{17}};
  text.household_head = text.name;
  text.relation = "世帯主";
  text.issued = testing::FakeClock{}.now();
  text.code = "7K3M-Q9TZ-2XBD-HW4C";
  text.verify_url = "http://kiosk.localhost:8704/verify?code=7K3MQ9TZ2XBDHW4C";
  text.binding = "mitome-job:0123";
  return text;
}

/// The tax office's way: only a signature comes back.
Bytes cms_of(const x509::Certificate& signer, crypto::SoftwareSigner& key, ByteView content, bool named, bool inside) {
  const Bytes attributes = cms::signed_attributes({crypto::sha256(content), named ? &signer : nullptr, testing::FakeClock{}.now()});
  cms::Parts parts{attributes, signer, {}, key.algorithm(), {}, {}};
  const Bytes signature = key.sign(attributes).value();
  parts.signature = signature;
  if (inside) parts.content = content;
  return cms::assemble(parts).value();
}

void write_all(const std::string& folder) {
  testing::TestCa ca{"Municipal CA"};
  const auto ec = testing::test_signer(), rsa = testing::test_signer(crypto::KeyType::kRsa, 5);
  const auto city = ca.issue(ca.end_entity("架空市", ec->public_key(), x509::kDigitalSignature | x509::kNonRepudiation));
  const auto person = ca.issue(ca.end_entity("山田　花子", rsa->public_key(), x509::kDigitalSignature | x509::kNonRepudiation));
  write_text(folder + "/ca.pem", ca.certificate().pem());
  write_text(folder + "/city.pem", city.pem());
  write_text(folder + "/city.key", std::string{as_text(ec->key().pem().reveal())});
  services::SignedPaperMaker maker;
  for (const auto kind : {render::CertificateKind::kResidence, render::CertificateKind::kSeal}) {
    const auto paper = maker.make(text_of(kind), {{city}, ec.get()});
    CHECK(paper.has_value());
    const std::string name = folder + (kind == render::CertificateKind::kSeal ? "/seal" : "/residence");
    write_file(name + ".pdf", paper->pdf);
    write_file(name + ".png", paper->preview);
  }
  const Bytes content = to_bytes(as_bytes("申告書 2026\n"));
  write_file(folder + "/content", content);
  write_file(folder + "/ec.p7s", cms_of(city, *ec, content, true, false));
  write_file(folder + "/rsa.p7s", cms_of(person, *rsa, content, true, false));
  write_file(folder + "/unnamed.p7s", cms_of(person, *rsa, content, false, false));
  write_file(folder + "/inside.p7m", cms_of(person, *rsa, content, true, true));
}

}  // namespace
}  // namespace mitome

int main(int argc, char** argv) {
  using namespace mitome;
  if (argc == 4 && std::string{argv[1]} == "judge") {
    const auto verified = cms::verify(read_file(argv[2]), crypto::sha256(read_file(argv[3])));
    std::cout << (verified ? "GOOD" : to_string(verified.error())) << "\n";
    return verified ? 0 : 1;
  }
  if (argc != 2) return 64;
  write_all(argv[1]);
  return 0;
}
