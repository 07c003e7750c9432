#include "issuer/evidence.h"

#include "codec/cbor/writer.h"
#include "protocol/jpki/identifiers.h"

namespace mitome::issuer {
namespace {

Result<Bytes> bytes_at(const cbor::Value& map, std::string_view key) {
  TRY_ASSIGN(const cbor::Value value, map.get(key));
  TRY_ASSIGN(const ByteView bytes, value.as_bytes());
  return to_bytes(bytes);
}

Result<std::string> text_at(const cbor::Value& map, std::string_view key) {
  TRY_ASSIGN(const cbor::Value value, map.get(key));
  TRY_ASSIGN(const std::string_view text, value.as_text());
  return std::string{text};
}

Result<crypto::PublicKey> key_at(const cbor::Value& map, std::string_view key, crypto::KeyType type) {
  TRY_ASSIGN(const Bytes spki, bytes_at(map, key));
  TRY_ASSIGN(crypto::PublicKey parsed, crypto::PublicKey::from_spki(spki));
  if (parsed.type() != type) return Error{Reason::BAD_KEY, "the key " + std::string{key} + " is of another type"};
  if (type == crypto::KeyType::kRsa && parsed.modulus_size() != 256) return Error{Reason::BAD_KEY, "not RSA-2048"};
  return parsed;
}

Result<PhoneKeys> parse_keys(ByteView bytes) {
  TRY_ASSIGN(const cbor::Document document, cbor::Document::parse(bytes));
  const cbor::Value map = document.root();
  TRY_ASSIGN(crypto::PublicKey instance, key_at(map, "instance", crypto::KeyType::kP256));
  TRY_ASSIGN(crypto::PublicKey auth, key_at(map, "auth", crypto::KeyType::kRsa));
  TRY_ASSIGN(crypto::PublicKey sign, key_at(map, "sign", crypto::KeyType::kRsa));
  TRY_ASSIGN(const cbor::Value array, map.get("mdoc"));
  TRY_ASSIGN(auto mdoc, parse_device_keys(array));
  if (auth == sign) return Error{Reason::BAD_KEY, "one key for two purposes"};
  return PhoneKeys{std::move(instance), std::move(auth), std::move(sign), std::move(mdoc)};
}

Result<jpki::TextFiles> parse_text_files(const cbor::Value& card) {
  TRY_ASSIGN(const cbor::Value array, card.get("text"));
  if (!array.is(cbor::Type::kArray) || array.size() != 4) return Error{Reason::MALFORMED, "not four text files"};
  std::vector<Bytes> files;
  for (size_t i = 0; i < 4; ++i) {
    TRY_ASSIGN(const cbor::Value value, array.at(i));
    TRY_ASSIGN(const ByteView file, value.as_bytes());
    files.push_back(to_bytes(file));
  }
  return jpki::TextFiles{std::move(files[0]), std::move(files[1]), std::move(files[2]), std::move(files[3])};
}

Error attestation_error(std::string detail) { return {Reason::ATTESTATION_INVALID, std::move(detail)}; }

/// The three parts as received.
struct AttestationParts {
  Bytes payload, signature, certificate;
};

Result<AttestationParts> split_attestation(ByteView bytes) {
  TRY_ASSIGN(const cbor::Document document, cbor::Document::parse(bytes));
  const cbor::Value array = document.root();
  if (!array.is(cbor::Type::kArray) || array.size() != 3) return attestation_error("not three parts");
  std::vector<Bytes> parts;
  for (size_t i = 0; i < 3; ++i) {
    TRY_ASSIGN(const cbor::Value value, array.at(i));
    TRY_ASSIGN(const ByteView part, value.as_bytes());
    parts.push_back(to_bytes(part));
  }
  return AttestationParts{std::move(parts[0]), std::move(parts[1]), std::move(parts[2])};
}

Result<Attested> judge_payload(const Bytes& payload, ByteView challenge, const crypto::Sha256Digest& keys) {
  TRY_ASSIGN(const cbor::Document document, cbor::Document::parse(payload));
  const cbor::Value map = document.root();
  TRY_ASSIGN(const Bytes seen_challenge, bytes_at(map, "challenge"));
  TRY_ASSIGN(const Bytes seen_keys, bytes_at(map, "keys"));
  TRY_ASSIGN(const std::string level, text_at(map, "level"));
  TRY_ASSIGN(const std::string boot, text_at(map, "boot"));
  TRY_ASSIGN(const std::string app, text_at(map, "app"));
  TRY_ASSIGN(const std::string token, text_at(map, "token"));
  TRY_ASSIGN(const std::string biometrics, text_at(map, "biometrics"));
  if (!equal(seen_challenge, challenge)) return attestation_error("made for another challenge");
  if (!equal(seen_keys, keys)) return attestation_error("made for other keys");
  if (level != "secure-element") return attestation_error("the keys are not in a secure element");
  if (boot != "verified") return attestation_error("the phone's boot is not verified");
  if (app != "mitome") return attestation_error("another app");
  if (token != jpki::kPhoneLabel && token != jpki::kAndroidLabel) return attestation_error("not a phone's card application");
  if (biometrics != "face" && biometrics != "finger")
    return Error{Reason::BIOMETRICS_NOT_SET_UP, "attested: " + biometrics};
  return Attested{biometrics, token == jpki::kPhoneLabel};
}

}  // namespace

Result<std::vector<crypto::PublicKey>> parse_device_keys(const cbor::Value& array) {
  if (!array.is(cbor::Type::kArray)) return Error{Reason::MALFORMED, "device keys are not an array"};
  if (array.size() > kMaxBatch) return Error{Reason::LIMIT_EXCEEDED, "more than 32 device keys"};
  std::vector<crypto::PublicKey> keys;
  for (size_t i = 0; i < array.size(); ++i) {
    TRY_ASSIGN(const cbor::Value value, array.at(i));
    TRY_ASSIGN(const ByteView spki, value.as_bytes());
    TRY_ASSIGN(crypto::PublicKey key, crypto::PublicKey::from_spki(spki));
    if (key.type() != crypto::KeyType::kP256) return Error{Reason::BAD_KEY, "a device key is not on P-256"};
    for (const crypto::PublicKey& other : keys)
      if (other == key) return Error{Reason::BAD_KEY, "the same device key twice"};
    keys.push_back(std::move(key));
  }
  return keys;
}

Result<Evidence> parse_evidence(ByteView body) {
  if (body.size() > kMaxEvidenceSize) return Error{Reason::LIMIT_EXCEEDED, "evidence over 256 KiB"};
  TRY_ASSIGN(const cbor::Document document, cbor::Document::parse(body));
  const cbor::Value map = document.root();
  TRY_ASSIGN(std::string session, text_at(map, "session"));
  TRY_ASSIGN(Bytes keys_bytes, bytes_at(map, "keys"));
  TRY_ASSIGN(PhoneKeys keys, parse_keys(keys_bytes));
  TRY_ASSIGN(const cbor::Value card, map.get("card"));
  TRY_ASSIGN(Bytes sign_certificate, bytes_at(card, "sign_cert"));
  TRY_ASSIGN(Bytes auth_certificate, bytes_at(card, "auth_cert"));
  TRY_ASSIGN(jpki::TextFiles text, parse_text_files(card));
  TRY_ASSIGN(Bytes signature, bytes_at(map, "signature"));
  TRY_ASSIGN(Bytes attestation, bytes_at(map, "attestation"));
  return Evidence{std::move(session),          std::move(keys_bytes), std::move(keys),      std::move(sign_certificate),
                  std::move(auth_certificate), std::move(text),       std::move(signature), std::move(attestation)};
}

Bytes enrolment_message(ByteView nonce, ByteView keys_bytes) {
  cbor::Writer message;
  message.array(3).text("mitome-enrol-1").bytes(nonce).bytes(crypto::sha256(keys_bytes));
  return message.take();
}

Bytes key_list(const std::vector<ByteView>& spkis) {
  cbor::Writer list;
  list.array(spkis.size());
  for (ByteView spki : spkis) list.bytes(spki);
  return list.take();
}

Result<Attested> verify_attestation(ByteView attestation, ByteView challenge, const crypto::Sha256Digest& keys,
                                    const std::vector<x509::Certificate>& makers, Instant now) {
  TRY_ASSIGN(const AttestationParts parts, split_attestation(attestation));
  const auto certificate = x509::Certificate::parse(parts.certificate);
  if (!certificate) return attestation_error("its certificate cannot be read");
  if (!x509::find_issuer(*certificate, makers)) return attestation_error("no known maker");
  if (!certificate->valid_at(now)) return attestation_error("its certificate is not valid now");
  if (certificate->public_key().type() != crypto::KeyType::kP256 ||
      !certificate->public_key().verify(crypto::SignatureAlgorithm::kEcdsaSha256, parts.payload, parts.signature))
    return attestation_error("its signature does not verify");
  return judge_payload(parts.payload, challenge, keys);
}

Result<void> check_batch(const Attested& phone, const std::vector<crypto::PublicKey>& device_keys) {
  if (phone.keeps_mdocs && device_keys.empty()) return Error{Reason::MALFORMED, "no device keys"};
  if (!phone.keeps_mdocs && !device_keys.empty()) return Error{Reason::MALFORMED, "device keys of a phone that keeps no mdoc"};
  return {};
}

}  // namespace mitome::issuer
