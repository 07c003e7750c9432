#include "credential/x509/algorithm.h"

#include <array>

#include "codec/der/der.h"

namespace mitome::x509 {
namespace {

using crypto::SignatureAlgorithm;

constexpr std::array kAlgorithms{SignatureAlgorithm::kEcdsaSha256, SignatureAlgorithm::kEcdsaSha384,
                                 SignatureAlgorithm::kRsaPkcs1Sha256, SignatureAlgorithm::kRsaPssSha256};

Bytes encode(SignatureAlgorithm algorithm) {
  switch (algorithm) {
    case SignatureAlgorithm::kEcdsaSha256:
      return der::sequence({der::oid("1.2.840.10045.4.3.2")});
    case SignatureAlgorithm::kEcdsaSha384:
      return der::sequence({der::oid("1.2.840.10045.4.3.3")});
    case SignatureAlgorithm::kRsaPkcs1Sha256:
      return der::sequence({der::oid("1.2.840.113549.1.1.11"), der::null()});
    case SignatureAlgorithm::kRsaPssSha256:
      break;
  }
  const Bytes sha256 = der::sequence({der::oid("2.16.840.1.101.3.4.2.1"), der::null()});
  const Bytes mgf1 = der::sequence({der::oid("1.2.840.113549.1.1.8"), sha256});
  const Bytes parameters =
      der::sequence({der::element(der::constructed(0), sha256), der::element(der::constructed(1), mgf1),
                     der::element(der::constructed(2), der::integer(32))});
  return der::sequence({der::oid("1.2.840.113549.1.1.10"), parameters});
}

bool is_ecdsa(SignatureAlgorithm algorithm) {
  return algorithm == SignatureAlgorithm::kEcdsaSha256 || algorithm == SignatureAlgorithm::kEcdsaSha384;
}

crypto::KeyType key_type(SignatureAlgorithm algorithm) {
  if (algorithm == SignatureAlgorithm::kEcdsaSha256) return crypto::KeyType::kP256;
  if (algorithm == SignatureAlgorithm::kEcdsaSha384) return crypto::KeyType::kP384;
  return crypto::KeyType::kRsa;
}

}  // namespace

const Bytes& algorithm_identifier(SignatureAlgorithm algorithm) {
  static const std::array<Bytes, kAlgorithms.size()> encodings = [] {
    std::array<Bytes, kAlgorithms.size()> all;
    for (const auto each : kAlgorithms) all[static_cast<size_t>(each)] = encode(each);
    return all;
  }();
  return encodings[static_cast<size_t>(algorithm)];
}

Result<SignatureAlgorithm> algorithm_from_identifier(ByteView identifier) {
  for (const auto each : kAlgorithms) {
    if (equal(identifier, algorithm_identifier(each))) return each;
  }
  return Error{Reason::BAD_SIGNATURE, "signature algorithm is not one of those allowed"};
}

Bytes signature_bits(SignatureAlgorithm algorithm, ByteView signature) {
  if (!is_ecdsa(algorithm)) return to_bytes(signature);
  auto der = crypto::ecdsa_raw_to_der(signature);
  CHECK(der.has_value());  // a Signer gives r‖s of the curve's size
  return std::move(der).value();
}

Result<void> verify_bits(const crypto::PublicKey& key, ByteView identifier, ByteView message, ByteView bits) {
  TRY_ASSIGN(const SignatureAlgorithm algorithm, algorithm_from_identifier(identifier));
  if (key_type(algorithm) != key.type()) {
    return Error{Reason::BAD_SIGNATURE, "signature algorithm does not fit the key"};
  }
  Bytes raw = to_bytes(bits);
  if (is_ecdsa(algorithm)) {
    auto converted = crypto::ecdsa_der_to_raw(bits, crypto::coordinate_size(key.type()));
    if (!converted) return Error{Reason::BAD_SIGNATURE, "ECDSA signature is not DER"};
    raw = std::move(converted).value();
  }
  if (!key.verify(algorithm, message, raw)) return Error{Reason::BAD_SIGNATURE, "signature does not verify"};
  return {};
}

}  // namespace mitome::x509
