// base64, PEM and hex: what is accepted in the strict forms is what would be written.
#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "codec/pem/pem.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  const std::string_view text = as_text(input);
  if (const auto bytes = base64url::decode(text)) CHECK(base64url::encode(*bytes) == text);
  if (const auto bytes = base64url::decode_standard(text))
    CHECK(base64url::decode_standard(base64url::encode_standard(*bytes)).value() == *bytes);
  if (const auto bytes = from_hex(text)) CHECK(to_hex(*bytes).size() == text.size());
  const auto blocks = pem::decode(text);
  check_refusal(blocks);
  if (!blocks) return;
  for (const pem::Block& block : *blocks) {
    const auto again = pem::decode(pem::encode(block.label, block.der));
    CHECK(again && again->size() == 1 && again->front().label == block.label && again->front().der == block.der);
  }
}
