// Certificates and live OCSP answers beside the bare signature.
#include <cstdio>

#include "bench/bare.h"
#include "bench/bench.h"
#include "bench/measure.h"
#include "protocol/ocsp/ocsp_response.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::bench {

void run_certificates(const Settings& settings) {
  testing::TestCa ec{"EC"}, rsa{"RSA", crypto::KeyType::kRsa};
  const auto subject = testing::test_signer();
  auto by_ec = ec.end_entity("someone", subject->public_key());
  auto by_rsa = rsa.end_entity("someone", subject->public_key());
  const Instant now = testing::FakeClock{}.now();
  const auto answer = [&](testing::TestCa& ca) {
    ocsp::ResponseData data{ocsp::by_key(ca.certificate().public_key()), now, {{}}, Bytes(32, 1)};
    data.responses[0].id = ocsp::cert_id(ocsp::HashAlgorithm::kSha1, ca.certificate(), Bytes{17});
    data.responses[0].status = ocsp::CertStatus::kGood;
    data.responses[0].this_update = now;
    return data;
  };
  const auto tbs_sign = [&](testing::TestCa& ca, const x509::CertificateTemplate& certificate) {
    const Bytes tbs = x509::encode_tbs(certificate, ca.signer().algorithm());
    CHECK(!x509::assemble_signed(tbs, ca.signer().algorithm(), ca.signer().sign(tbs).value()).empty());
  };
  const Bytes message(600, 1);
  const auto ec_data = answer(ec), rsa_data = answer(rsa);
  BareP256 bare;
  BareSha256 sha;

  Group group;
  group.add("certificate by P-256", 100, [&] { tbs_sign(ec, by_ec); });
  group.add("OCSP answer by P-256", 100, [&] { CHECK(ocsp::issue_response(ec_data, ec.signer(), {}).has_value()); });
  group.add("bare P-256", 100, [&] { sha(message), bare.sign(); });
  group.add("certificate by RSA", 20, [&] { tbs_sign(rsa, by_rsa); });
  group.add("OCSP answer by RSA", 20, [&] { CHECK(ocsp::issue_response(rsa_data, rsa.signer(), {}).has_value()); });
  group.add("bare RSA-2048", 20,
            [&] { CHECK(rsa.signer().key().sign_pkcs1_raw(ByteView{message}.first(51)).has_value()); });
  group.measure(settings.rounds);

  std::printf("certificates and OCSP answers, one core\n");
  print_against_limit(group, "certificate by P-256", "bare P-256", 0.75);
  print_against_limit(group, "certificate by RSA", "bare RSA-2048", 0.90);
  print_against_limit(group, "OCSP answer by P-256", "bare P-256", 0.80);
  print_against_limit(group, "OCSP answer by RSA", "bare RSA-2048", 0.95);
}

}  // namespace mitome::bench
