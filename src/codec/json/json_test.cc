#include "codec/json/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace mitome::json {
namespace {

Reason refusal(std::string_view text) {
  const auto value = parse(text);
  return value ? Reason::GOOD : value.error().reason;
}

std::string repeat(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Json, ReadsEveryType) {
  const Value value = parse(R"({"n":null,"t":true,"i":-5,"d":2.5,"s":"水\n\u00e9","a":[1,"x"],"o":{"k":1}})").value();
  EXPECT_TRUE(value.find("n")->is_null());
  EXPECT_TRUE(value.bool_at("t").value());
  EXPECT_EQ(value.int_at("i").value(), -5);
  EXPECT_EQ(value.find("d")->as_double().value(), 2.5);
  EXPECT_EQ(value.find("i")->as_double().value(), -5.0);
  EXPECT_EQ(value.string_at("s").value(), "水\né");
  EXPECT_EQ(value.find("a")->items().size(), 2U);
  EXPECT_EQ(value.find("o")->int_at("k").value(), 1);
}

TEST(Json, WholeNumbersAreInt64ElseDouble) {
  EXPECT_EQ(parse("9223372036854775807")->as_int().value(), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(parse("-9223372036854775808")->as_int().value(), std::numeric_limits<int64_t>::min());
  EXPECT_TRUE(parse("9223372036854775808")->is_double());
  EXPECT_TRUE(parse("1.0")->is_double());
  EXPECT_EQ(refusal("1e999"), Reason::MALFORMED);
}

TEST(Json, AnotherTypeOrAnAbsentMemberIsMalformedAndNamed) {
  const Value value = parse(R"({"s":"x","i":1,"b":true,"u":"AQI","bad":"A*"})").value();
  EXPECT_EQ(value.string_at("i").error().reason, Reason::MALFORMED);
  EXPECT_NE(value.string_at("missing").error().detail.find("missing"), std::string::npos);
  EXPECT_EQ(value.int_at("s").error().reason, Reason::MALFORMED);
  EXPECT_EQ(value.int_at("missing").error().reason, Reason::MALFORMED);
  EXPECT_EQ(value.bool_at("i").error().reason, Reason::MALFORMED);
  EXPECT_EQ(value.base64url_at("u").value(), (Bytes{1, 2}));
  EXPECT_EQ(value.base64url_at("bad").error().reason, Reason::MALFORMED);
  EXPECT_EQ(value.base64url_at("i").error().reason, Reason::MALFORMED);
  EXPECT_EQ(value.string_or("s", "y"), "x");
  EXPECT_EQ(value.string_or("i", "y"), "y");
  EXPECT_EQ(value.as_string().error().reason, Reason::MALFORMED);
  EXPECT_EQ(value.as_int().error().reason, Reason::MALFORMED);
  EXPECT_EQ(value.as_bool().error().reason, Reason::MALFORMED);
  EXPECT_EQ(value.as_double().error().reason, Reason::MALFORMED);
  EXPECT_EQ(Value{1}.find("x"), nullptr);
  EXPECT_TRUE(Value{1}.items().empty());
  EXPECT_TRUE(Value{1}.members().empty());
}

TEST(Json, LimitsAreExact) {
  EXPECT_EQ(refusal(repeat("[", 32) + repeat("]", 32)), Reason::GOOD);
  EXPECT_EQ(refusal(repeat("[", 33) + repeat("]", 33)), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(refusal(repeat("{\"a\":", 33)), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(refusal(repeat("[", 1'000'000)), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(refusal("\"" + std::string(kMaxSize - 2, 'a') + "\""), Reason::GOOD);
  EXPECT_EQ(refusal("\"" + std::string(kMaxSize - 1, 'a') + "\""), Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(refusal("[" + repeat("0,", kMaxValues - 2) + "0]"), Reason::GOOD);
  EXPECT_EQ(refusal("[" + repeat("0,", kMaxValues - 1) + "0]"), Reason::LIMIT_EXCEEDED);
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* text : {"", " ", "{", "[1,]", "{\"a\":1,}", "nul", "01", "1 2", "{} x", "'a'", "\"\x01\"",
                           "\"\xff\"", "\"\xed\xa0\x80\"", "\"\\ud800\"", "NaN", "{a:1}", "[1 2]", "// x\n1", "\"abc"})
    EXPECT_EQ(refusal(text), Reason::MALFORMED) << text;
}

TEST(Json, RefusesTheSameNameTwice) {
  EXPECT_EQ(refusal(R"({"a":1,"b":2})"), Reason::GOOD);
  EXPECT_EQ(refusal(R"({"a":1,"a":1})"), Reason::MALFORMED);
  EXPECT_EQ(refusal(R"({"a":1,"\u0061":1})"), Reason::MALFORMED);
  EXPECT_EQ(refusal(R"({"a":{"b":1,"b":2}})"), Reason::MALFORMED);
  std::string many = "{";
  for (int i = 0; i < 40; ++i) many += "\"" + std::to_string(i) + "\":0,";
  EXPECT_EQ(refusal(many + "\"x\":0}"), Reason::GOOD);
  EXPECT_EQ(refusal(many + "\"7\":0}"), Reason::MALFORMED);
}

TEST(Json, WritesWhatReadsBack) {
  Value value;
  value.set("b", 1).set("a", Value::array({Value{}, true, 2.5, 1000.0, "x\"\\\n\x01\x7f水"})).set("b", 2);
  value.set("o", Value::object());
  EXPECT_EQ(value.dump(), "{\"b\":2,\"a\":[null,true,2.5,1000.0,\"x\\\"\\\\\\n\\u0001\\u007f水\"],\"o\":{}}");
  EXPECT_EQ(parse(value.dump())->dump(), value.dump());
  EXPECT_EQ(parse(value.dump_pretty())->dump(), value.dump());
  Value list;
  list.push(1).push("x");
  EXPECT_EQ(list.dump(), "[1,\"x\"]");
  EXPECT_EQ(list.dump_pretty(), "[\n  1,\n  \"x\"\n]");
  EXPECT_EQ(Value{std::numeric_limits<double>::quiet_NaN()}.dump(), "null");
  EXPECT_TRUE(parse(Value{1000.0}.dump())->is_double());
}

TEST(JsonDeathTest, MembersOfAListAreOurBug) {
  Value list = Value::array({});
  EXPECT_DEATH(list.set("a", 1), "CHECK failed");
  Value object = Value::object();
  EXPECT_DEATH(object.push(1), "CHECK failed");
}

}  // namespace
}  // namespace mitome::json
