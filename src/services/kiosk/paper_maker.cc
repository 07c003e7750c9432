#include "services/kiosk/paper_maker.h"

#include "credential/cms/pdf_signature.h"

namespace mitome::services {

Result<Paper> SignedPaperMaker::make(const render::CertificateText& text, const MunicipalSeal& seal) {
  TRY_ASSIGN(const Bytes drawn, render::certificate_pdf(text));
  TRY_ASSIGN(Bytes preview, render::certificate_png(text));
  TRY_ASSIGN(pades::Prepared prepared, pades::prepare(drawn, {text.municipality, "見本 SPECIMEN", text.municipality, text.issued}));
  const std::vector<x509::Certificate> above(seal.chain.begin() + 1, seal.chain.end());
  const std::lock_guard lock{mutex_};
  TRY_ASSIGN(const Bytes signature, cms::sign({prepared.digest, &seal.chain.front(), std::nullopt}, seal.chain.front(), above, *seal.key));
  TRY_ASSIGN(Bytes pdf, pades::complete(std::move(prepared), signature));
  return Paper{std::move(pdf), std::move(preview)};
}

}  // namespace mitome::services
