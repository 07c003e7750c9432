// What the first card, the next one and an update of one are made of.
#pragma once

#include "issuer/issuer.h"

namespace mitome::issuer {

/// RSA-2048 from base64url; BAD_KEY.
Result<Bytes> rsa_key_at(const json::Value& body, std::string_view name);
/// EF 0001 to 0005 of the text application, base64url.
Result<json::Value> text_files(const registry::PersonFacts& facts, TextSigner& text);

}  // namespace mitome::issuer
