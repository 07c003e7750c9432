#include "protocol/jpki/surface_files.h"
#include "protocol/jpki/text_files.h"
#include "protocol/jpki/token_info.h"
#include "tests/fuzz/fuzz.h"

using namespace mitome;

FUZZ(input) {
  const auto number = jpki::parse_my_number(input);
  check_refusal(number);
  if (number) CHECK(number->size() == 12);
  const auto attributes = jpki::parse_attributes(input);
  check_refusal(attributes);
  if (attributes) CHECK(jpki::parse_attributes(jpki::text_file_attributes(*attributes).value()).value() == *attributes);
  check_refusal(jpki::parse_token_info(input));
  check_refusal(jpki::parse_surface_face(input));
}
