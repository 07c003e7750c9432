#include "credential/mdoc/device_request.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  const auto request = mdoc::DeviceRequest::parse(input);
  check_refusal(request);
  if (!request) return;
  for (const mdoc::DocRequest& document : request->doc_requests) {
    const Bytes again = mdoc::encode_device_request(document.items_request);
    const auto back = mdoc::DeviceRequest::parse(again);
    CHECK(back && back->doc_requests.size() == 1);
    CHECK(back->doc_requests[0].items_request.doctype == document.items_request.doctype);
  }
}
