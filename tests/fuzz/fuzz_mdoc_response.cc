// A DeviceResponse of a stranger: never good without an anchor, and nothing leaves.
#include "credential/mdoc/device_response.h"
#include "credential/mdoc/verify.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  check_refusal(mdoc::DeviceResponse::parse(input));
  mdoc::VerifyInput question;
  static const Bytes transcript{0x83, 0xF6, 0xF6, 0xF6};
  question.session_transcript = transcript;
  question.now = instant_from_unix(1'780'275'600);
  const mdoc::Verified verified = mdoc::verify_device_response(input, question);
  CHECK(!verified.report.good());
  CHECK(verified.documents.empty());
}
