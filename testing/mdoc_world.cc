#include "testing/mdoc_world.h"

#include "base/check.h"
#include "protocol/iso18013/session.h"
#include "protocol/iso18013/transcript.h"

namespace mitome::testing {
namespace {

crypto::PrivateKey fresh_key() { return PooledKeySource{}.generate(crypto::KeyType::kP256); }

}  // namespace

Bytes test_transcript(const crypto::PublicKey& e_device_key, const crypto::PublicKey& e_reader_key) {
  return iso18013::qr_session_transcript(iso18013::encode_device_engagement(e_device_key), iso18013::encode_key_bytes(e_reader_key));
}

MdocWorld::MdocWorld()
    : now(FakeClock{}.now()), ds_key(test_signer()), device(test_signer()), reader(fresh_key()) {
  anchors.push_back(iaca.certificate());
  reissue_ds([](x509::CertificateTemplate&) {});
  transcript = test_transcript(fresh_key().public_key(), reader.public_key());
}

x509::CertificateTemplate MdocWorld::ds_template() {
  auto certificate = iaca.end_entity("Document Signer", ds_key->public_key());
  certificate.not_after = pki_begin() + Days{365};
  certificate.extensions.push_back(x509::extended_key_usage({std::string{mdoc::kEkuMdocDocumentSigner}}, true));
  return certificate;
}

void MdocWorld::reissue_ds(const std::function<void(x509::CertificateTemplate&)>& change) {
  auto certificate = ds_template();
  change(certificate);
  ds_chain.clear();
  ds_chain.push_back(iaca.issue(certificate));
}

std::vector<mdoc::ClaimNameSpace> MdocWorld::claims(size_t portrait_size) {
  const Date birth{std::chrono::year{1980}, std::chrono::February, std::chrono::day{17}};
  return {{std::string{mdoc::kMncJapanNameSpace},
           {{"full_name_unicode", mdoc::text_value(kName)},
            {"resident_address_unicode", mdoc::text_value("東京都認め市南１－２－３")},
            {"individual_number_unicode", mdoc::text_value("123456789012")},
            {"portrait", mdoc::bytes_value(Bytes(portrait_size, 0x5A))}}},
          {std::string{mdoc::kMncNameSpace},
           {{"birth_date", mdoc::full_date_value(birth)},
            {"sex", mdoc::uint_value(1)},
            {"age_over_20", mdoc::bool_value(true)}}}};
}

mdoc::IssueInput MdocWorld::issue_input() const {
  mdoc::IssueInput input;
  input.device_key = &device->public_key();
  input.validity = {now - Days{1}, now - Days{1}, now + Days{13}, std::nullopt};
  return input;
}

Bytes MdocWorld::issue(const mdoc::IssueInput& input) {
  auto prepared = mdoc::Claims::make(std::string{mdoc::kMncDocType}, claims());
  CHECK(prepared.has_value());
  auto issued = mdoc::issue(*prepared, input, {*ds_key, ds_chain}, random);
  CHECK(issued.has_value());
  return std::move(issued).value();
}

std::vector<mdoc::RequestedElement> MdocWorld::elements() {
  return {{std::string{mdoc::kMncJapanNameSpace}, "full_name_unicode", false},
          {std::string{mdoc::kMncNameSpace}, "birth_date", false},
          {std::string{mdoc::kMncNameSpace}, "age_over_20", false}};
}

Bytes MdocWorld::document(ByteView issuer_signed, crypto::Signer& signer, ByteView transcript) {
  mdoc::PresentInput input{issuer_signed, elements(), transcript};
  input.signer = &signer;
  auto document = mdoc::present(input);
  CHECK(document.has_value());
  return std::move(document).value();
}

Bytes MdocWorld::document_by_mac(ByteView issuer_signed) const {
  const auto key = mdoc::derive_emac_key(device->key(), reader.public_key(), transcript);
  CHECK(key.has_value());
  mdoc::PresentInput input{issuer_signed, elements(), transcript};
  input.mac_key = &*key;
  auto document = mdoc::present(input);
  CHECK(document.has_value());
  return std::move(document).value();
}

CborTree MdocWorld::sign1(crypto::Signer& signer, CborTree protected_map, CborTree unprotected_map, ByteView payload) {
  const Bytes protected_bytes = protected_map.encode();
  cbor::Writer to_sign;
  to_sign.array(4).text("Signature1").bytes(protected_bytes).bytes({}).bytes(payload);
  auto signature = signer.sign(to_sign.view());
  CHECK(signature.has_value());
  CborTree out;
  out.type = cbor::Type::kArray;
  out.children = {CborTree::bstr(protected_bytes), std::move(unprotected_map), CborTree::bstr(payload), CborTree::bstr(*signature)};
  return out;
}

void MdocWorld::resign(CborTree& issuer_auth, const std::function<void(CborTree&)>& change) {
  CborTree mso = CborTree::parse(issuer_auth.at(2).bytes);
  mso.inside(change);
  issuer_auth = sign1(*ds_key, CborTree::parse(issuer_auth.at(0).bytes), issuer_auth.at(1), mso.encode());
}

Bytes MdocWorld::resign_mso(ByteView issuer_signed, const std::function<void(CborTree&)>& change) {
  CborTree tree = CborTree::parse(issuer_signed);
  resign(tree["issuerAuth"], change);
  return tree.encode();
}

mdoc::VerifyInput MdocWorld::verify_input() const {
  mdoc::VerifyInput input;
  input.anchors = anchors;
  input.session_transcript = transcript;
  input.now = now;
  input.reader_key = &reader;
  input.requested = {request()};
  return input;
}

}  // namespace mitome::testing
