#include "testing/software_authenticator.h"

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "codec/json/json.h"

namespace mitome::testing {

SoftwareAuthenticator::SoftwareAuthenticator(const webauthn::RelyingParty& party, const SoftwareAuthenticator& same)
    : key(crypto::PrivateKey::from_pkcs8(same.key.pkcs8().reveal()).value()), id(same.id), rp_id(party.id),
      origin(party.origin), count(same.count) {}

Bytes SoftwareAuthenticator::client_data(std::string_view right_type, ByteView challenge) const {
  const auto data = json::Value::object({{"type", type.empty() ? std::string{right_type} : type},
                                         {"challenge", base64url::encode(challenge)},
                                         {"origin", origin},
                                         {"crossOrigin", cross_origin}});
  return to_bytes(std::string_view{data.dump()});
}

Bytes SoftwareAuthenticator::authenticator_data(bool creating) const {
  const bool with_key = creating && attested, with_extensions = creating && extensions;
  Bytes out = to_bytes(ByteView{crypto::sha256(as_bytes(rp_id))});
  out.push_back(static_cast<uint8_t>(flags | (with_key ? 0x40 : 0) | (with_extensions ? 0x80 : 0)));
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<uint8_t>(count >> shift));
  if (with_key) {
    append(out, Bytes(16, 0));
    out.push_back(static_cast<uint8_t>(id.size() >> 8));
    out.push_back(static_cast<uint8_t>(id.size()));
    append(out, id);
    const Bytes point = key.public_key().point();
    Bytes y(point.begin() + 33, point.end());
    if (off_curve) y.back() ^= 1;
    append(out, cbor::Writer{}.map(5).uint(1).uint(2).uint(3).integer(algorithm).integer(-1).uint(1)
                    .integer(-2).bytes(ByteView{point}.subspan(1, 32)).integer(-3).bytes(y).take());
  }
  if (with_extensions) append(out, cbor::Writer{}.map(1).text("credProtect").uint(2).take());
  out.resize(out.size() - cut);
  return out;
}

Bytes SoftwareAuthenticator::sign(ByteView authenticator_data, ByteView client_data) const {
  const Bytes message = concat({authenticator_data, crypto::sha256(client_data)});
  Bytes raw = key.sign(crypto::SignatureAlgorithm::kEcdsaSha256, message).value();
  if (spoil_signature) raw[40] ^= 1;
  return crypto::ecdsa_raw_to_der(raw).value();
}

webauthn::Registration SoftwareAuthenticator::create(ByteView challenge) const {
  webauthn::Registration out;
  out.client_data = client_data("webauthn.create", challenge);
  const Bytes data = authenticator_data(true);
  cbor::Writer object;
  object.map(3).text("fmt").text(format).text("attStmt");
  if (format == "packed") {
    object.map(x5c ? 3 : 2).text("alg").integer(statement_algorithm).text("sig").bytes(sign(data, out.client_data));
    if (x5c) object.text("x5c").array(0);
  } else if (statement_in_none) {
    object.map(1).text("sig").bytes(Bytes{1});
  } else {
    object.map(0);
  }
  object.text("authData").bytes(data);
  out.attestation_object = object.take();
  return out;
}

webauthn::Assertion SoftwareAuthenticator::get(ByteView challenge) {
  if (counts) ++count;
  webauthn::Assertion out;
  out.credential = id;
  out.client_data = client_data("webauthn.get", challenge);
  out.authenticator_data = authenticator_data(false);
  out.signature = sign(out.authenticator_data, out.client_data);
  return out;
}

}  // namespace mitome::testing
