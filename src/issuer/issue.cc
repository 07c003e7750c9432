// What every grant goes through: draw numbers, write down what will be signed, sign, hand over.
#include <algorithm>
#include <optional>

#include "issuer/issuer.h"
#include "issuer/person_claims.h"

namespace mitome::issuer {

/// A certificate or mdoc up to its signature.
struct Issuer::Drafts {
  struct CertificateToSign {
    registry::Ca ca;
    Bytes serial, tbs;
  };
  registry::Reservation reservation;
  std::vector<CertificateToSign> certificates;
  std::vector<mdoc::UnsignedMdoc> mdocs;
  std::vector<registry::StatusIndex> indices;
};

FourItems four_items(const registry::PersonFacts& facts) {
  return {facts.name, facts.address, facts.birth_date, facts.sex};
}

Result<Issuer::Drafts> Issuer::draft(const Order& order, const registry::Proposal& proposal) {
  const Instant now = clock_.now();
  Drafts drafts;
  const Holder holder = order.holder == registry::Holder::kCard ? Holder::kCard : Holder::kPhone;
  size_t next_serial = 0;
  for (const registry::Ca ca : {registry::Ca::kAuth, registry::Ca::kSign}) {
    const Bytes& spki = ca == registry::Ca::kAuth ? order.auth_spki : order.sign_spki;
    if (spki.empty()) continue;
    const Authority& authority = ca == registry::Ca::kAuth ? hierarchy_.auth_ca : hierarchy_.sign_ca;
    const Bytes& serial = proposal.serials[next_serial++];
    const Instant not_after = std::min(order.not_after, authority.certificate.not_after());
    const EndEntity entity{holder, serial, spki, order.not_before, not_after, config_.origin + "/status/ocsp"};
    const auto certificate = ca == registry::Ca::kAuth
                                 ? user_authentication_certificate(authority, entity, random_)
                                 : signing_certificate(authority, entity, four_items(order.person.facts), random_);
    TRY(x509::lint(certificate, now, Days{1}));
    Bytes tbs = x509::encode_tbs(certificate, authority.signer->algorithm());
    drafts.reservation.certificates.push_back(
        {ca, order.holder, order.holder_id, order.person.id, serial, order.not_before, not_after, crypto::sha256(tbs)});
    drafts.certificates.push_back({ca, serial, std::move(tbs)});
  }
  if (order.device_keys.empty()) return drafts;

  const registry::PersonFacts& facts = order.person.facts;
  TRY_ASSIGN(const mdoc::Claims claims,
             person_claims(four_items(facts), facts.my_number, facts.portrait, japan_date(now)));
  const mdoc::DocumentSigner signer{*hierarchy_.document_signer.signer, {hierarchy_.document_signer.certificate}};
  for (size_t i = 0; i < order.device_keys.size(); ++i) {
    const registry::StatusIndex& index = proposal.indices[i];
    mdoc::IssueInput input;
    input.device_key = &order.device_keys[i];
    input.validity = {now, order.not_before, std::min(order.not_before + kMdocLife, order.not_after), std::nullopt};
    input.status = mdoc::StatusReference{index.idx, config_.origin + "/status/lists/" + std::to_string(index.list)};
    TRY_ASSIGN(mdoc::UnsignedMdoc unsigned_mdoc, mdoc::prepare(claims, input, signer, random_));
    drafts.reservation.mdocs.push_back({index, PhoneId{order.holder_id}, order.person.id, input.validity.valid_until,
                                        crypto::sha256(unsigned_mdoc.to_be_signed())});
    drafts.mdocs.push_back(std::move(unsigned_mdoc));
    drafts.indices.push_back(index);
  }
  return drafts;
}

Result<Issuer::Issued> Issuer::issue(const Order& order) {
  const size_t serials = (order.auth_spki.empty() ? 0u : 1u) + (order.sign_spki.empty() ? 0u : 1u);
  std::optional<Drafts> drafts;
  // A number that another issuance took meanwhile is drawn anew; three times in a row is no accident.
  for (int attempt = 1; !drafts; ++attempt) {
    TRY_ASSIGN(const registry::Proposal proposal, registry_.propose(serials, order.device_keys.size()));
    TRY_ASSIGN(Drafts drawn, draft(order, proposal));
    const Result<void> reserved = registry_.reserve(drawn.reservation);
    if (!reserved && (reserved.error().reason != Reason::CONFLICT || attempt == 3)) return reserved.error();
    if (reserved) drafts.emplace(std::move(drawn));
  }

  Issued issued;
  for (const Drafts::CertificateToSign& certificate : drafts->certificates) {
    const bool auth = certificate.ca == registry::Ca::kAuth;
    crypto::Signer& signer = auth ? *hierarchy_.auth_ca.signer : *hierarchy_.sign_ca.signer;
    TRY_ASSIGN(const Bytes signature, signer.sign(certificate.tbs));
    Bytes der = x509::assemble_signed(certificate.tbs, signer.algorithm(), signature);
    (auth ? issued.auth_certificate : issued.sign_certificate) = der;
    issued.certificates.push_back({certificate.ca, std::move(der), certificate.serial});
  }
  for (const mdoc::UnsignedMdoc& unsigned_mdoc : drafts->mdocs) {
    TRY_ASSIGN(const Bytes signature, hierarchy_.document_signer.signer->sign(unsigned_mdoc.to_be_signed()));
    issued.mdocs.push_back(unsigned_mdoc.assemble(signature));
  }
  issued.indices = std::move(drafts->indices);
  return issued;
}

}  // namespace mitome::issuer
