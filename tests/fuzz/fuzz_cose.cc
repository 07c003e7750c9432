#include "credential/cose/cose.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  const auto sign1 = cose::CoseSign1::parse(input);
  check_refusal(sign1);
  if (sign1) CHECK(sign1->headers.x5chain.size() <= cose::kMaxChain);
  const auto mac0 = cose::CoseMac0::parse(input);
  check_refusal(mac0);
  if (mac0)
    CHECK(!cose::verify(*mac0, crypto::SecretBytes{Bytes(32, 1)}, mac0->payload ? std::nullopt : std::optional{input}));
  const auto key = cose::parse_key(input);
  check_refusal(key);
  if (key) CHECK(cose::parse_key(cose::encode_key(*key)).value() == *key);
}
