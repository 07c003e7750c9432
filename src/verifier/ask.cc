#include "verifier/counter.h"

namespace mitome::verifier {

Result<mdoc::ItemsRequest> items_for(std::string_view ask) {
  const auto japan = [](std::string_view name) {
    return mdoc::RequestedElement{std::string{mdoc::kMncJapanNameSpace}, std::string{name}};
  };
  const auto iso = [](std::string_view name) {
    return mdoc::RequestedElement{std::string{mdoc::kMncNameSpace}, std::string{name}};
  };
  mdoc::ItemsRequest request{std::string{mdoc::kMncDocType}, {}};
  if (ask == "age_over_20") {
    request.elements = {iso("age_over_20")};
  } else if (ask == "identity") {
    // The portrait lets the clerk see that the phone is in its owner's hands (threats PRX-25).
    request.elements = {japan("full_name_unicode"), japan("portrait"), iso("birth_date")};
  } else if (ask == "address") {
    request.elements = {japan("full_name_unicode"), japan("resident_address_unicode")};
  } else {
    return Error{Reason::NOT_FOUND, "ask is age_over_20, identity or address"};
  }
  return request;
}

}  // namespace mitome::verifier
