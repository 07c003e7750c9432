#include "protocol/ocsp/ocsp_request.h"
#include "protocol/ocsp/ocsp_response.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  const auto request = ocsp::parse_request(input);
  check_refusal(request);
  if (request) {
    const auto again = ocsp::parse_request(ocsp::encode_request(*request));
    CHECK(again && again->ids == request->ids && again->nonce == request->nonce);
  }
  const auto response = ocsp::parse_response(input);
  check_refusal(response);
  if (response) CHECK(response->data.responses.size() <= ocsp::kMaxAnswers);
}
