// What a service needs of the gate: who somebody is, and what they signed. The service meets the gate only through
// this; a
// test stands in for it.
#pragma once

#include <string>
#include <vector>

#include "codec/json/json.h"
#include "crypto/hash.h"
#include "verifier/jpki_verify.h"

namespace mitome::services {

/// Where the browser goes next, and what is kept here until it comes back (state, nonce, PKCE verifier: the gate's
/// own affair).
struct Departure {
  std::string url;
  std::string ticket;
  std::string state;  ///< with which the browser comes back
};

/// Somebody whom the gate has just recognised.
struct Arrival {
  std::string subject;  ///< pairwise: another service knows the same person by another one (threats SVC-6)
  std::string holder;   ///< "phone" or "card": what was used
  json::Value claims;   ///< of the scopes that were asked for and agreed to
};

struct SignOrder {
  std::string name;  ///< of the document, as the wallet shows it
  crypto::Sha256Digest sha256;
  std::string purpose, purpose_ja;
};

/// A signature over the message by a certificate that the gate verified.
struct SignedOrder {
  Bytes certificate, signature;  ///< DER; RSA PKCS #1 v1.5 with SHA-256
  std::string subject;           ///< pairwise, of the signing certificate's holder: the same as at a login
  std::string holder;
  verifier::FourItems signer;
};

/// A holder's wish to be forgotten, of which the gate is sure.
struct ForgetWish {
  std::string subject;  ///< as in Arrival
  std::string id;       ///< used once
  Instant expires;
};

class Gate {
 public:
  virtual ~Gate() = default;
  /// Beside "openid".
  virtual Result<Departure> begin_login(const std::vector<std::string>& scopes) = 0;
  /// Of the query with which the browser came back. CONSENT_DECLINED, or whatever the gate found.
  virtual Result<Arrival> finish_login(std::string_view ticket, std::string_view query) = 0;
  virtual Result<Departure> begin_signature(const SignOrder& order) = 0;
  /// Who asks to be forgotten, by the token that the gate made for the holder's phone.
  virtual Result<ForgetWish> read_forget_token(std::string_view token) = 0;
  /// Once. BAD_SIGNATURE unless it is over exactly this message.
  virtual Result<SignedOrder> finish_signature(std::string_view ticket, std::string_view query, ByteView message) = 0;
};

}  // namespace mitome::services
