#include "testing/pki.h"

#include <algorithm>

#include "testing/fakes.h"

namespace mitome::testing {

Instant pki_begin() {
  return std::chrono::sys_days{Date{std::chrono::year{2026}, std::chrono::January, std::chrono::day{1}}};
}

std::unique_ptr<crypto::SoftwareSigner> test_signer(crypto::KeyType type, size_t number) {
  return std::make_unique<crypto::SoftwareSigner>(PooledKeySource{number}.generate(type));
}

Bytes test_name(std::string_view common_name) {
  return x509::encode_name({{"2.5.4.6", "JP"}, {"2.5.4.10", "JPKI-TEST"}, {"2.5.4.3", std::string{common_name}}});
}

TestCa::TestCa(std::string_view name, crypto::KeyType type, size_t number)
    : name_(name), signer_(test_signer(type, number)) {
  auto issued = x509::issue(root_template(), *signer_);
  CHECK(issued.has_value());
  certificate_ = *issued;
}

x509::CertificateTemplate TestCa::root_template() const {
  const Bytes name = test_name(name_);
  return {.serial = {1},
          .issuer_name = name,
          .subject_name = name,
          .not_before = pki_begin(),
          .not_after = pki_begin() + Days{5 * 365},
          .spki = signer_->public_key().spki(),
          .extensions = {x509::key_usage(x509::kKeyCertSign | x509::kCrlSign), x509::basic_constraints(true, 0),
                         x509::subject_key_identifier(signer_->public_key())}};
}

x509::CertificateTemplate TestCa::end_entity(std::string_view name, const crypto::PublicKey& key, uint16_t usage) {
  return {.serial = {0x4D, next_serial_++},
          .issuer_name = certificate_->subject_name(),
          .subject_name = test_name(name),
          .not_before = pki_begin(),
          .not_after = pki_begin() + Days{2 * 365},
          .spki = key.spki(),
          .extensions = {x509::key_usage(usage), x509::authority_key_identifier(*certificate_),
                         x509::subject_key_identifier(key)}};
}

x509::Certificate TestCa::issue(const x509::CertificateTemplate& certificate) {
  auto issued = x509::issue(certificate, *signer_);
  CHECK(issued.has_value());
  return *issued;
}

Bytes replace_once(ByteView bytes, ByteView from, ByteView to) {
  const auto at = std::search(bytes.begin(), bytes.end(), from.begin(), from.end());
  CHECK(at != bytes.end());
  CHECK(std::search(at + 1, bytes.end(), from.begin(), from.end()) == bytes.end());
  Bytes out{bytes.begin(), at};
  append(out, to);
  out.insert(out.end(), at + static_cast<std::ptrdiff_t>(from.size()), bytes.end());
  return out;
}

}  // namespace mitome::testing
