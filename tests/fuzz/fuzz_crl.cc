#include <fstream>
#include <iterator>

#include "credential/x509/crl.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

/// The issuer that seeds.cc wrote, given by the environment variable that run.sh sets: with it a changed CRL still
/// reaches the signature. Without it only the outside is read.
static const std::optional<x509::Certificate>& issuer() {
  static const std::optional<x509::Certificate> one = []() -> std::optional<x509::Certificate> {
    const char* path = std::getenv("MITOME_FUZZ_ISSUER");
    if (path == nullptr) return std::nullopt;
    std::ifstream file{path};
    const std::string pem{std::istreambuf_iterator<char>{file}, {}};
    auto certificate = x509::Certificate::from_pem(pem);
    CHECK(certificate.has_value());
    return std::move(*certificate);
  }();
  return one;
}

FUZZ(input) {
  if (!issuer().has_value()) return;
  const auto crl = x509::verify_crl(input, *issuer(), issuer()->not_before() + Days{151}, std::nullopt);
  check_refusal(crl);
}
