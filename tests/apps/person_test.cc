// The person of decisions.md 27: what is given is kept, what is missing is made up the same way each time.
#include "apps/card/person.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "codec/base64url/base64url.h"

namespace mitome::apps {
namespace {

json::Value full() {
  return json::Value::object(
      {{"name", "架空　花子"},
       {"kana", "カクウ　ハナコ"},
       {"address", "東京都架空市見本町１－２－３"},
       {"birth_date", "1980-02-17"},
       {"sex", "2"},
       {"my_number", "000000000001"},
       {"photo", base64url::encode_standard(as_bytes("portrait"))},
       {"pins", json::Value::object({{"auth", "1111"}, {"sign", "ABCDEF"}, {"text", "2222"}, {"juki", "3333"}})}});
}

void expect_malformed(std::string_view member, json::Value value, std::string_view detail) {
  json::Value person = full();
  person.set(member, std::move(value));
  const auto refused = person_from_json(person);
  ASSERT_FALSE(refused.has_value()) << member;
  EXPECT_EQ(refused.error().reason, Reason::MALFORMED) << member;
  EXPECT_NE(refused.error().detail.find(detail), std::string::npos) << refused.error().detail;
}

TEST(Person, WhatIsGivenIsKept) {
  const auto person = person_from_json(full());
  ASSERT_TRUE(person.has_value()) << to_string(person.error());
  EXPECT_EQ(person->name, "架空　花子");
  EXPECT_EQ(to_compact_date(person->birth_date), "19800217");
  EXPECT_EQ(person->my_number, "000000000001");
  EXPECT_EQ(as_text(person->portrait), "portrait");
  EXPECT_EQ(person->sign_pin, "ABCDEF");
  EXPECT_FALSE(person->ward);
}

TEST(Person, WhatIsMissingIsMadeUpTheSameEachTime) {
  const auto first = person_from_json(json::Value::object());
  const auto second = person_from_json(json::Value::object());
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(first->name, second->name);
  EXPECT_EQ(first->my_number, second->my_number);
  EXPECT_EQ(first->portrait, second->portrait);
  EXPECT_EQ(first->auth_pin, "1234");
  EXPECT_EQ(first->sign_pin, "SIGN1234");
  EXPECT_EQ(first->text_pin, "5678");
  EXPECT_EQ(first->juki_pin, "9012");
  const auto other = person_from_json(json::Value::object({{"birth_date", "19900101"}}));
  EXPECT_NE(first->my_number, other->my_number);
}

TEST(Person, MadeUpNumbersCarryAWrongCheckDigit) {
  for (int year = 1950; year < 2000; ++year) {
    const auto person = person_from_json(json::Value::object({{"birth_date", std::to_string(year) + "0217"}}));
    ASSERT_TRUE(person.has_value());
    EXPECT_NE(person->my_number.back(), my_number_check_digit(person->my_number));
  }
}

TEST(Person, CheckDigitByTheOrdinance) {
  // 12345678901: the weights 2 to 7 and 2 to 6 from the right give 192, remainder 5: 11 - 5.
  int sum = 0;
  const std::string digits = "12345678901";
  const int weights[] = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  for (size_t i = 0; i < 11; ++i) sum += (digits[i] - '0') * weights[i];
  const int remainder = sum % 11;
  EXPECT_EQ(my_number_check_digit(digits), remainder <= 1 ? '0' : static_cast<char>('0' + 11 - remainder));
  EXPECT_EQ(my_number_check_digit("00000000000"), '0');
}

TEST(Person, ANumberThatMayBeSomeonesIsRefused) { expect_malformed("my_number", "000000000000", "right check digit"); }

TEST(Person, EveryMemberIsChecked) {
  expect_malformed("birth_date", "19800230", "birth_date");
  expect_malformed("sex", "3", "sex");
  expect_malformed("my_number", "12345", "12 digits");
  expect_malformed("my_number", "00000000000x", "12 digits");
  expect_malformed("photo", "*", "photo");
  json::Value person = full();
  person.set("pins", json::Value::object({{"auth", "12"}}));
  EXPECT_EQ(person_from_json(person).error().reason, Reason::PIN_FORMAT);
  person.set("pins", json::Value::object({{"sign", "short"}}));
  EXPECT_EQ(person_from_json(person).error().reason, Reason::PIN_FORMAT);
  EXPECT_EQ(person_from_json(json::Value{"text"}).error().reason, Reason::MALFORMED);
}

TEST(Person, APhotoBesideTheFileIsRead) {
  const auto folder = std::filesystem::temp_directory_path() / "mitome-person-test";
  std::filesystem::create_directories(folder);
  std::ofstream{folder / "face.png"} << "picture";
  std::ofstream{folder / "person.json"} << R"({"photo":"face.png"})";
  const auto persons = persons_from_file((folder / "person.json").string(), 10);
  ASSERT_TRUE(persons.has_value()) << to_string(persons.error());
  ASSERT_EQ(persons->size(), 1u);
  EXPECT_EQ(as_text(persons->front().portrait), "picture");
  EXPECT_EQ(persons_from_file((folder / "absent.json").string(), 10).error().reason, Reason::STORAGE_FAILED);
  std::filesystem::remove_all(folder);
}

class PersonsFile : public ::testing::Test {
 protected:
  PersonsFile() {
    CHECK(mkdtemp(folder_.data()) != nullptr);
  }
  ~PersonsFile() override { std::filesystem::remove_all(folder_); }
  Result<std::vector<Person>> read(std::string_view text, size_t at_most = 10) {
    const std::string path = folder_ + "/persons";
    std::ofstream{path} << text;
    return persons_from_file(path, at_most);
  }
  std::string folder_ = "/tmp/mitome-persons-XXXXXX";
};

TEST_F(PersonsFile, HoldsAnArrayOrAPersonALine) {
  for (const char* text : {R"([{"name":"見本　一"},{"name":"見本　二"}])", "{\"name\":\"見本　一\"}\n\n{\"name\":\"見本　二\"}\n"}) {
    const auto persons = read(text);
    ASSERT_TRUE(persons) << to_string(persons.error());
    ASSERT_EQ(persons->size(), 2u) << text;
    EXPECT_EQ((*persons)[1].name, "見本　二");
    EXPECT_NE((*persons)[0].my_number, (*persons)[1].my_number);
  }
  EXPECT_EQ(read("{}\n{}\n{}", 2)->size(), 2u);
}

TEST_F(PersonsFile, LeavesPortraitsToBeDrawn) {
  auto persons = read("{}");
  ASSERT_TRUE(persons) << to_string(persons.error());
  EXPECT_TRUE(persons->front().portrait.empty());
  draw_missing_portrait(persons->front());
  EXPECT_EQ(persons->front().portrait, person_from_json(json::Value::object())->portrait);
}

TEST_F(PersonsFile, SaysWhoCannotBeRead) {
  const auto line = read("{}\n{");
  EXPECT_EQ(line.error().reason, Reason::MALFORMED);
  EXPECT_NE(line.error().detail.find("line 2"), std::string::npos) << line.error().detail;
  const auto second = read(R"([{},{"sex":"3"}])");
  EXPECT_EQ(second.error().reason, Reason::MALFORMED);
  EXPECT_NE(second.error().detail.find("person 2"), std::string::npos) << second.error().detail;
  EXPECT_EQ(read("[]").error().reason, Reason::MALFORMED);
  EXPECT_EQ(read("").error().reason, Reason::MALFORMED);
}

}  // namespace
}  // namespace mitome::apps
