#include "credential/mdoc/device_response.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  const auto issued = mdoc::IssuerSigned::parse(input);
  check_refusal(issued);
  if (issued) {
    const auto mso = issued->mso();
    check_refusal(mso);
    if (mso) check_refusal(mdoc::check_digests(*issued, *mso));
    for (const auto& name_space : issued->name_spaces)
      for (const auto& item : name_space.items) {
        CHECK(item.bytes.data() >= input.data() &&
              item.bytes.data() + item.bytes.size() <= input.data() + input.size());
        CHECK(issued->find(name_space.name, item.identifier) != nullptr);
      }
  }
  check_refusal(mdoc::MobileSecurityObject::parse(input));
}
