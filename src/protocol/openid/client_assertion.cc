#include "protocol/openid/client_assertion.h"

#include "codec/base64url/base64url.h"
#include "codec/json/json.h"
#include "credential/jose/jws.h"

namespace mitome::openid {

Result<std::string> client_assertion(std::string_view client_id, std::string_view issuer, Instant now,
                                     crypto::Random& random, crypto::Signer& key) {
  const auto claims = json::Value::object({{"iss", client_id},
                                           {"sub", client_id},
                                           {"aud", issuer},
                                           {"jti", base64url::encode(random.bytes(16))},
                                           {"iat", to_unix(now)},
                                           {"exp", to_unix(now + kAssertionLife)}});
  return jose::sign("JWT", as_bytes(claims.dump()), key);
}

}  // namespace mitome::openid
