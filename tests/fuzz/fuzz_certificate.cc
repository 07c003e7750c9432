#include "credential/x509/certificate.h"
#include "credential/x509/crl.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  const auto certificate = x509::Certificate::parse(input);
  check_refusal(certificate);
  if (!certificate) return;
  CHECK(equal(certificate->der(), input));
  CHECK(certificate->serial().empty() || certificate->serial()[0] != 0);
  certificate->subject_attribute("2.5.4.3");
  certificate->key_usage();
  certificate->extended_key_usage();
  certificate->path_length();
  certificate->subject_key_identifier();
  certificate->authority_key_identifier();
  certificate->policies();
  certificate->subject_other_names();
  certificate->ocsp_url();
  check_refusal(x509::verify_issued_by(*certificate, *certificate));
}
