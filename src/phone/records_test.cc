#include "phone/records.h"

#include <gtest/gtest.h>

#include "codec/cbor/writer.h"

namespace mitome::phone {
namespace {

CardItem item() {
  CardItem out;
  out.phone = "phone-1";
  out.version = 7;
  out.state = CardState::kSuspended;
  out.cause = "suspend";
  out.added_at = instant_from_unix(1000);
  out.active_at = instant_from_unix(2000);
  out.auth_certificate = {1};
  out.sign_certificate = {2};
  out.auth_ca = {3};
  out.sign_ca = {4};
  out.instance_slot = "i";
  out.auth_slot = "a";
  out.sign_slot = "s";
  return out;
}

template <typename Record>
void expect_round_trip(const Record& record) {
  const Bytes bytes = record.encode();
  const auto read = Record::parse(bytes);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->encode(), bytes);
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(Record::parse(ByteView{bytes}.first(size)).error().reason, Reason::MALFORMED);
  Bytes other_version = bytes;
  other_version[1] = 2;
  EXPECT_EQ(Record::parse(other_version).error().reason, Reason::MALFORMED);
  EXPECT_EQ(Record::parse(cbor::Writer{}.array(2).uint(1).uint(1).view()).error().reason, Reason::MALFORMED);
}

TEST(RecordsTest, RoundTrips) {
  expect_round_trip(item());
  expect_round_trip(MdocRecord{"slot", {1, 2, 3}, instant_from_unix(5), instant_from_unix(-6)});
  Enrolment enrolment;
  enrolment.step = EnrolmentStep::kPins;
  enrolment.session = "s";
  enrolment.nonce = {1};
  enrolment.motion = "blink";
  enrolment.expires = instant_from_unix(3);
  enrolment.slots = "e/";
  enrolment.keys = {2};
  enrolment.card = {3};
  enrolment.signature = {4};
  enrolment.evidence = {5};
  expect_round_trip(enrolment);
  expect_round_trip(PendingCall{CallKind::kDelete, "key", 4, {1}, "sign", {"m0", "m1"}});
}

TEST(RecordsTest, EveryFieldComesBack) {
  const auto read = CardItem::parse(item().encode()).value();
  EXPECT_EQ(read.phone, "phone-1");
  EXPECT_EQ(read.version, 7u);
  EXPECT_EQ(read.state, CardState::kSuspended);
  EXPECT_EQ(read.cause, "suspend");
  EXPECT_EQ(to_unix(read.active_at), 2000);
  EXPECT_EQ(read.sign_slot, "s");
  const auto call = PendingCall::parse(PendingCall{CallKind::kRefresh, "k", 4, {1}, "", {"m0", "m1"}}.encode()).value();
  EXPECT_EQ(call.kind, CallKind::kRefresh);
  EXPECT_EQ(call.mdoc_slots, (std::vector<std::string>{"m0", "m1"}));
}

TEST(RecordsTest, AnUnknownChoiceIsRefused) {
  CardItem unknown = item();
  unknown.state = static_cast<CardState>(3);
  EXPECT_EQ(CardItem::parse(unknown.encode()).error().reason, Reason::MALFORMED);
}

TEST(RecordsTest, Activities) {
  const Activity activity{instant_from_unix(9), "present", "Counter", {{"ns", "age_over_20"}, {"ns", "portrait"}}};
  const auto read = parse_activity(encode_activity(activity)).value();
  EXPECT_EQ(read.at, activity.at);
  EXPECT_EQ(read.kind, "present");
  EXPECT_EQ(read.party, "Counter");
  EXPECT_EQ(read.elements, activity.elements);
  EXPECT_EQ(parse_activity(cbor::Writer{}.array(1).text("x").view()).error().reason, Reason::MALFORMED);
  EXPECT_EQ(parse_activity(cbor::Writer{}.array(5).uint(1).uint(1).text("").text("").array(1).uint(3).view())
                .error().reason,
            Reason::MALFORMED);
}

}  // namespace
}  // namespace mitome::phone
