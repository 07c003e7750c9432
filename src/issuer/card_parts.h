// What the first card, the next one and an update of one are made of.
#pragma once

#include "issuer/issuer.h"

namespace mitome::issuer {

/// RSA-2048 from base64url; BAD_KEY.
Result<Bytes> rsa_key_at(const json::Value& body, std::string_view name);
/// What a card's holder reads off its face, and what is drawn into the chip.
struct CardFace {
  Date expiry{};
  std::string security_code;  ///< four digits
};
/// EF 0001 to 0005 of the surface application, base64url. MALFORMED or LIMIT_EXCEEDED for a portrait that is no PNG or JPEG of a
/// reasonable size.
Result<json::Value> surface_files(const registry::PersonFacts& facts, const CardFace& face, FileSigner& surface);
/// EF 0001 to 0005 of the text application, base64url.
Result<json::Value> text_files(const registry::PersonFacts& facts, FileSigner& text);

}  // namespace mitome::issuer
