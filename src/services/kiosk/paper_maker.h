// Who draws and signs the papers. A kiosk takes what it is given and checks that the paper is for the person before it.
#pragma once

#include <mutex>

#include "credential/x509/certificate.h"
#include "crypto/signer.h"
#include "render/certificate_pdf.h"

namespace mitome::services {

/// The seal of one municipality: its key and certificate, end entity first, without the root.
struct MunicipalSeal {
  std::vector<x509::Certificate> chain;
  crypto::Signer* key = nullptr;
};

struct Paper {
  Bytes pdf, preview;  ///< preview: PNG, may be empty
};

class PaperMaker {
 public:
  virtual ~PaperMaker() = default;
  /// Several threads call at once.
  virtual Result<Paper> make(const render::CertificateText& text, const MunicipalSeal& seal) = 0;
};

/// Noto CJK on A4, signed inside with PAdES B-B.
class SignedPaperMaker final : public PaperMaker {
 public:
  Result<Paper> make(const render::CertificateText& text, const MunicipalSeal& seal) override;

 private:
  std::mutex mutex_;  // over the seals' keys
};

}  // namespace mitome::services
