#include "protocol/openid/pkce.h"

#include <algorithm>

#include "codec/base64url/base64url.h"
#include "crypto/hash.h"

namespace mitome::openid {

std::string code_verifier(crypto::Random& random) { return base64url::encode(random.bytes(32)); }

std::string code_challenge(std::string_view verifier) { return base64url::encode(crypto::sha256(as_bytes(verifier))); }

bool is_code_verifier(std::string_view text) {
  static constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  return text.size() >= 43 && text.size() <= 128 && text.find_first_not_of(kUnreserved) == text.npos;
}

bool is_code_challenge(std::string_view text) {
  const auto bytes = base64url::decode(text);
  return bytes && bytes->size() == 32;
}

}  // namespace mitome::openid
