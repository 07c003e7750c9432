#include "apps/card/person.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "apps/card/portrait.h"
#include "codec/base64url/base64url.h"
#include "crypto/hash.h"

namespace mitome::apps {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxPhotoSize = 512 * 1024;

/// Numbers that follow from what was given.
class Fate {
 public:
  explicit Fate(std::string_view seed) : state_(crypto::sha256(as_bytes(seed))) {}
  size_t below(size_t bound) {
    state_ = crypto::sha256(state_);
    return (static_cast<size_t>(state_[0]) << 16 | static_cast<size_t>(state_[1]) << 8 | state_[2]) % bound;
  }

 private:
  crypto::Sha256Digest state_;
};

Error malformed(std::string detail) { return {Reason::MALFORMED, std::move(detail)}; }

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string made_up_name(Fate& fate) {
  static constexpr std::string_view kFamily[] = {"架空", "見留", "仮名", "試野", "空想", "模擬"};
  static constexpr std::string_view kGiven[] = {"太郎", "花子", "一葉", "静", "学", "光"};
  return std::string{kFamily[fate.below(std::size(kFamily))]} + "　" +
         std::string{kGiven[fate.below(std::size(kGiven))]};
}

std::string full_width(size_t number) {
  static constexpr std::string_view kDigits[] = {"０", "１", "２", "３", "４", "５", "６", "７", "８", "９"};
  std::string out;
  for (char c : std::to_string(number)) out += kDigits[static_cast<size_t>(c - '0')];
  return out;
}

std::string made_up_number(Fate& fate) {
  std::string number;
  for (int i = 0; i < 11; ++i) number.push_back(static_cast<char>('0' + fate.below(10)));
  const int right = my_number_check_digit(number) - '0';
  number.push_back(static_cast<char>('0' + (right + 1 + static_cast<int>(fate.below(9))) % 10));
  return number;
}

Result<std::string> pin_member(const json::Value* pins, std::string_view name, std::string_view otherwise) {
  const std::string pin = pins != nullptr ? pins->string_or(name, otherwise) : std::string{otherwise};
  if (name == "sign") {
    TRY(crypto::Pin::signing_password(pin));
  } else {
    TRY(crypto::Pin::four_digits(pin));
  }
  return pin;
}

/// Empty when none is given.
Result<Bytes> photo_bytes(const json::Value& value) {
  const std::string photo = value.string_or("photo", "");
  if (photo.empty()) return Bytes{};
  const auto bytes = base64url::decode_standard(photo);
  if (!bytes) return malformed("photo is neither a file nor base64");
  if (bytes->size() > kMaxPhotoSize) return Error{Reason::LIMIT_EXCEEDED, "photo over 512 KiB"};
  return *bytes;
}

}  // namespace

char my_number_check_digit(std::string_view eleven_digits) {
  int sum = 0;
  for (int n = 1; n <= 11; ++n) {
    const int digit = eleven_digits[static_cast<size_t>(11 - n)] - '0';
    sum += digit * (n <= 6 ? n + 1 : n - 5);
  }
  const int remainder = sum % 11;
  return static_cast<char>('0' + (remainder <= 1 ? 0 : 11 - remainder));
}

