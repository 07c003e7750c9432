// Certificates for tests: a root, and valid templates below it to break one thing in.
#pragma once

#include <memory>
#include <string>

#include "credential/x509/builder.h"
#include "crypto/signer.h"

namespace mitome::testing {

/// 2026-01-01T00:00:00Z, the beginning of every validity here; FakeClock starts five months later.
Instant pki_begin();

/// A self-signed root of five years with its key.
class TestCa {
 public:
  /// `number` tells roots of the same name apart: generations.
  explicit TestCa(std::string_view name, crypto::KeyType type = crypto::KeyType::kP256, size_t number = 0);

  const x509::Certificate& certificate() const { return *certificate_; }
  crypto::SoftwareSigner& signer() { return *signer_; }

  /// A root's template, for roots with one thing wrong.
  x509::CertificateTemplate root_template() const;
  /// An end entity of two years: AKI, SKI and critical key usage, to which more may be added.
  x509::CertificateTemplate end_entity(std::string_view name, const crypto::PublicKey& key,
                                       uint16_t usage = x509::kDigitalSignature);
  /// Signed as it is, without lint; CHECKs that it parses.
  x509::Certificate issue(const x509::CertificateTemplate& certificate);

 private:
  std::string name_;
  std::unique_ptr<crypto::SoftwareSigner> signer_;
  std::optional<x509::Certificate> certificate_;
  uint8_t next_serial_ = 10;
};

/// A fresh P-256 key or the RSA key of that number in the pool, as a signer.
std::unique_ptr<crypto::SoftwareSigner> test_signer(crypto::KeyType type = crypto::KeyType::kP256, size_t number = 0);

/// C=JP, O=JPKI-TEST, CN=name.
Bytes test_name(std::string_view common_name);

/// `bytes` with the only occurrence of `from` replaced; CHECKs that there is exactly one.
Bytes replace_once(ByteView bytes, ByteView from, ByteView to);

}  // namespace mitome::testing
