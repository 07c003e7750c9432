#include <gtest/gtest.h>

#include "apps/town/air.h"
#include "apps/town/hand.h"

namespace mitome::town {
namespace {

/// Answers 9000 while it has power.
struct Chip final : apdu::ApduChannel {
  Result<Bytes> transmit(ByteView) override {
    if (!on) return Error{Reason::CARD_SILENT, "no power"};
    return Bytes{0x90, 0x00};
  }
  bool on = false;
  int starts = 0;
};

class HandTest : public ::testing::Test {
 protected:
  HandTest() : hand_([this] { return std::vector<Thing>{thing("a", a_), thing("b", b_)}; }) {}
  static Thing thing(std::string id, Chip& chip) {
    return {std::move(id), "card", "Card", "カード",
            [&chip]() -> Result<apdu::ApduChannel*> {
              chip.on = true;
              ++chip.starts;
              return &chip;
            },
            [&chip] { chip.on = false; }};
  }
  Chip a_, b_;
  Hand hand_;
};

TEST_F(HandTest, AReaderReadsWhatLiesOnIt) {
  apdu::CardReader& reader = hand_.reader("kiosk-1");
  EXPECT_EQ(reader.connect().error().reason, Reason::CARD_SILENT);
  ASSERT_TRUE(hand_.lay("kiosk-1", "a").has_value());
  EXPECT_TRUE(reader.present());
  {
    const auto connection = reader.connect();
    ASSERT_TRUE(connection.has_value());
    EXPECT_EQ((*connection)->transmit({})->size(), 2u);
    EXPECT_EQ(reader.connect().error().reason, Reason::CONFLICT);
  }
  EXPECT_FALSE(a_.on);  // power goes with the connection
  EXPECT_TRUE(reader.connect().has_value());
  EXPECT_EQ(a_.starts, 2);
}

TEST_F(HandTest, ARealReaderStandsBehindWhatTheHandLays) {
  struct Real final : apdu::CardReader {
    std::string name() const override { return "Real"; }
    bool present() override { return there; }
    Result<std::unique_ptr<apdu::ApduChannel>> connect() override {
      ++connected;
      return Error{Reason::CARD_SILENT, "a real one"};
    }
    bool there = false;
    int connected = 0;
  } real;
  apdu::CardReader& reader = hand_.reader("kiosk-1");
  hand_.stand_behind(real);
  EXPECT_FALSE(reader.present());
  real.there = true;
  EXPECT_TRUE(reader.present());
  EXPECT_EQ(reader.connect().error().detail, "a real one");
  ASSERT_TRUE(hand_.lay("kiosk-1", "a").has_value());
  EXPECT_TRUE(reader.connect().has_value());
  EXPECT_EQ(real.connected, 1);
}

TEST_F(HandTest, WhatIsTakenAwayFallsSilent) {
  ASSERT_TRUE(hand_.lay("pc", "a").has_value());
  const auto connection = hand_.reader("pc").connect().value();
  ASSERT_TRUE(hand_.lay("pc", std::nullopt).has_value());
  EXPECT_EQ(connection->transmit({}).error().reason, Reason::CARD_SILENT);
  EXPECT_FALSE(a_.on);
}

TEST_F(HandTest, OneThingLiesInOnePlace) {
  ASSERT_TRUE(hand_.lay("pc", "a").has_value());
  ASSERT_TRUE(hand_.lay("desk", "a").has_value());
  EXPECT_FALSE(hand_.reader("pc").present());
  EXPECT_TRUE(hand_.reader("desk").present());
  EXPECT_EQ(hand_.lay("desk", "nothing of that name").error().reason, Reason::NOT_FOUND);
  EXPECT_TRUE(hand_.reader("desk").present());
}

TEST_F(HandTest, SwappingACardEndsTheOldConnection) {
  ASSERT_TRUE(hand_.lay("pc", "a").has_value());
  auto old = hand_.reader("pc").connect().value();
  ASSERT_TRUE(hand_.lay("pc", "b").has_value());
  const auto fresh = hand_.reader("pc").connect().value();
  EXPECT_EQ(old->transmit({}).error().reason, Reason::CARD_SILENT);
  old.reset();  // and its end leaves the other's power on
  EXPECT_TRUE(fresh->transmit({}).has_value());
}

TEST_F(HandTest, ThePageSeesAndLays) {
  const auto routes = hand_routes(hand_, "kiosk-1");
  const auto laid = routes[1].handle(http::post_json("http://k/api/hand", json::Value::object({{"item", "b"}})));
  EXPECT_EQ(laid.status, 200);
  EXPECT_EQ(json::parse(as_text(routes[0].handle(http::get("http://k/api/hand")).body))->string_or("laid", ""), "b");
  EXPECT_EQ(routes[1].handle(http::post_json("http://k/api/hand", json::Value::object())).status, 422);
}

TEST(Air, CarriesOneAnswerToWhoeverAsked) {
  std::vector<std::string> delivered;
  Air air{[&](const std::string& phone, ByteView message) -> Result<void> {
    delivered.push_back(phone + ":" + std::string{as_text(message)});
    return {};
  }};
  std::vector<Bytes> heard;
  const auto listen = [&](const Bytes& message) { heard.push_back(message); };
  EXPECT_EQ(air.send("mdoc:x", as_bytes("hello"), listen).error().reason, Reason::NOT_FOUND);
  air.show("phone-1", "mdoc:x");
  ASSERT_EQ(air.shown().size(), 1u);
  ASSERT_TRUE(air.send("mdoc:x", as_bytes("hello"), listen).has_value());
  EXPECT_EQ(delivered, std::vector<std::string>{"phone-1:hello"});
  air.answer("phone-2", to_bytes("from somebody else"));
  air.answer("phone-1", to_bytes("answer"));
  air.answer("phone-1", to_bytes("again"));
  EXPECT_EQ(heard, std::vector<Bytes>{to_bytes("answer")});
  EXPECT_TRUE(air.shown().empty());
}

TEST(Air, ANewCodeEndsTheOldConversation) {
  Air air{[](const std::string&, ByteView) -> Result<void> { return {}; }};
  size_t heard = 0;
  air.show("phone-1", "mdoc:old");
  ASSERT_TRUE(air.send("mdoc:old", {}, [&](const Bytes&) { ++heard; }).has_value());
  air.show("phone-1", "mdoc:new");
  air.answer("phone-1", {});
  EXPECT_EQ(heard, 0u);
}

}  // namespace
}  // namespace mitome::town
