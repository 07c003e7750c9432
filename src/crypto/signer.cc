#include "crypto/signer.h"

namespace mitome::crypto {

SignatureAlgorithm SoftwareSigner::algorithm() const {
  switch (key_.type()) {
    case KeyType::kP256:
      return SignatureAlgorithm::kEcdsaSha256;
    case KeyType::kP384:
      return SignatureAlgorithm::kEcdsaSha384;
    case KeyType::kRsa:
      break;
  }
  return SignatureAlgorithm::kRsaPkcs1Sha256;
}

}  // namespace mitome::crypto
