#include "codec/json/json.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  const auto value = json::parse(as_text(input));
  check_refusal(value);
  if (!value) return;
  const std::string once = value->dump();
  const auto again = json::parse(once);
  CHECK(again.has_value());
  CHECK(again->dump() == once);
  CHECK(json::parse(value->dump_pretty())->dump() == once);
}
