// One login or signature by a JPKI certificate, all in order, for a test to break one thing in; and the corpus of what
// can be broken.
#pragma once

#include <functional>

#include "testing/fakes.h"
#include "testing/pki.h"
#include "verifier/jpki_verify.h"

namespace mitome::testing {

inline constexpr std::string_view kTestCardAuth = "1.2.392.200149.8.5.1.0.30",
                                  kTestPhoneAuth = "1.2.392.200149.8.5.1.0.31",
                                  kTestCardSign = "1.2.392.200149.8.5.1.0.20",
                                  kTestPhoneSign = "1.2.392.200149.8.5.1.0.21";

/// The certificate of a synthetic person with an RSA key of the pool.
x509::CertificateTemplate jpki_template(TestCa& ca, verifier::Purpose purpose, const crypto::PublicKey& key,
                                        std::string_view policy);

class JpkiTrial {
 public:
  explicit JpkiTrial(verifier::Purpose purpose = verifier::Purpose::kUserAuthentication);

  /// Signs what is there with the holder's key and puts it together.
  verifier::JpkiInput input();

  FakeClock clock;
  verifier::Purpose purpose;
  TestCa auth_ca, sign_ca;
  std::unique_ptr<crypto::SoftwareSigner> key;
  x509::CertificateTemplate certificate;
  TestCa* issuer;  ///< who signs the certificate
  std::vector<verifier::JpkiAuthority> authorities;
  verifier::Challenge challenge;
  std::string origin = "http://portal.localhost";
  Bytes message = to_bytes("what is signed");
  std::function<void(Bytes&)> spoil_certificate, spoil_signature;
  bool fits_another = false;
  Result<void> status, consume;

 private:
  Bytes der_, signature_;
};

struct JpkiNegative {
  std::string name;
  Reason reason;
  verifier::Purpose purpose;
  std::function<void(JpkiTrial&)> spoil;
};
std::vector<JpkiNegative> jpki_corpus();

}  // namespace mitome::testing
