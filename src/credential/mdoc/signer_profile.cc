#include "credential/mdoc/signer_profile.h"

#include <algorithm>

namespace mitome::mdoc {
namespace {

constexpr std::string_view kCountry = "2.5.4.6", kStateOrProvince = "2.5.4.8";

Error profile(std::string_view what) { return {Reason::DS_PROFILE, std::string{what}}; }

}  // namespace

Result<void> check_signer_profile(const x509::Certificate& signer) {
  if (signer.is_ca()) return profile("a CA must not sign documents");
  const auto usage = signer.key_usage();
  if (!usage || (*usage & x509::kDigitalSignature) == 0) return profile("no digitalSignature");
  if ((*usage & x509::kKeyCertSign) != 0) return profile("keyCertSign");
  const auto purposes = signer.extended_key_usage();
  const bool signs_documents = std::any_of(purposes.begin(), purposes.end(), [](const std::string& oid) {
    return oid == kEkuMdlDocumentSigner || oid == kEkuMdocDocumentSigner;
  });
  if (!signs_documents) return profile("extended key usage does not name a document signer");
  if (signer.public_key().type() == crypto::KeyType::kRsa) return profile("RSA key");
  if (signer.not_after() - signer.not_before() > kMaxSignerLife) return profile("lives longer than 457 days");
  return {};
}

Result<void> check_same_country(const x509::Certificate& signer, const x509::Certificate& root) {
  const auto country = signer.subject_attribute(kCountry);
  if (!country || country != root.subject_attribute(kCountry)) return profile("country is not the root's");
  const auto state = signer.subject_attribute(kStateOrProvince);
  const auto root_state = root.subject_attribute(kStateOrProvince);
  if (state && root_state && state != root_state) return profile("state or province is not the root's");
  return {};
}

Result<x509::Certificate> find_anchor(const x509::Certificate& signer, std::span<const x509::Certificate> anchors) {
  for (const auto& anchor : anchors) {
    if (anchor == signer) return anchor;
    if (x509::verify_issued_by(signer, anchor)) return anchor;
  }
  return Error{Reason::UNTRUSTED_ISSUER, "no anchor issued this signer"};
}

}  // namespace mitome::mdoc
