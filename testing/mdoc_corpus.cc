#include "testing/mdoc_corpus.h"

#include <algorithm>

#include "base/check.h"
#include "protocol/iso18013/session.h"
#include "protocol/iso18013/transcript.h"

namespace mitome::testing {
namespace {

using namespace mdoc;

constexpr std::string_view kJapan = kMncJapanNameSpace;

void other_session(MdocTrial& trial, const std::function<Bytes(const crypto::PublicKey&, const crypto::PublicKey&)>& make) {
  const auto engaged = test_signer(), reader = test_signer();
  const Bytes theirs = make(engaged->public_key(), reader->public_key());
  trial.bytes = encode_device_response({MdocWorld::document(trial.world.issue(), *trial.world.device, theirs)});
}

const Bytes& our_engagement() {
  static const Bytes engagement = iso18013::encode_device_engagement(test_signer()->public_key());
  return engagement;
}

// The ids of threats.md 2.3 stand first.
const MdocCase kCases[] = {
    {"PRX-1 another engagement", Reason::DEVICE_AUTH_SESSION_MISMATCH,
     [](MdocTrial& trial) {
       other_session(trial, [&](const auto& engaged, const auto&) {
         return test_transcript(engaged, trial.world.reader.public_key());
       });
     }},
    {"PRX-1 another reader key", Reason::DEVICE_AUTH_SESSION_MISMATCH,
     [](MdocTrial& trial) { other_session(trial, [](const auto& a, const auto& b) { return test_transcript(a, b); }); }},
    {"PRX-1, PRX-20 NFC stripped to QR", Reason::DEVICE_AUTH_SESSION_MISMATCH,
     [](MdocTrial& trial) {
       const Bytes key = iso18013::encode_key_bytes(trial.world.reader.public_key());
       static Bytes ours;
       ours = iso18013::nfc_session_transcript(our_engagement(), key, as_bytes("select"), std::nullopt);
       const Bytes theirs = iso18013::qr_session_transcript(our_engagement(), key);
       trial.input.session_transcript = ours;
       trial.bytes = encode_device_response({MdocWorld::document(trial.world.issue(), *trial.world.device, theirs)});
     }},
    {"PRX-20 NFC select changed", Reason::DEVICE_AUTH_SESSION_MISMATCH,
     [](MdocTrial& trial) {
       const Bytes key = iso18013::encode_key_bytes(trial.world.reader.public_key());
       static Bytes ours;
       ours = iso18013::nfc_session_transcript(our_engagement(), key, as_bytes("select"), as_bytes("request"));
       const Bytes theirs = iso18013::nfc_session_transcript(our_engagement(), key, as_bytes("other"), as_bytes("request"));
       trial.input.session_transcript = ours;
       trial.bytes = encode_device_response({MdocWorld::document(trial.world.issue(), *trial.world.device, theirs)});
     }},
    {"PRX-3 another key on the same curve", Reason::DEVICE_AUTH_SESSION_MISMATCH,
     [](MdocTrial& trial) {
       const auto thief = test_signer();
       trial.bytes = encode_device_response({MdocWorld::document(trial.world.issue(), *thief, trial.world.transcript)});
     }},
    {"PRX-3 a key on another curve", Reason::DEVICE_KEY_MISMATCH,
     [](MdocTrial& trial) {
       const auto thief = test_signer(crypto::KeyType::kP384);
       trial.bytes = encode_device_response({MdocWorld::document(trial.world.issue(), *thief, trial.world.transcript)});
     }},
    {"PRX-3 the key of another document", Reason::DEVICE_KEY_MISMATCH,
     [](MdocTrial& trial) {
       const auto second = test_signer();
       auto input = trial.world.issue_input();
       input.device_key = &second->public_key();
       trial.bytes = encode_device_response({MdocWorld::document(trial.world.issue(), *second, trial.world.transcript),
                                             MdocWorld::document(trial.world.issue(input), *second, trial.world.transcript)});
     }},
    {"PRX-4 a value changed", Reason::VALUE_DIGEST_MISMATCH,
     [](MdocTrial& trial) { trial.edit_item(1, [](CborTree& item) { item.set("elementValue", CborTree::boolean(false)); }); }},
    {"PRX-5 no digest with this id", Reason::DIGEST_MISSING,
     [](MdocTrial& trial) {
       trial.edit_mso([](CborTree& mso) { mso["valueDigests"][kMncNameSpace] = CborTree::parse(Bytes{0xA0}); });
     }},
    {"PRX-5 no such namespace in the MSO", Reason::DIGEST_MISSING,
     [](MdocTrial& trial) { trial.edit_mso([](CborTree& mso) { mso["valueDigests"].erase(kMncNameSpace); }); }},
    {"PRX-6 an item in another namespace", Reason::VALUE_DIGEST_MISMATCH,
     [](MdocTrial& trial) {
       trial.edit_document([](CborTree& document) {
         CborTree& spaces = document["issuerSigned"]["nameSpaces"];
         auto& from = spaces[kMncNameSpace].children;
         auto& to = spaces[kJapan].children;
         to = {from.back()};
       });
     }},
    {"PRX-6 one element twice", Reason::DUPLICATE_ELEMENT,
     [](MdocTrial& trial) {
       trial.edit_document([](CborTree& document) {
         auto& items = document["issuerSigned"]["nameSpaces"][kMncNameSpace].children;
         CborTree copy = items.front();
         copy.inside([](CborTree& item) { item.set("digestID", CborTree::uint(99)); });
         items.push_back(copy);
       });
     }},
    {"PRX-6 one digest id twice", Reason::DUPLICATE_ELEMENT,
     [](MdocTrial& trial) {
       trial.edit_document([](CborTree& document) {
         auto& items = document["issuerSigned"]["nameSpaces"][kMncNameSpace].children;
         CborTree copy = items.front();
         copy.inside([](CborTree& item) { item.set("elementIdentifier", CborTree::text("age_over_65")); });
         items.push_back(copy);
       });
     }},
    {"PRX-7 an item in another map order", Reason::VALUE_DIGEST_MISMATCH,
     [](MdocTrial& trial) {
       trial.edit_item(0, [](CborTree& item) { std::rotate(item.children.begin(), item.children.begin() + 2, item.children.end()); });
     }},
    {"PRX-7 an item with a wider count", Reason::VALUE_DIGEST_MISMATCH,
     [](MdocTrial& trial) {
       trial.edit_document([](CborTree& document) {
         Bytes& item = document["issuerSigned"]["nameSpaces"][kMncNameSpace].at(0).content().bytes;
         CHECK(item[0] == 0xA4);
         item[0] = 0x04;
         item.insert(item.begin(), 0xB8);
       });
     }},
    {"PRX-7 an item with a wider integer", Reason::MALFORMED,
     [](MdocTrial& trial) {
       trial.edit_document([](CborTree& document) {
         Bytes& item = document["issuerSigned"]["nameSpaces"][kMncNameSpace].at(0).content().bytes;
         item.insert(item.end() - 1, 0x18);  // the digest id, below 24, stands last
       });
     }},
    {"PRX-9 Document and MSO", Reason::DOCTYPE_MISMATCH,
     [](MdocTrial& trial) {
       trial.edit_mso([](CborTree& mso) { mso.set("docType", CborTree::text("org.iso.18013.5.1.mDL")); });
     }},
    {"PRX-9 request and Document", Reason::DOCTYPE_MISMATCH,
     [](MdocTrial& trial) { trial.input.requested[0].doctype = "org.iso.18013.5.1.mDL"; }},
    {"PRX-9 DeviceAuthentication and Document", Reason::DOCTYPE_MISMATCH,
     [](MdocTrial& trial) {
       trial.input.requested.push_back({"org.iso.18013.5.1.mDL", {}});
       const Bytes empty = cbor::Writer{}.embedded(Bytes{0xA0}).take();
       const auto auth = sign_device_auth(*trial.world.device,
                                          device_authentication_bytes(trial.world.transcript, "org.iso.18013.5.1.mDL", empty));
       trial.edit_document([&](CborTree& document) { document["deviceSigned"].set("deviceAuth", CborTree::parse(*auth)); });
     }},
    {"PRX-10 validFrom in the future", Reason::MSO_NOT_YET_VALID,
     [](MdocTrial& trial) {
       auto input = trial.world.issue_input();
       input.validity.valid_from = trial.world.now + Seconds{1};
       trial.respond(trial.world.issue(input));
     }},
    {"PRX-10 validUntil past", Reason::MSO_EXPIRED,
     [](MdocTrial& trial) { trial.input.now = trial.world.issue_input().validity.valid_until + Seconds{1}; }},
    {"PRX-10 signed before the DS", Reason::MSO_SIGNED_OUTSIDE_DS,
     [](MdocTrial& trial) {
       trial.edit_mso([](CborTree& mso) { mso["validityInfo"]["signed"].content() = CborTree::text("2025-12-31T23:59:59Z"); });
     }},
    {"PRX-10 signed after the DS", Reason::MSO_SIGNED_OUTSIDE_DS,
     [](MdocTrial& trial) {
       trial.edit_mso([](CborTree& mso) { mso["validityInfo"]["signed"].content() = CborTree::text("2027-01-01T00:00:01Z"); });
     }},
    {"PRX-11 no document signer purpose", Reason::DS_PROFILE,
     [](MdocTrial& trial) {
       trial.world.reissue_ds([](auto& ds) { ds.extensions.back() = x509::extended_key_usage({std::string{kEkuMdocReader}}); });
       trial.renew();
     }},
    {"PRX-11 a CA", Reason::DS_PROFILE,
     [](MdocTrial& trial) {
       trial.world.reissue_ds([](auto& ds) { ds.extensions.push_back(x509::basic_constraints(true, std::nullopt)); });
       trial.world.anchors = trial.world.ds_chain;  // pinned: a root with a path length of 0 would already refuse it
       trial.renew();
     }},
    {"PRX-11 may sign certificates", Reason::DS_PROFILE,
     [](MdocTrial& trial) {
       trial.world.reissue_ds(
           [](auto& ds) { ds.extensions[0] = x509::key_usage(x509::kDigitalSignature | x509::kKeyCertSign); });
       trial.world.anchors = trial.world.ds_chain;  // pinned: no root is found for such a certificate
       trial.renew();
     }},
    {"PRX-11 may not sign", Reason::DS_PROFILE,
     [](MdocTrial& trial) {
       trial.world.reissue_ds([](auto& ds) { ds.extensions[0] = x509::key_usage(x509::kKeyAgreement); });
       trial.renew();
     }},
    {"PRX-11 another country", Reason::DS_PROFILE,
     [](MdocTrial& trial) {
       trial.world.reissue_ds([](auto& ds) { ds.subject_name = x509::encode_name({{"2.5.4.6", "UT"}, {"2.5.4.3", "DS"}}); });
       trial.renew();
     }},
    {"PRX-11 no country", Reason::DS_PROFILE,
     [](MdocTrial& trial) {
       trial.world.reissue_ds([](auto& ds) { ds.subject_name = x509::encode_name({{"2.5.4.3", "DS"}}); });
       trial.renew();
     }},
    {"PRX-11 longer than allowed", Reason::DS_PROFILE,
     [](MdocTrial& trial) {
       trial.world.reissue_ds([](auto& ds) { ds.not_after = ds.not_before + kMaxSignerLife + Seconds{1}; });
       trial.renew();
     }},
    {"PRX-11 expired", Reason::DS_EXPIRED,
     [](MdocTrial& trial) {
       trial.world.reissue_ds([&](auto& ds) { ds.not_after = trial.world.now - Seconds{1}; });
       trial.renew();
     }},
    {"PRX-11 the root expired", Reason::UNTRUSTED_ISSUER,
     [](MdocTrial& trial) {
       auto root = trial.world.iaca.root_template();
       root.not_after = trial.world.now - Seconds{1};
       trial.world.anchors = {trial.world.iaca.issue(root)};
       trial.input.anchors = trial.world.anchors;
     }},
    {"PRX-11 revoked", Reason::DS_REVOKED,
     [](MdocTrial& trial) {
       trial.input.signer_status = [](const auto&, const auto&) -> Result<void> { return Error{Reason::DS_REVOKED, ""}; };
     }},
    {"PRX-12 the attacker's root in x5chain", Reason::UNTRUSTED_ISSUER,
     [](MdocTrial& trial) {
       TestCa rogue{"IACA"};
       auto ds = trial.world.ds_template();
       ds.extensions[1] = x509::authority_key_identifier(rogue.certificate());
       trial.world.ds_chain = {rogue.issue(ds), rogue.certificate()};
       trial.renew();
     }},
    {"PRX-12 no anchor", Reason::UNTRUSTED_ISSUER, [](MdocTrial& trial) { trial.input.anchors = {}; }},
    {"PRX-12 no x5chain", Reason::UNTRUSTED_ISSUER,
     [](MdocTrial& trial) { trial.edit_issuer_auth([](CborTree& auth) { auth.at(1).erase(33); }); }},
    {"PRX-12 x5chain only in the protected header", Reason::UNTRUSTED_ISSUER,
     [](MdocTrial& trial) {
       trial.edit_issuer_auth([](CborTree& auth) {
         const CborTree chain = auth.at(1)[33];
         auth.at(1).erase(33);
         auth.at(0).inside_bytes([&](CborTree& header) { header.set(33, chain); });
       });
     }},
    {"PRX-13 alg only unprotected", Reason::COSE_ALGORITHM,
     [](MdocTrial& trial) {
       trial.edit_issuer_auth([](CborTree& auth) {
         auth.at(1).set(1, CborTree::parse(Bytes{0x26}));
         auth.at(0) = CborTree::bstr({});
       });
     }},
    {"PRX-13 alg of another curve", Reason::COSE_ALGORITHM,
     [](MdocTrial& trial) {
       trial.edit_issuer_auth([](CborTree& auth) {
         auth.at(0).inside_bytes([](CborTree& header) { header.set(1, CborTree::parse(Bytes{0x38, 0x22})); });
       });
     }},
    {"PRX-13 crit", Reason::COSE_CRITICAL,
     [](MdocTrial& trial) {
       trial.edit_issuer_auth([](CborTree& auth) {
         auth.at(0).inside_bytes([](CborTree& header) { header.set(2, CborTree::parse(Bytes{0x81, 0x18, 0x63})); });
       });
     }},
    {"PRX-13 s = 0", Reason::ISSUER_SIGNATURE,
     [](MdocTrial& trial) {
       trial.edit_issuer_auth([](CborTree& auth) { std::fill(auth.at(3).bytes.begin() + 32, auth.at(3).bytes.end(), uint8_t{0}); });
     }},
    {"PRX-13 r over n", Reason::ISSUER_SIGNATURE,
     [](MdocTrial& trial) {
       trial.edit_issuer_auth([](CborTree& auth) { std::fill(auth.at(3).bytes.begin(), auth.at(3).bytes.begin() + 32, uint8_t{0xFF}); });
     }},
    {"PRX-13 63 bytes", Reason::ISSUER_SIGNATURE,
     [](MdocTrial& trial) { trial.edit_issuer_auth([](CborTree& auth) { auth.at(3).bytes.pop_back(); }); }},
    {"PRX-13 65 bytes", Reason::ISSUER_SIGNATURE,
     [](MdocTrial& trial) { trial.edit_issuer_auth([](CborTree& auth) { auth.at(3).bytes.push_back(0); }); }},
    {"PRX-13 DER instead of raw", Reason::ISSUER_SIGNATURE,
     [](MdocTrial& trial) {
       trial.edit_issuer_auth([](CborTree& auth) { auth.at(3).bytes = *crypto::ecdsa_raw_to_der(auth.at(3).bytes); });
     }},
    {"PRX-13 a MSO changed", Reason::ISSUER_SIGNATURE,
     [](MdocTrial& trial) {
       trial.edit_issuer_auth([](CborTree& auth) {
         CborTree mso = CborTree::parse(auth.at(2).bytes);
         mso.inside([](CborTree& content) { content["validityInfo"]["validUntil"].content() = CborTree::text("2099-01-01T00:00:00Z"); });
         auth.at(2).bytes = mso.encode();
       });
     }},
    {"PRX-14 detached MSO", Reason::MSO_MALFORMED,
     [](MdocTrial& trial) { trial.edit_issuer_auth([](CborTree& auth) { auth.at(2) = CborTree::null(); }); }},
    {"PRX-14 MSO without tag 24", Reason::MSO_MALFORMED,
     [](MdocTrial& trial) {
       trial.edit_issuer_auth([](CborTree& auth) { auth.at(2).bytes = CborTree::parse(auth.at(2).bytes).content().bytes; });
     }},
    {"PRX-14 bytes behind the MSO", Reason::MSO_MALFORMED,
     [](MdocTrial& trial) { trial.edit_issuer_auth([](CborTree& auth) { auth.at(2).bytes.push_back(0); }); }},
    {"PRX-14 bytes behind the response", Reason::MALFORMED, [](MdocTrial& trial) { trial.bytes.push_back(0); }},
    {"PRX-14 MSO version 2", Reason::MSO_MALFORMED,
     [](MdocTrial& trial) { trial.edit_mso([](CborTree& mso) { mso.set("version", CborTree::text("2.0")); }); }},
    {"PRX-14 digest algorithm unknown", Reason::MSO_MALFORMED,
     [](MdocTrial& trial) { trial.edit_mso([](CborTree& mso) { mso.set("digestAlgorithm", CborTree::text("SHA-1")); }); }},
    {"PRX-15 both signature and MAC", Reason::DEVICE_AUTH_METHOD,
     [](MdocTrial& trial) {
       const Bytes issued = trial.world.issue();
       trial.bytes = trial.world.response(issued);
       CborTree mac = CborTree::parse(trial.world.document_by_mac(issued));
       trial.edit_device_auth([&](CborTree& auth) { auth.set("deviceMac", mac["deviceSigned"]["deviceAuth"]["deviceMac"]); });
     }},
    {"PRX-15 neither", Reason::DEVICE_AUTH_METHOD,
     [](MdocTrial& trial) { trial.edit_device_auth([](CborTree& auth) { auth.erase("deviceSignature"); }); }},
    {"PRX-16 MAC for another reader", Reason::DEVICE_MAC_MISMATCH,
     [](MdocTrial& trial) {
       static const auto other = test_signer();
       trial.bytes = encode_device_response({trial.world.document_by_mac(trial.world.issue())});
       trial.input.reader_key = &other->key();
     }},
    {"PRX-16 MAC of zeros", Reason::DEVICE_MAC_MISMATCH,
     [](MdocTrial& trial) {
       trial.bytes = encode_device_response({trial.world.document_by_mac(trial.world.issue())});
       trial.edit_device_auth([](CborTree& auth) { auth["deviceMac"].at(3).bytes = Bytes(32); });
     }},
    {"PRX-16 short MAC", Reason::DEVICE_MAC_MISMATCH,
     [](MdocTrial& trial) {
       trial.bytes = encode_device_response({trial.world.document_by_mac(trial.world.issue())});
       trial.edit_device_auth([](CborTree& auth) { auth["deviceMac"].at(3).bytes.resize(8); });
     }},
    {"PRX-16 MAC where none was offered", Reason::DEVICE_AUTH_METHOD,
     [](MdocTrial& trial) {
       trial.bytes = encode_device_response({trial.world.document_by_mac(trial.world.issue())});
       trial.input.allow_mac = false;
     }},
    {"PRX-16 MAC and no reader key", Reason::DEVICE_AUTH_METHOD,
     [](MdocTrial& trial) {
       trial.bytes = encode_device_response({trial.world.document_by_mac(trial.world.issue())});
       trial.input.reader_key = nullptr;
     }},
    {"PRX-16 signature where only a MAC was offered", Reason::DEVICE_AUTH_METHOD,
     [](MdocTrial& trial) { trial.input.allow_signature = false; }},
    {"PRX-16 deviceMac of another algorithm", Reason::COSE_ALGORITHM,
     [](MdocTrial& trial) {
       trial.bytes = encode_device_response({trial.world.document_by_mac(trial.world.issue())});
       trial.edit_device_auth([](CborTree& auth) {
         auth["deviceMac"].at(0).inside_bytes([](CborTree& header) { header.set(1, CborTree::uint(6)); });
       });
     }},
    {"PRX-17 device-signed element not authorised", Reason::KEY_NOT_AUTHORIZED,
     [](MdocTrial& trial) {
       const Bytes issued = trial.world.issue();
       PresentInput present_input{issued, MdocWorld::elements(), trial.world.transcript};
       present_input.signer = trial.world.device.get();
       present_input.device_elements = {{std::string{kJapan}, "full_name_unicode", text_value("別人")}};
       trial.bytes = encode_device_response({*present(present_input)});
     }},
    {"status: withdrawn", Reason::DOCUMENT_WITHDRAWN,
     [](MdocTrial& trial) {
       auto input = trial.world.issue_input();
       input.status = StatusReference{5, "http://authority.localhost/status/lists/1"};
       trial.respond(trial.world.issue(input));
       trial.input.status = [](const StatusReference& reference, const x509::Certificate&) -> Result<void> {
         if (reference.index == 5) return Error{Reason::DOCUMENT_WITHDRAWN, ""};
         return {};
       };
     }},
    {"status: named, nobody to ask", Reason::STATUS_UNAVAILABLE,
     [](MdocTrial& trial) {
       auto input = trial.world.issue_input();
       input.status = StatusReference{5, "http://authority.localhost/status/lists/1"};
       trial.respond(trial.world.issue(input));
     }},
    {"status: a mechanism we do not know", Reason::MSO_MALFORMED,
     [](MdocTrial& trial) {
       trial.edit_mso([](CborTree& mso) { mso.set("status", CborTree::parse(Bytes{0xA1, 0x61, 'x', 0xA0})); });
     }},
    {"query: an element is missing", Reason::QUERY_NOT_SATISFIED,
     [](MdocTrial& trial) { trial.input.requested[0].elements.push_back({std::string{kMncNameSpace}, "sex", false}); }},
    {"query: more than was asked", Reason::QUERY_NOT_SATISFIED,
     [](MdocTrial& trial) { trial.input.requested[0].elements.pop_back(); }},
    {"query: a document is missing", Reason::QUERY_NOT_SATISFIED,
     [](MdocTrial& trial) { trial.input.requested.push_back({"org.iso.18013.5.1.mDL", {}}); }},
    {"query: an error status", Reason::QUERY_NOT_SATISFIED,
     [](MdocTrial& trial) { trial.edit([](CborTree& tree) { tree.set("status", CborTree::uint(kStatusGeneralError)); }); }},
    {"query: nothing shown", Reason::QUERY_NOT_SATISFIED, [](MdocTrial& trial) { trial.bytes = encode_device_response({}); }},
    {"ONL-2 used before", Reason::REPLAY,
     [](MdocTrial& trial) { trial.input.consume = []() -> Result<void> { return Error{Reason::REPLAY, ""}; }; }},
};

}  // namespace

std::span<const MdocCase> mdoc_corpus() { return kCases; }

}  // namespace mitome::testing
