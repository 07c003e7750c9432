#include "protocol/webauthn/webauthn.h"

#include <optional>

#include "codec/base64url/base64url.h"
#include "codec/cbor/reader.h"
#include "codec/cbor/writer.h"
#include "codec/json/json.h"

namespace mitome::webauthn {
namespace {

// Flags of authenticator data (6.1).
constexpr uint8_t kUserPresent = 0x01, kUserVerified = 0x04, kBackupEligible = 0x08, kBackedUp = 0x10, kAttested = 0x40,
                  kExtensions = 0x80;
constexpr size_t kRpIdHash = 32, kHead = 37, kAaguid = 16;

struct AuthenticatorData {
  ByteView rp_id_hash;
  uint8_t flags = 0;
  uint32_t sign_count = 0;
  ByteView rest;  ///< attested credential data and extensions
};

uint32_t number(ByteView bytes) {
  uint32_t out = 0;
  for (const uint8_t byte : bytes) out = (out << 8) | byte;
  return out;
}

Result<AuthenticatorData> parse_authenticator_data(ByteView bytes) {
  if (bytes.size() > kMaxAuthenticatorData) return Error{Reason::LIMIT_EXCEEDED, "authenticator data"};
  if (bytes.size() < kHead) return Error{Reason::MALFORMED, "authenticator data is too short"};
  AuthenticatorData data;
  data.rp_id_hash = bytes.first(kRpIdHash);
  data.flags = bytes[kRpIdHash];
  data.sign_count = number(bytes.subspan(kRpIdHash + 1, 4));
  data.rest = bytes.subspan(kHead);
  const bool more = (data.flags & (kAttested | kExtensions)) != 0;
  if (more == data.rest.empty()) return Error{Reason::MALFORMED, "authenticator data does not have what its flags say"};
  return data;
}

Result<json::Value> parse_client_data(ByteView bytes) {
  if (bytes.size() > kMaxClientData) return Error{Reason::LIMIT_EXCEEDED, "clientDataJSON"};
  return json::parse(as_text(bytes));
}

/// 7.1 steps 7 to 10, 7.2 steps 11 to 14.
Result<void> check_client_data(ByteView bytes, std::string_view type, const RelyingParty& party, ByteView challenge) {
  TRY_ASSIGN(const json::Value data, parse_client_data(bytes));
  TRY_ASSIGN(const std::string named, data.string_at("type"));
  if (named != type) return Error{Reason::WEBAUTHN_TYPE, "not " + std::string{type}};
  TRY_ASSIGN(const Bytes answered, data.base64url_at("challenge"));
  if (!equal(answered, challenge)) return Error{Reason::NONCE_MISMATCH, "clientDataJSON.challenge"};
  TRY_ASSIGN(const std::string origin, data.string_at("origin"));
  if (origin != party.origin) return Error{Reason::WEBAUTHN_ORIGIN, "made at another origin"};
  const json::Value* crossed = data.find("crossOrigin");
  if (crossed != nullptr) {
    TRY_ASSIGN(const bool cross_origin, crossed->as_bool());
    if (cross_origin) return Error{Reason::WEBAUTHN_ORIGIN, "made inside another site's page"};
  }
  return {};
}

/// 7.1 steps 13 to 17, 7.2 steps 15 to 19.
Result<void> check_authenticator_data(const AuthenticatorData& data, const RelyingParty& party) {
  if (!equal(data.rp_id_hash, crypto::sha256(as_bytes(party.id)))) return Error{Reason::WEBAUTHN_RP_ID, ""};
  if ((data.flags & kUserPresent) == 0) return Error{Reason::WEBAUTHN_USER_PRESENCE, ""};
  if ((data.flags & kUserVerified) == 0) return Error{Reason::WEBAUTHN_USER_VERIFICATION, ""};
  if ((data.flags & kBackedUp) != 0 && (data.flags & kBackupEligible) == 0)
    return Error{Reason::MALFORMED, "backed up, but not eligible for it"};
  return {};
}

Bytes signed_bytes(ByteView authenticator_data, ByteView client_data) {
  return concat({authenticator_data, crypto::sha256(client_data)});
}

Result<void> check_signature(const crypto::PublicKey& key, ByteView message, ByteView der) {
  const auto raw = crypto::ecdsa_der_to_raw(der, crypto::coordinate_size(key.type()));
  if (!raw.has_value() || !key.verify(crypto::SignatureAlgorithm::kEcdsaSha256, message, *raw))
    return Error{Reason::BAD_SIGNATURE, "the authenticator's"};
  return {};
}

/// Attested credential data (6.5.1). One CBOR item follows the id, and a second one when there are extensions.
Result<Credential> read_credential(const AuthenticatorData& data) {
  if ((data.flags & kAttested) == 0) return Error{Reason::MALFORMED, "no attested credential data"};
  ByteView rest = data.rest;
  if (rest.size() < kAaguid + 2) return Error{Reason::MALFORMED, "attested credential data is too short"};
  const size_t id_size = number(rest.subspan(kAaguid, 2));
  rest = rest.subspan(kAaguid + 2);
  if (id_size == 0 || id_size > kMaxCredentialId) return Error{Reason::LIMIT_EXCEEDED, "credential id"};
  if (rest.size() < id_size) return Error{Reason::MALFORMED, "attested credential data is too short"};
  const ByteView id = rest.first(id_size);
  const bool extensions = (data.flags & kExtensions) != 0;
  const Bytes items = cbor::Writer{}.array(extensions ? 2 : 1).raw(rest.subspan(id_size)).take();
  TRY_ASSIGN(const auto document, cbor::Document::parse(items));
  TRY_ASSIGN(const cbor::Value key_item, document.root().at(0));
  TRY_ASSIGN(const cbor::Value algorithm_item, key_item.get(int64_t{3}));  // alg (RFC 9052 7.1)
  TRY_ASSIGN(const int64_t algorithm, algorithm_item.as_int());
  if (algorithm != kAlgorithm) return Error{Reason::WEBAUTHN_ALGORITHM, "COSE " + std::to_string(algorithm)};
  TRY_ASSIGN(crypto::PublicKey key, cose::read_key(key_item));
  if (key.type() != crypto::KeyType::kP256) return Error{Reason::BAD_KEY, "not on P-256"};
  return Credential{to_bytes(id), std::move(key), data.sign_count};
}

/// "packed" without a certificate: by the credential's own key (8.2).
Result<void> check_self_attestation(const cbor::Value& statement, const crypto::PublicKey& key, ByteView message) {
  if (statement.size() != 2) return Error{Reason::WEBAUTHN_ATTESTATION, "packed, but not by the credential's own key"};
  TRY_ASSIGN(const cbor::Value algorithm_item, statement.get("alg"));
  TRY_ASSIGN(const int64_t algorithm, algorithm_item.as_int());
  if (algorithm != kAlgorithm) return Error{Reason::WEBAUTHN_ALGORITHM, "of the attestation"};
  TRY_ASSIGN(const cbor::Value signature_item, statement.get("sig"));
  TRY_ASSIGN(const ByteView signature, signature_item.as_bytes());
  return check_signature(key, message, signature);
}

}  // namespace

Result<Credential> verify_registration(const Registration& registration, const RelyingParty& party, ByteView challenge) {
  TRY(check_client_data(registration.client_data, "webauthn.create", party, challenge));
  TRY_ASSIGN(const auto document, cbor::Document::parse(registration.attestation_object));
  TRY_ASSIGN(const cbor::Value data_item, document.root().get("authData"));
  TRY_ASSIGN(const ByteView data_bytes, data_item.as_bytes());
  TRY_ASSIGN(const AuthenticatorData data, parse_authenticator_data(data_bytes));
  TRY(check_authenticator_data(data, party));
  TRY_ASSIGN(Credential credential, read_credential(data));
  TRY_ASSIGN(const cbor::Value format_item, document.root().get("fmt"));
  TRY_ASSIGN(const std::string_view format, format_item.as_text());
  TRY_ASSIGN(const cbor::Value statement, document.root().get("attStmt"));
  if (!statement.is(cbor::Type::kMap)) return Error{Reason::MALFORMED, "attStmt"};
  if (format == "none") {
    if (statement.size() != 0) return Error{Reason::WEBAUTHN_ATTESTATION, "none, but with a statement"};
  } else if (format == "packed") {
    TRY(check_self_attestation(statement, credential.key, signed_bytes(data_bytes, registration.client_data)));
  } else {
    return Error{Reason::WEBAUTHN_ATTESTATION, "another format than none and packed"};
  }
  return credential;
}

Result<uint32_t> verify_assertion(const Assertion& assertion, const Credential& credential, const RelyingParty& party,
                                  ByteView challenge) {
  TRY(check_client_data(assertion.client_data, "webauthn.get", party, challenge));
  TRY_ASSIGN(const AuthenticatorData data, parse_authenticator_data(assertion.authenticator_data));
  TRY(check_authenticator_data(data, party));
  TRY(check_signature(credential.key, signed_bytes(assertion.authenticator_data, assertion.client_data),
                      assertion.signature));
  // Step 22: authenticators that count must count on; many keep it at zero for good.
  const bool counts = data.sign_count != 0 || credential.sign_count != 0;
  if (counts && data.sign_count <= credential.sign_count) return Error{Reason::WEBAUTHN_COUNTER, ""};
  return data.sign_count;
}

Result<Bytes> challenge_in(ByteView client_data) {
  TRY_ASSIGN(const json::Value data, parse_client_data(client_data));
  return data.base64url_at("challenge");
}

}  // namespace mitome::webauthn
