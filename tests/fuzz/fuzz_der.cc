// DER: what is accepted has no other encoding.
#include "codec/der/der.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

static void walk(ByteView bytes, int depth) {
  der::Reader reader{bytes};
  while (!reader.empty()) {
    const uint8_t tag = reader.peek();
    const auto element = reader.next();
    check_refusal(element);
    if (!element) return;
    CHECK(element->tag == tag);
    CHECK(equal(der::element(element->tag, element->content), element->encoded));
    if (const auto text = der::oid_text(element->content); text && element->tag == der::kOid)
      CHECK(equal(der::oid(*text), element->encoded));
    if (const auto number = der::small_integer(*element); number && element->tag == der::kInteger)
      CHECK(equal(der::integer(*number), element->encoded));
    if (const auto value = der::boolean_value(*element)) CHECK(equal(der::boolean(*value), element->encoded));
    if (const auto time = der::time_value(*element); time && element->tag == der::kGeneralizedTime)
      CHECK(equal(der::generalized_time(*time), element->encoded));
    if (depth > 0 && (tag & 0x20) != 0) walk(element->content, depth - 1);
  }
}

FUZZ(input) { walk(input, 16); }
