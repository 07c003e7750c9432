#include "codec/tlv/tlv.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  const auto elements = tlv::read_all(input);
  check_refusal(elements);
  if (!elements) return;
  const uint8_t* at = input.data();
  for (const tlv::Element& element : *elements) {
    CHECK(element.encoded.data() == at);
    at += element.encoded.size();
    const Bytes again = tlv::encode(element.tag, element.value);
    CHECK(again.size() <= element.encoded.size());  // ours is the minimal form
    ByteView rest = again;
    const auto back = tlv::read(rest);
    CHECK(back && rest.empty() && back->tag == element.tag && equal(back->value, element.value));
  }
  CHECK(at <= input.data() + input.size());
}
