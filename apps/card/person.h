// A synthetic person, from a file as decisions.md 27 has it; what is missing is made up, the same for the same input.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "codec/json/json.h"
#include "crypto/secret.h"

namespace mitome::apps {

struct Person {
  std::string name, kana, address;
  Date birth_date;
  std::string sex;        ///< "1" male, "2" female, "9" not applicable
  std::string my_number;  ///< 12 digits, the check digit wrong on purpose
  Bytes portrait;         ///< PNG or JPEG as given; drawn when absent
  bool ward = false;      ///< an adult ward: no signing certificate
  std::string auth_pin, sign_pin, text_pin, juki_pin;
};

/// MALFORMED, naming the member; a My Number with a right check digit is refused, since it may be someone's. `photo` is
/// base64 here; persons_from_file() also takes a path.
Result<Person> person_from_json(const json::Value& value);
/// The same, but that a portrait which is not given is left out: drawing takes longer than all else about a person, and many need none yet.
Result<Person> person_without_portrait(const json::Value& value);
void draw_missing_portrait(Person& person);
/// One person, a JSON array of them, or one a line; those behind the first `at_most` are not looked at. A relative `photo` path counts
/// from the file's folder; what has none is without portrait. STORAGE_FAILED, MALFORMED (also when nobody is in it), LIMIT_EXCEEDED.
Result<std::vector<Person>> persons_from_file(const std::string& path, size_t at_most);

/// The check digit that 11 digits of a My Number should have (ministerial ordinance 85 of 2014, article 5).
char my_number_check_digit(std::string_view eleven_digits);

}  // namespace mitome::apps
