// Writes a few valid inputs for every target: mitome_fuzz_seeds FOLDER. Synthetic persons only.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/hex.h"
#include "codec/cbor/writer.h"
#include "codec/deflate/deflate.h"
#include "codec/tlv/tlv.h"
#include "credential/statuslist/status_list.h"
#include "credential/x509/builder.h"
#include "protocol/apdu/apdu.h"
#include "protocol/iso18013/session.h"
#include "protocol/jpki/text_files.h"
#include "protocol/jpki/token_info.h"
#include "protocol/ocsp/ocsp_response.h"
#include "testing/card_in_hand.h"
#include "testing/mdoc_world.h"
#include "tests/fuzz/chip_script.h"

namespace mitome {
namespace {

namespace fs = std::filesystem;

class SeedWriter {
 public:
  explicit SeedWriter(fs::path folder) : folder_(std::move(folder)) {}
  void add(const char* target, ByteView seed) {
    const fs::path own = folder_ / target;
    fs::create_directories(own);
    std::ofstream{own / std::to_string(count_++), std::ios::binary} << as_text(seed);
  }
  void issuer(const x509::Certificate& certificate) { std::ofstream{folder_ / "issuer.pem"} << certificate.pem(); }

 private:
  fs::path folder_;
  int count_ = 0;
};

Bytes hex(std::string_view text) { return from_hex(text).value(); }

void codec_seeds(SeedWriter& out) {
  cbor::Writer cbor;
  cbor.map(4).uint(1).integer(-7).text("水").bytes(Bytes(20, 1)).text("a").array(3).null().boolean(true).floating(1.5);
  out.add("cbor", cbor.integer(-1).embedded(hex("a0")).view());
  out.add("cbor", hex("bf61619f0102ff61625f42010243030405ffff"));
  out.add("tlv", concat({tlv::encode(0xFF20, tlv::encode(0xDF22, Bytes(200, 1))), hex("ffff")}));
  out.add("tlv", concat({tlv::encode(0x5F37, hex("01")), tlv::encode(0x90, {}), hex("00")}));
  out.add("json", as_bytes(R"({"name":"黒桐　幹也","n":[1,-2.5e3,true,null,"\u00e9\n"],"o":{}})"));
  out.add("text_encodings", as_bytes("-----BEGIN A-----\nAQIDBA==\n-----END A-----\n"));
  out.add("text_encodings", as_bytes("Zm9vYg"));
  out.add("deflate", deflate::compress(Bytes(1000, 7)));
  out.add("apdu", hex("00a4040c0ad392f000260100000001"));
  out.add("apdu", hex("802a0080000005010203040500ff"));
  out.add("apdu", hex("01029000"));
  cbor::Writer film;  // whole frames would be longer than a fuzzer's input: it stops at their size
  film.array(7).text("mitome-film-1").text("blink").bytes(Bytes(32, 1)).uint(96).uint(96).uint(10).array(12);
  for (int i = 0; i < 12; ++i) film.bytes(Bytes(8, 7));
  out.add("film", film.view());
}

void card_seeds(SeedWriter& out) {
  const Date birth{std::chrono::year{1980}, std::chrono::February, std::chrono::day{17}};
  out.add("card_files", jpki::text_file_my_number("123456789012").value());
  out.add("card_files", jpki::text_file_attributes({"黒桐　幹也", "東京都認め市南１－２－３", birth, "1"}).value());
  out.add("card_files", jpki::encode_token_info({"JPKIAPICCTOKEN2", "Mitome", "", "1"}));
}

/// VERIFY by short identifier.
std::string verify(uint8_t file, std::string_view pin) {
  return "002000" + to_hex(Bytes{static_cast<uint8_t>(0x80 | file), static_cast<uint8_t>(pin.size())}) + to_hex(as_bytes(pin));
}

void chip_seeds(SeedWriter& out, uint8_t profile) {
  using namespace testing;
  using fuzz::ChipScript;
  const std::string digest(64, '5'), sign_once = "802a009a0102" "00";
  ChipScript jpki{profile};
  jpki.deed(fuzz::kAgreeLogin).send(kSelectJpki).send(verify(0x18, kTestAuthPin)).send("802a029720" + digest + "00");
  jpki.send("00b08a0000").send("0024019804" "34333231").send(verify(0x18, "0000")).send("00200098").send("80fc0000");
  out.add("chip", jpki.view());
  ChipScript sign{profile};
  sign.deed(fuzz::kAgreeSigning).send(kSelectJpki).send(verify(0x1B, kTestSignPin)).send("802a049a20" + digest + "00");
  sign.send("00b0810000").send(sign_once).send("0024019b06" "414243443132").deed(fuzz::kReset).send(kSelectJpki);
  sign.deed(fuzz::kAgreeLogin).send(kSelectJpki).send(verify(0x1B, "ABCD12")).send(kSelectText).send(kSelectJpki).send(sign_once);
  out.add("chip", sign.send(verify(0x1B, "ABCD12")).send(sign_once).send(sign_once).view());
  ChipScript text{profile};
  text.send(kSelectText).send("00a4020c020011").send("1020008002" "3536").send("0020008002" "3738").send("00b0820000");
  text.send(verify(0x14, kTestMyNumber)).send("00b0810000").send(verify(0x15, kTestNumberB)).send("00ca7f2110").send("00c0000000");
  out.add("chip", text.view());
  ChipScript surface{profile};
  surface.send(kSelectSurface).send(verify(0x11, kTestBirthPin)).send("00b0810000").send(verify(0x12, kTestNumberB));
  surface.send("00b082000000ff").send(verify(0x13, kTestMyNumber)).send("00b0850000").send("0084000008");
  out.add("chip", surface.view());
  ChipScript registers{profile};
  registers.send(kSelectJuki).send(verify(0x1C, kTestJukiPin)).send("00b2011400").tear(5).send("8032009c04" "31313131");
  registers.send(kSelectCommon).send("00b2010c00").send("0088009904" "01020304" "00").tear(1).send(verify(0x1C, kTestJukiPin));
  registers.send("80a20000000133" + std::string(2 * 307, '0'));
  out.add("chip", registers.view());
}

void pki_seeds(SeedWriter& out, testing::MdocWorld& world) {
  const x509::Certificate& root = world.iaca.certificate();
  const x509::Certificate& signer = world.ds_chain[0];
  out.issuer(root);
  out.add("certificate", root.der());
  out.add("certificate", signer.der());
  out.add("der", signer.der());
  out.add("key", signer.public_key().spki());
  out.add("key", signer.public_key().point());
  out.add("key", world.reader.pkcs8().reveal());
  out.add("key", crypto::ecdsa_raw_to_der(Bytes(64, 0x81)).value());
  const ocsp::CertId id = ocsp::cert_id(ocsp::HashAlgorithm::kSha256, root, signer.serial());
  out.add("ocsp", ocsp::encode_request({{id}, Bytes(32, 5)}));
  ocsp::ResponseData data{ocsp::by_key(root.public_key()), world.now, {{}}, Bytes(32, 5)};
  data.responses[0].id = id;
  data.responses[0].status = ocsp::CertStatus::kRevoked;
  data.responses[0].revoked_at = data.responses[0].this_update = world.now;
  data.responses[0].reason = ocsp::kCertificateHold;
  out.add("ocsp", ocsp::issue_response(data, world.iaca.signer(), {signer}).value());
  const std::vector<x509::RevokedEntry> revoked = {{Bytes{5}, world.now - Days{3}, 6},
                                                   {Bytes{9}, world.now - Days{2}, 0}};
  out.add("crl",
          x509::issue_crl(root, world.iaca.signer(), world.now - Days{1}, world.now + Days{1}, 7, revoked).value());
  statuslist::StatusList list{1, 1000};
  list.set(17, statuslist::kInvalid);
  out.add("status_list", list.encode());
}

void mdoc_seeds(SeedWriter& out, testing::MdocWorld& world) {
  const Bytes issued = world.issue();
  out.add("mdoc_issued", issued);
  out.add("mdoc_issued", to_bytes(*mdoc::IssuerSigned::parse(issued)->issuer_auth.payload));
  out.add("mdoc_response", world.response(issued));
  out.add("mdoc_response", mdoc::encode_device_response({world.document_by_mac(issued)}));
  out.add("mdoc_response", mdoc::encode_device_response({}, mdoc::kStatusGeneralError));
  out.add("mdoc_request", mdoc::encode_device_request(world.request()));
  out.add("cose", cose::sign1(*world.ds_key, {}, hex("01"), false).value());
  out.add("cose", cose::mac0_detached(crypto::SecretBytes{Bytes(32, 2)}, hex("01")));
  out.add("cose", cose::encode_key(world.reader.public_key()));

  iso18013::DeviceSession device{testing::PooledKeySource{}.generate(crypto::KeyType::kP256)};
  auto reader =
      iso18013::ReaderSession::start(device.engagement(), testing::PooledKeySource{}.generate(crypto::KeyType::kP256));
  const Bytes first = reader->send(mdoc::encode_device_request(world.request())).value();
  out.add("session", device.engagement());
  out.add("session", as_bytes(device.qr()));
  out.add("session", first);
  CHECK(device.establish(first).has_value());
  out.add("session", device.send(hex("a0"), true).value());
}

}  // namespace
}  // namespace mitome

int main(int count, char** arguments) {
  using namespace mitome;
  if (count != 2) {
    std::fprintf(stderr, "usage: mitome_fuzz_seeds FOLDER\n");
    return 64;
  }
  SeedWriter out{arguments[1]};
  testing::MdocWorld world;
  codec_seeds(out);
  card_seeds(out);
  for (uint8_t profile = 0; profile < 3; ++profile) chip_seeds(out, profile);
  pki_seeds(out, world);
  mdoc_seeds(out, world);
  return 0;
}
