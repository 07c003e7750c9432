#include "protocol/apdu/apdu.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  const auto command = apdu::CommandApdu::parse(input);
  check_refusal(command);
  if (command) {
    const auto again = apdu::CommandApdu::parse(command->encode());
    CHECK(again && again->data == command->data && again->le == command->le && again->ins == command->ins);
  }
  const auto response = apdu::ResponseApdu::parse(input);
  check_refusal(response);
  if (response) CHECK(equal(response->encode(), input));
}
