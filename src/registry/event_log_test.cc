#include "registry/event_log.h"

#include <gtest/gtest.h>

#include "testing/registry_world.h"

namespace mitome::registry {
namespace {

using testing::RegistryWorld;

/// A world with a handful of records.
struct Logged : RegistryWorld {
  LogHead head;
  Logged() {
    const auto card = new_card(1);
    enrol(card);
    CHECK(registry.suspend(enrol(card), kHotline, "係員").has_value());
    head = registry.log_head().value();
  }
};

TEST(EventLog, EveryOperationLeavesItsRecord) {
  Logged world;
  EXPECT_EQ(world.registry.verify_log().value(), world.head);
  EXPECT_EQ(world.number("SELECT count(*) FROM event"), world.head.events);
  EXPECT_EQ(
      world.number("SELECT count(*) FROM event WHERE kind = 'phone-suspended' AND staff = '係員' AND who = 'hotline'"),
      1);
  EXPECT_EQ(world.number("SELECT count(*) FROM event WHERE kind = 'phone-replaced'"), 1);
  EXPECT_EQ(world.number("SELECT count(*) FROM event WHERE kind = 'reserve'"), 3);
  EXPECT_EQ(world.number("SELECT count(*) FROM event WHERE kind = 'phone-enrolled' AND body LIKE '%reserved>valid%'"),
            2);
}

// ADM-4 for what the log says of a person.
TEST(EventLog, HoldsNoPersonalData) {
  Logged world;
  const PersonFacts facts = RegistryWorld::facts(1);
  for (const std::string& text : {facts.name, facts.address, facts.my_number, facts.kana}) {
    EXPECT_EQ(
        world.number("SELECT count(*) FROM event WHERE instr(body || kind || staff || person || card || phone, '" +
                     text + "') > 0"),
        0);
  }
}

// ADM-2: each way to tamper, and the first bad record is named.
TEST(EventLog, TamperingNamesTheFirstBadRecord) {
  const std::vector<std::pair<std::string, std::string>> edits{
      {"DELETE FROM event WHERE seq = 3", "record 3"},
      {"DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)", "record "},
      {"DELETE FROM event WHERE seq = 1", "record 1"},
      {"UPDATE event SET body = body || ' ' WHERE seq = 2", "record 2"},
      {"UPDATE event SET at = at + 1 WHERE seq = 2", "record 2"},
      {"UPDATE event SET kind = 'x' WHERE seq = 2", "record 2"},
      {"UPDATE event SET who = 'x' WHERE seq = 2", "record 2"},
      {"UPDATE event SET staff = 'x' WHERE seq = 2", "record 2"},
      {"UPDATE event SET person = 'x' WHERE seq = 2", "record 2"},
      {"UPDATE event SET card = 'x' WHERE seq = 3", "record 3"},
      {"UPDATE event SET phone = 'x' WHERE seq = 2", "record 2"},
      {"UPDATE event SET hash = x'00' WHERE seq = 2", "record 2"},
      {"UPDATE event SET previous = x'00' WHERE seq = 4", "record 4"},
      {"UPDATE event SET seq = -seq WHERE seq = 2", "record 2"},
      {"UPDATE event_head SET seq = seq - 1", "record "},
      {"UPDATE event_head SET hash = x'00'", "record "},
      {"DELETE FROM event_head", "record 1"}};
  for (const auto& [edit, named] : edits) {
    Logged world;
    world.edit(edit);
    const auto verified = world.registry.verify_log();
    ASSERT_FALSE(verified) << edit;
    EXPECT_EQ(verified.error().reason, Reason::LOG_BROKEN) << edit;
    EXPECT_EQ(verified.error().detail.find(named), 0u) << edit << ": " << verified.error().detail;
  }
}

/// Swapping two records keeps all numbers in place.
TEST(EventLog, ReorderedRecordsAreSeen) {
  Logged world;
  world.edit(
      "UPDATE event SET body = (SELECT body FROM event AS other WHERE other.seq = 5 - event.seq) WHERE seq IN (2, 3)");
  EXPECT_EQ(world.registry.verify_log().error().detail, "record 2: was changed");
}

/// Who recomputes the chain cannot make the head without the key.
TEST(EventLog, AReplacedLogHasNoHead) {
  Logged world;
  world.edit("DELETE FROM event");
  world.edit("DELETE FROM event_head");
  EventRecord forged;
  forged.kind = "phone-enrolled";
  ASSERT_TRUE(world.store->write([&](store::Transaction& tx) { return append_event(tx, Bytes(32, 9), forged); }));
  EXPECT_EQ(world.registry.verify_log().error().detail, "record 1: the head is not ours");
}

// I9, LFC-7: a database from before is a valid log, but not the one that was seen.
TEST(EventLog, AnOlderLogDoesNotExtendTheHeadThatWasSeen) {
  Logged world;
  EXPECT_TRUE(world.registry.verify_extends(LogHead{}));
  EXPECT_TRUE(world.registry.verify_extends(world.head));
  world.new_card(2);
  EXPECT_TRUE(world.registry.verify_extends(world.head)) << "it went on";
  const LogHead later = world.registry.log_head().value();
  Logged restored;
  EXPECT_TRUE(restored.registry.verify_log());
  EXPECT_EQ(restored.registry.verify_extends(later).error().reason, Reason::LOG_BROKEN);
  EXPECT_EQ(restored.registry.verify_extends(world.head).error().reason, Reason::LOG_BROKEN)
      << "another history of equal length";
}

// ADM-3
TEST(EventLog, LineBreaksInANameStayInsideOneRecord) {
  RegistryWorld world;
  const PhoneId phone = world.enrol(world.new_card(1));
  const int64_t before = world.registry.log_head().value().events;
  ASSERT_TRUE(world.registry.suspend(phone, kHotline, "a\r\nphone-enrolled\x1b[2J"));
  EXPECT_EQ(world.registry.verify_log().value().events, before + 1);
}

}  // namespace
}  // namespace mitome::registry