Result<Person> person_without_portrait(const json::Value& value) {
  if (!value.is_object()) return malformed("a person is a JSON object");
  Fate fate{value.dump()};
  Person person;
  person.name = value.string_or("name", "");
  if (person.name.empty()) person.name = made_up_name(fate);
  person.kana = value.string_or("kana", "カクウ　タロウ");
  person.address = value.string_or("address", "");
  if (person.address.empty())
    person.address = "東京都架空市見本町" + full_width(1 + fate.below(9)) + "－" + full_width(1 + fate.below(30)) +
                     "－" + full_width(1 + fate.below(20));
  const std::string birth = value.string_or("birth_date", "");
  const auto date = date_from_text(birth.empty() ? std::to_string(1950 + fate.below(50)) + "0217" : birth);
  if (!date) return malformed("birth_date is written 19800217 or 1980-02-17");
  person.birth_date = *date;
  person.sex = value.string_or("sex", fate.below(2) == 0 ? "1" : "2");
  if (person.sex != "1" && person.sex != "2" && person.sex != "9") return malformed("sex is 1, 2 or 9");
  person.my_number = value.string_or("my_number", "");
  if (person.my_number.empty()) person.my_number = made_up_number(fate);
  if (person.my_number.size() != 12 || !all_digits(person.my_number)) return malformed("my_number has 12 digits");
  if (person.my_number.back() == my_number_check_digit(person.my_number))
    return malformed("my_number has a right check digit: it may be someone's; use a wrong one");
  if (const json::Value* ward = value.find("ward")) {
    TRY_ASSIGN(person.ward, ward->as_bool());
  }
  const json::Value* pins = value.find("pins");
  TRY_ASSIGN(person.auth_pin, pin_member(pins, "auth", "1234"));
  TRY_ASSIGN(person.sign_pin, pin_member(pins, "sign", "SIGN1234"));
  TRY_ASSIGN(person.text_pin, pin_member(pins, "text", "5678"));
  TRY_ASSIGN(person.juki_pin, pin_member(pins, "juki", "9012"));
  TRY_ASSIGN(person.portrait, photo_bytes(value));
  return person;
}

void draw_missing_portrait(Person& person) {
  if (person.portrait.empty()) person.portrait = draw_portrait(face_name(person.name, person.birth_date));
}

Result<Person> person_from_json(const json::Value& value) {
  TRY_ASSIGN(Person person, person_without_portrait(value));
  draw_missing_portrait(person);
  return person;
}

namespace {

constexpr size_t kMaxPersonsFile = 256 * 1024 * 1024;

Result<std::string> read_all(const fs::path& file) {
  std::error_code error;
  if (fs::file_size(file, error) > kMaxPersonsFile && !error) return Error{Reason::LIMIT_EXCEEDED, file.string() + " is over 256 MiB"};
  std::ifstream in{file, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in) return Error{Reason::STORAGE_FAILED, "cannot read " + file.string()};
  return text;
}

/// A photo that is a path counts from the folder of the file that names it.
Result<Person> person_beside(const fs::path& folder, json::Value value) {
  const std::string named = value.string_or("photo", "");
  const fs::path photo = folder / named;
  std::error_code error;
  if (!named.empty() && named.size() < 4096 && fs::is_regular_file(photo, error)) {
    TRY_ASSIGN(const std::string bytes, read_all(photo));
    value.set("photo", base64url::encode_standard(as_bytes(bytes)));
  }
  return person_without_portrait(value);
}

/// One person, an array of them, or one a line.
Result<std::vector<json::Value>> values_of(std::string_view text) {
  if (const auto whole = json::parse(text)) return whole->is_array() ? whole->items() : json::Value::Array{*whole};
  std::vector<json::Value> values;
  size_t number = 1;
  for (size_t at = 0; at < text.size(); ++number) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    const auto value = json::parse(line);
    if (!value) return malformed("line " + std::to_string(number) + ": " + value.error().detail);
    values.push_back(*value);
  }
  return values;
}

}  // namespace

Result<std::vector<Person>> persons_from_file(const std::string& path, size_t at_most) {
  TRY_ASSIGN(const std::string text, read_all(path));
  TRY_ASSIGN(const std::vector<json::Value> values, values_of(text));
  if (values.empty()) return malformed("nobody in " + path);
  std::vector<Person> persons;
  for (const json::Value& value : values) {
    if (persons.size() == at_most) break;
    auto person = person_beside(fs::path{path}.parent_path(), value);
    if (!person && values.size() > 1)
      return Error{person.error().reason, "person " + std::to_string(persons.size() + 1) + ": " + person.error().detail};
    TRY(person);
    persons.push_back(std::move(*person));
  }
  return persons;
}

}  // namespace mitome::apps
