// How a phone says who it is (docs/endpoints.md, "Who is calling"). The phone signs, the authority verifies: one file.
#pragma once

#include <string>

#include "crypto/key.h"
#include "crypto/signer.h"
#include "protocol/http/http.h"

namespace mitome::http {

struct PhoneCall {
  std::string phone;
  int64_t version = 0;          ///< the state version that the phone knows
  std::string idempotency_key;  ///< 32 lower-case hex digits
};

/// What is signed: deterministic CBOR ["mitome-phone-1", method, authority, target, SHA-256(body), version, key].
Bytes phone_signature_input(const Request& request, const PhoneCall& call);

/// Adds the four headers, signed with the phone's instance key (P-256).
Result<void> sign_phone_request(Request& request, const PhoneCall& call, crypto::Signer& signer);

/// Reads the headers; FORBIDDEN when one is missing or malformed. Nothing is verified yet.
Result<PhoneCall> read_phone_call(const Request& request);

/// BAD_SIGNATURE unless the instance key signed exactly this request.
Result<void> verify_phone_request(const Request& request, const PhoneCall& call, const crypto::PublicKey& instance_key);

}  // namespace mitome::http
