// One issuer, one holder and one reader of mdocs, all in order: what a test breaks one thing in.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "credential/mdoc/device_auth.h"
#include "credential/mdoc/device_response.h"
#include "credential/mdoc/issue.h"
#include "credential/mdoc/verify.h"
#include "testing/cbor_tree.h"
#include "testing/fakes.h"
#include "testing/pki.h"

namespace mitome::testing {

class MdocWorld {
 public:
  MdocWorld();

  static constexpr const char* kName = "山田　認";  ///< nobody
  Instant now;
  TestCa iaca{"IACA"};
  std::unique_ptr<crypto::SoftwareSigner> ds_key, device;
  crypto::PrivateKey reader;       ///< EReaderKey
  std::vector<x509::Certificate> ds_chain;
  std::vector<x509::Certificate> anchors;
  Bytes transcript;                ///< a QR session
  SeededRandom random{7};

  /// A document signer's template of one year with the mdoc purpose.
  x509::CertificateTemplate ds_template();
  /// Issues the document signer anew from a template changed in one thing.
  void reissue_ds(const std::function<void(x509::CertificateTemplate&)>& change);

  static std::vector<mdoc::ClaimNameSpace> claims(size_t portrait_size = 2000);
  mdoc::IssueInput issue_input() const;
  Bytes issue(const mdoc::IssueInput& input);
  Bytes issue() { return issue(issue_input()); }

  static std::vector<mdoc::RequestedElement> elements();
  static mdoc::ItemsRequest request() { return {std::string{mdoc::kMncDocType}, elements()}; }
  /// A Document by signature over our transcript.
  Bytes document(ByteView issuer_signed) { return document(issuer_signed, *device, transcript); }
  static Bytes document(ByteView issuer_signed, crypto::Signer& signer, ByteView transcript);
  Bytes document_by_mac(ByteView issuer_signed) const;
  Bytes response(ByteView issuer_signed) { return mdoc::encode_device_response({document(issuer_signed)}); }
  Bytes response() { return response(issue()); }

  /// A rogue issuer: the MSO changed and signed again by the document signer's key.
  Bytes resign_mso(ByteView issuer_signed, const std::function<void(CborTree&)>& change);
  void resign(CborTree& issuer_auth, const std::function<void(CborTree&)>& change);
  /// COSE_Sign1 over an attached payload with these protected bytes, by this key.
  static CborTree sign1(crypto::Signer& signer, CborTree protected_map, CborTree unprotected_map, ByteView payload);

  /// What a careful reader hands in.
  mdoc::VerifyInput verify_input() const;
};

/// The SessionTranscript of a made-up QR engagement.
Bytes test_transcript(const crypto::PublicKey& e_device_key, const crypto::PublicKey& e_reader_key);

}  // namespace mitome::testing
