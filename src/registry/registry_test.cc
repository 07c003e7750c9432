#include "registry/registry.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "registry/activation.h"
#include "testing/registry_world.h"

namespace mitome::registry {
namespace {

using testing::RegistryWorld;
using testing::version_answer;
using Kind = CertificateStatus::Kind;

/// The states of a phone's certificates of one kind, in the order of issue.
std::vector<State> states(RegistryWorld& world, const PhoneId& phone, Ca ca) {
  std::vector<State> out;
  const auto rows = world.registry.certificates_of(Holder::kPhone, phone.text).value();
  for (const CertificateRecord& row : rows)
    if (row.ca == ca) out.push_back(row.state);
  return out;
}

int64_t mdocs(RegistryWorld& world, const PhoneId& phone, const std::string& state) {
  return world.number("SELECT count(*) FROM mdoc WHERE phone = '" + phone.text + "' AND state = '" + state + "'");
}

std::vector<std::string> notice_kinds(RegistryWorld& world, const PhoneId& phone) {
  std::vector<std::string> out;
  const auto found = world.registry.notices(phone).value();
  for (const Notice& notice : found) out.push_back(notice.kind);
  return out;
}

TEST(Registry, APersonIsKeptWithAllFactsAndTheNumberIsSealed) {
  RegistryWorld world;
  const auto card = world.new_card(1);
  const Person person = world.registry.person(card.person).value();
  EXPECT_EQ(person.facts.name, RegistryWorld::facts(1).name);
  EXPECT_EQ(person.facts.my_number, RegistryWorld::facts(1).my_number);
  EXPECT_EQ(person.facts.birth_date, RegistryWorld::facts(1).birth_date);
  EXPECT_EQ(person.facts.portrait, RegistryWorld::facts(1).portrait);
  EXPECT_EQ(world.number("SELECT count(*) FROM person WHERE instr(my_number, '" + person.facts.my_number + "') > 0"),
            0);
  EXPECT_EQ(world.registry.person_for(person.facts.my_number).value(), card.person);
  EXPECT_NE(world.registry.person_for("999999999999").value(), card.person);
  EXPECT_EQ(world.registry.person(PersonId{"person-x"}).error().reason, Reason::NOT_FOUND);
  EXPECT_EQ(world.registry.card(CardId{"card-x"}).error().reason, Reason::NOT_FOUND);
}

TEST(Registry, ASerialIsPositiveAndNeverGivenTwice) {
  RegistryWorld world;
  const auto card = world.new_card(1);
  const Proposal proposal = world.registry.propose(20, 0).value();
  for (const Bytes& serial : proposal.serials) {
    EXPECT_EQ(serial.size(), 8u);
    EXPECT_EQ(serial[0] & 0x80, 0);
  }
  const CertificateDraft taken{Ca::kAuth,        Holder::kCard,     "card-x",          card.person,
                               card.auth_serial, world.clock.now(), world.clock.now(), {}};
  EXPECT_EQ(world.registry.reserve({{taken}, {}}).error().reason, Reason::CONFLICT);
}

// I12: an index is never used twice, also when its mdoc is gone.
TEST(Registry, AnIndexIsNeverGivenTwice) {
  RegistryWorld world;
  const auto card = world.new_card(1);
  const NewPhone phone = world.prepare_phone(card);
  const MdocDraft taken{phone.mdocs[0], PhoneId{"phone-x"}, card.person, world.clock.now(), {}};
  EXPECT_EQ(world.registry.reserve({{}, {taken}}).error().reason, Reason::CONFLICT);
  ASSERT_TRUE(world.registry.complete_enrolment(phone, version_answer));
  ASSERT_TRUE(world.remove(phone.phone, "a"));
  EXPECT_EQ(world.registry.reserve({{}, {taken}}).error().reason, Reason::CONFLICT);
}

TEST(Registry, AFullListIsFollowedByTheNextAndIndicesTellNoOrder) {
  RegistryWorld world;
  std::vector<uint32_t> drawn;
  const auto drawn_indices = world.registry.propose(0, 64).value().indices;
  for (const StatusIndex& index : drawn_indices) {
    EXPECT_EQ(index.list, 0u);
    drawn.push_back(index.idx);
  }
  EXPECT_FALSE(std::is_sorted(drawn.begin(), drawn.end()));
  EXPECT_GT(*std::max_element(drawn.begin(), drawn.end()), kStatusListSize / 2);
  EXPECT_LT(*std::min_element(drawn.begin(), drawn.end()), kStatusListSize / 2);
  world.edit("INSERT INTO status_list VALUES(0, 32767)");
  EXPECT_EQ(world.registry.propose(0, 1).value().indices[0].list, 0u);
  EXPECT_EQ(world.registry.propose(0, 2).value().indices[0].list, 1u);
}

// CAS-1, CAS-11: recorded is not good; never completed ends as revoked.
TEST(Registry, WhatIsOnlyReservedIsNeverGood) {
  RegistryWorld world;
  const auto card = world.new_card(1);
  EXPECT_EQ(world.registry.certificate_status(Ca::kAuth, Bytes{1, 2, 3}).value().kind, Kind::kUnknown);
  const NewPhone phone = world.prepare_phone(card);
  const Bytes serial = phone.certificates[0].serial;
  EXPECT_EQ(world.registry.certificate_status(Ca::kAuth, serial).value().kind, Kind::kUnknown);
  EXPECT_EQ(world.registry.certificate_status(Ca::kSign, serial).value().kind, Kind::kUnknown)
      << "the other authority's";
  world.clock.advance(kReservationLife);
  ASSERT_TRUE(world.registry.tick());
  EXPECT_EQ(world.registry.certificate_status(Ca::kAuth, serial).value().kind, Kind::kUnknown) << "not yet";
  world.clock.advance(Seconds{1});
  ASSERT_TRUE(world.registry.tick());
  EXPECT_EQ(world.registry.certificate_status(Ca::kAuth, serial).value().kind, Kind::kRevoked);
  EXPECT_EQ(mdocs(world, phone.phone, "revoked"), 2);
  EXPECT_EQ(world.registry.complete_enrolment(phone, version_answer).error().reason, Reason::TRANSITION_REFUSED);
  EXPECT_TRUE(world.registry.verify_log());
}

TEST(Registry, WhatIsCompletedMustBeWhatWasRecorded) {
  RegistryWorld world;
  const auto card = world.new_card(1);
  NewPhone phone = world.prepare_phone(card);
  const NewPhone good = phone;
  phone.certificates[0].der[10] ^= 1;  // inside tbsCertificate
  EXPECT_EQ(world.registry.complete_enrolment(phone, version_answer).error().reason, Reason::CONFLICT);
  phone = good;
  phone.certificates[0].der = phone.certificates[1].der;
  EXPECT_EQ(world.registry.complete_enrolment(phone, version_answer).error().reason, Reason::CONFLICT);
  phone = good;
  phone.mdocs.push_back(world.prepare_phone(card).mdocs[0]);  // another phone's
  EXPECT_EQ(world.registry.complete_enrolment(phone, version_answer).error().reason, Reason::CONFLICT);
  phone = good;
  phone.certificates.push_back(world.prepare_phone(card).certificates[0]);
  EXPECT_EQ(world.registry.complete_enrolment(phone, version_answer).error().reason, Reason::CONFLICT);
  EXPECT_EQ(world.number("SELECT count(*) FROM phone"), 0);
  EXPECT_TRUE(world.registry.complete_enrolment(good, version_answer));
}

TEST(Registry, APhoneIsPendingUntilItsInstantAndToldOnce) {
  RegistryWorld world;
  const auto phone = world.enrol(world.new_card(1));
  EXPECT_EQ(world.registry.phone(phone).value().state, PhoneState::kPending);
  EXPECT_EQ(world.registry.phone(phone).value().active_at, world.clock.now() + kActivationDelay);
  world.clock.advance(Seconds{179});
  ASSERT_TRUE(world.registry.tick());
  EXPECT_EQ(world.registry.phone(phone).value().state, PhoneState::kPending);
  EXPECT_EQ(notice_kinds(world, phone), (std::vector<std::string>{"added"}));
  world.clock.advance(Seconds{1});
  EXPECT_EQ(world.registry.phone(phone).value().state, PhoneState::kActive);
  ASSERT_TRUE(world.registry.tick());
  ASSERT_TRUE(world.registry.tick());
  EXPECT_EQ(notice_kinds(world, phone), (std::vector<std::string>{"added", "usable"}));
}

// ISS-12: one live phone; the former ends in the same transaction, also when the new one waits for 08:00.
TEST(Registry, ANewPhoneEndsTheFormer) {
  for (const bool suspended : {false, true}) {
    RegistryWorld world;
    const auto card = world.new_card(1);
    const PhoneId first = world.enrol(card);
    if (suspended) {
      ASSERT_TRUE(world.registry.suspend(first, kHotline));
    }
    world.clock.set(japan_instant(japan_date(world.clock.now()), 22, 0, 0));
    const PhoneId second = world.enrol(card);
    const Phone ended = world.registry.phone(first).value();
    EXPECT_EQ(ended.state, PhoneState::kEnded);
    EXPECT_EQ(ended.cause, "replace");
    EXPECT_EQ(states(world, first, Ca::kAuth), (std::vector{State::kRevoked}));
    EXPECT_EQ(states(world, first, Ca::kSign), (std::vector{State::kRevoked}));
    EXPECT_EQ(mdocs(world, first, "revoked"), 2);
    EXPECT_EQ(notice_kinds(world, first).back(), "replaced");
    EXPECT_EQ(world.registry.phone(second).value().state, PhoneState::kPending);
    EXPECT_EQ(world.registry.live_phone_of(card.person).value(), second);
    EXPECT_EQ(world.registry.card(card.card).value().state, State::kActive) << "the card stays as it is";
    EXPECT_EQ(world.registry.certificate_status(Ca::kAuth, card.auth_serial).value().kind, Kind::kGood);
  }
}

// I1 in the schema itself: even our own bug cannot make two live phones.
TEST(Registry, TheSchemaKeepsOneLivePhone) {
  RegistryWorld world;
  const auto card = world.new_card(1);
  const PhoneId first = world.enrol(card);
  const PhoneId second = world.enrol(card);
  const auto done = world.store->write([&](store::Transaction& tx) {
    return tx.run("UPDATE phone SET state = 'suspended' WHERE id = ?1", {first.text});
  });
  EXPECT_EQ(done.error().reason, Reason::CONFLICT);
  EXPECT_EQ(world.registry.live_phone_of(card.person).value(), second);
}

TEST(Registry, SuspensionHoldsCertificatesAndWithdrawsMdocs) {
  RegistryWorld world;
  const auto card = world.new_card(1);
  const PhoneId phone = world.enrol(card);
  const Phone now = world.registry.suspend(phone, kFindmy, "finder").value();
  EXPECT_EQ(now.state, PhoneState::kSuspended);
  EXPECT_EQ(now.version, 2);
  const auto rows = world.registry.certificates_of(Holder::kPhone, phone.text).value();
  for (const CertificateRecord& row : rows) {
    const CertificateStatus status = world.registry.certificate_status(row.ca, row.serial).value();
    EXPECT_EQ(status.kind, Kind::kRevoked);
    EXPECT_EQ(status.reason, RevocationReason::kCertificateHold);
    EXPECT_EQ(status.revoked_at, world.clock.now());
  }
  EXPECT_EQ(mdocs(world, phone, "revoked"), 2);
  EXPECT_EQ(world.registry.certificate_status(Ca::kAuth, card.auth_serial).value().kind, Kind::kGood) << "the card's";
  EXPECT_EQ(world.registry.suspend(phone, kPhoneHolder).error().reason, Reason::FORBIDDEN);
  EXPECT_EQ(world.registry.suspend(PhoneId{"phone-x"}, kHotline).error().reason, Reason::NOT_FOUND);
  EXPECT_EQ(world.registry.suspend(phone, kHotline).value().version, 3) << "again";
  EXPECT_EQ(notice_kinds(world, phone), (std::vector<std::string>{"added", "suspended"}));
}

// The asymmetry of the real system: the one comes back, the other is a new one.
TEST(Registry, ResumptionLiftsTheHoldOfOneAndReplacesTheOther) {
  RegistryWorld world;
  const PhoneId phone = world.enrol(world.new_card(1));
  world.clock.advance(std::chrono::hours{1});
  ASSERT_TRUE(world.registry.suspend(phone, kHotline));
  EXPECT_EQ(world.resume(phone, "a").value(), to_bytes("v3"));
  EXPECT_EQ(states(world, phone, Ca::kAuth), (std::vector{State::kValid}));
  EXPECT_EQ(states(world, phone, Ca::kSign), (std::vector{State::kRevoked, State::kValid}));
  EXPECT_EQ(mdocs(world, phone, "revoked"), 2);
  EXPECT_EQ(mdocs(world, phone, "valid"), 2);
  EXPECT_EQ(world.registry.phone(phone).value().state, PhoneState::kActive);
  EXPECT_EQ(world.resume(phone, "b").error().reason, Reason::TRANSITION_REFUSED) << "nothing is suspended";
}

TEST(Registry, RefreshAddsABatchAndOnlyToAnActivePhone) {
  RegistryWorld world;
  const PhoneId phone = world.enrol(world.new_card(1));
  ASSERT_TRUE(world.refresh(phone, "a"));
  EXPECT_EQ(mdocs(world, phone, "valid"), 4);
  ASSERT_TRUE(world.registry.suspend(phone, kHotline));
  EXPECT_EQ(world.refresh(phone, "b").error().reason, Reason::PHONE_SUSPENDED);
  ASSERT_TRUE(world.remove(phone, "c"));
  EXPECT_EQ(world.refresh(phone, "d").error().reason, Reason::PHONE_ENDED);
  EXPECT_EQ(mdocs(world, phone, "valid"), 0);
}

TEST(Registry, DeletionRevokesAtOnce) {
  RegistryWorld world;
  const auto card = world.new_card(1);
  const PhoneId phone = world.enrol(card);
  ASSERT_TRUE(world.remove(phone, "a"));
  EXPECT_EQ(world.registry.phone(phone).value().cause, "delete");
  EXPECT_EQ(states(world, phone, Ca::kAuth), (std::vector{State::kRevoked}));
  EXPECT_FALSE(world.registry.live_phone_of(card.person).value().has_value());
  EXPECT_EQ(world.registry.suspend(phone, kHotline).error().reason, Reason::PHONE_ENDED);
  const auto list = world.registry.revoked(Ca::kAuth, world.clock.now()).value();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].reason, RevocationReason::kCessationOfOperation);
  EXPECT_TRUE(world.registry.revoked(Ca::kAuth, world.clock.now() + Days{1001}).value().empty())
      << "after its validity";
}

TEST(Registry, ALostCardHoldsItsCertificatesForGoodAndEndsThePhone) {
  RegistryWorld world;
  const auto card = world.new_card(1);
  const PhoneId phone = world.enrol(card);
  EXPECT_EQ(world.registry.stop_card(card.card, kFindmy).error().reason, Reason::FORBIDDEN);
  EXPECT_EQ(world.registry.phone(phone).value().state, PhoneState::kPending) << "nothing of a refused operation stays";
  ASSERT_TRUE(world.registry.stop_card(card.card, kHotline));
  EXPECT_EQ(world.registry.phone(phone).value().state, PhoneState::kEnded);
  EXPECT_EQ(world.registry.certificate_status(Ca::kAuth, card.auth_serial).value().reason,
            RevocationReason::kCertificateHold);
  EXPECT_EQ(world.registry.stop_card(card.card, kHotline).error().reason, Reason::TRANSITION_REFUSED);
  EXPECT_EQ(world.registry.stop_card(CardId{"card-x"}, kHotline).error().reason, Reason::NOT_FOUND);
  const auto renewed = world.new_card(1);  // the same person at the city counter
  EXPECT_EQ(renewed.person, card.person);
  EXPECT_EQ(world.registry.card(card.card).value().state, State::kEnded);
  EXPECT_EQ(world.registry.certificate_status(Ca::kAuth, card.auth_serial).value().reason,
            RevocationReason::kSuperseded);
  EXPECT_TRUE(world.registry.judge_card(renewed.card, renewed.sign_serial, renewed.auth_serial));
}

// ISS-11, each with its own reason; and again inside the completing transaction.
TEST(Registry, EnrolmentJudgesTheCard) {
  RegistryWorld world;
  const auto card = world.new_card(1);
  const auto other = world.new_card(2);
  const auto judge = [&](const RegistryWorld::HeldCard& it) {
    return world.registry.judge_card(it.card, it.sign_serial, it.auth_serial);
  };
  EXPECT_TRUE(judge(card));
  EXPECT_EQ(judge({card.person, CardId{"card-x"}, card.auth_serial, card.sign_serial}).error().reason,
            Reason::CARD_NOT_VALID);
  EXPECT_EQ(judge({card.person, card.card, card.auth_serial, other.sign_serial}).error().reason,
            Reason::NO_SIGNING_CERTIFICATE);
  EXPECT_EQ(judge({card.person, card.card, other.auth_serial, card.sign_serial}).error().reason, Reason::CERT_REVOKED);
  EXPECT_EQ(judge({card.person, card.card, card.auth_serial, Bytes{}}).error().reason, Reason::NO_SIGNING_CERTIFICATE);

  const NewPhone phone = world.prepare_phone(card);
  NewPhone mixed = phone;
  mixed.person = other.person;
  EXPECT_EQ(world.registry.complete_enrolment(mixed, version_answer).error().reason, Reason::PERSON_MISMATCH);
  ASSERT_TRUE(world.registry.stop_card(card.card, kCity));  // a hold arrives while issuing (LFC-3)
  EXPECT_EQ(world.registry.complete_enrolment(phone, version_answer).error().reason, Reason::CERT_SUSPENDED);
  world.new_card(1);
  EXPECT_EQ(world.registry.complete_enrolment(phone, version_answer).error().reason, Reason::CARD_NOT_VALID);
  world.clock.advance(Days{1001});
  EXPECT_EQ(judge(other).error().reason, Reason::CERT_EXPIRED);
  world.clock.advance(Days{1000});
  EXPECT_EQ(judge(other).error().reason, Reason::CARD_NOT_VALID);
  EXPECT_EQ(world.number("SELECT count(*) FROM phone"), 0);
}

// LFC-3: what was begun before a hold does not undo it.
TEST(Registry, AHoldThatArrivesWhileIssuingStays) {
  RegistryWorld world;
  const PhoneId phone = world.enrol(world.new_card(1));
  const Phone before = world.registry.phone(phone).value();
  PhoneChange refreshing = world.change(phone, "a");
  refreshing.mdocs = world.reserve(before.person, Holder::kPhone, phone.text, {}, 2).value().mdocs;
  ASSERT_TRUE(world.registry.suspend(phone, kHotline));
  EXPECT_EQ(world.registry.refresh(refreshing, version_answer).error().reason, Reason::STALE_VERSION);

  PhoneChange resuming = world.change(phone, "b");
  auto batch = world.reserve(before.person, Holder::kPhone, phone.text, {Ca::kSign}, 2).value();
  resuming.certificates = batch.certificates;
  ASSERT_TRUE(world.registry.suspend(phone, kHotline)) << "a second hold, while the resumption is signed";
  EXPECT_EQ(world.registry.resume(resuming, version_answer).error().reason, Reason::STALE_VERSION);
  EXPECT_EQ(world.registry.phone(phone).value().state, PhoneState::kSuspended);
  EXPECT_EQ(mdocs(world, phone, "valid"), 0);
  EXPECT_EQ(states(world, phone, Ca::kSign), (std::vector{State::kHeld, State::kReserved}));
}

// LFC-2, one after the other in both orders; registry_races_test.cc has them at once.
TEST(Registry, RevocationWinsOverResumptionInEveryOrder) {
  for (const bool revoke_first : {true, false}) {
    RegistryWorld world;
    const PhoneId phone = world.enrol(world.new_card(1));
    ASSERT_TRUE(world.registry.suspend(phone, kHotline));
    if (revoke_first) {
      ASSERT_TRUE(world.remove(phone, "a"));
      EXPECT_EQ(world.resume(phone, "b").error().reason, Reason::PHONE_ENDED);
    } else {
      ASSERT_TRUE(world.resume(phone, "b"));
      ASSERT_TRUE(world.remove(phone, "a"));
    }
    EXPECT_EQ(states(world, phone, Ca::kAuth), (std::vector{State::kRevoked}));
  }
}

// LFC-4
TEST(Registry, TheSameKeyGivesTheSameAnswerAndAnotherRequestAConflict) {
  RegistryWorld world;
  const PhoneId phone = world.enrol(world.new_card(1));
  PhoneChange asked = world.change(phone, "a");
  const Bytes answer = world.registry.delete_phone(asked, version_answer).value();
  const LogHead head = world.registry.log_head().value();
  EXPECT_EQ(world.registry.delete_phone(asked, version_answer).value(), answer);
  EXPECT_EQ(world.registry.answered(asked.idempotency).value(), answer);
  EXPECT_EQ(world.registry.log_head().value(), head) << "nothing happened twice";
  asked.idempotency.request[0] ^= 1;
  EXPECT_EQ(world.registry.delete_phone(asked, version_answer).error().reason, Reason::CONFLICT);
  EXPECT_EQ(world.registry.answered(asked.idempotency).error().reason, Reason::CONFLICT);
  EXPECT_FALSE(world.registry.answered({"phone-y", "a", asked.idempotency.request}).value().has_value())
      << "another phone's key";
}

// LFC-5
TEST(Registry, ALateMessageFromTheOldPhoneIsStale) {
  RegistryWorld world;
  const auto card = world.new_card(1);
  const PhoneId old_phone = world.enrol(card);
  const PhoneChange late = world.change(old_phone, "a");
  const PhoneId fresh = world.enrol(card);
  EXPECT_EQ(world.registry.delete_phone(late, version_answer).error().reason, Reason::STALE_VERSION);
  EXPECT_EQ(world.registry.phone(fresh).value().state, PhoneState::kPending);
}

TEST(Registry, ASessionWorksOnce) {
  RegistryWorld world;
  const auto card = world.new_card(1);
  NewPhone phone = world.prepare_phone(card);
  EXPECT_EQ(as_text(world.registry.session(phone.session).value().recording), "face");
  ASSERT_TRUE(world.registry.set_motion(phone.session, "turn-left"));
  EXPECT_TRUE(world.registry.session(phone.session).value().recording.empty()) << "another movement, another recording";
  EXPECT_FALSE(world.registry.completed_enrolment(phone.session, phone.request).value().has_value());
  const Bytes answer = world.registry.complete_enrolment(phone, version_answer).value();
  EXPECT_EQ(world.registry.complete_enrolment(phone, version_answer).value(), answer) << "same evidence, same answer";
  EXPECT_EQ(world.registry.completed_enrolment(phone.session, phone.request).value(), answer);
  EXPECT_EQ(world.number("SELECT count(*) FROM phone"), 1);
  phone.request[0] ^= 1;
  EXPECT_EQ(world.registry.completed_enrolment(phone.session, phone.request).error().reason, Reason::REPLAY);
  EXPECT_EQ(world.registry.session(phone.session).error().reason, Reason::REPLAY);
  EXPECT_EQ(world.registry.record_face(phone.session, as_bytes("x")).error().reason, Reason::REPLAY);
  EXPECT_EQ(world.number("SELECT length(recording) FROM enrolment_session"), 0) << "the face is not kept";
}

TEST(Registry, ASessionEnds) {
  RegistryWorld world;
  const NewPhone phone = world.prepare_phone(world.new_card(1));
  EXPECT_EQ(world.registry.session("session-x").error().reason, Reason::NOT_FOUND);
  world.clock.advance(std::chrono::minutes{30});
  EXPECT_EQ(world.registry.session(phone.session).error().reason, Reason::SESSION_EXPIRED);
  EXPECT_EQ(world.registry.set_motion(phone.session, "blink").error().reason, Reason::SESSION_EXPIRED);
  EXPECT_EQ(world.registry.complete_enrolment(phone, version_answer).error().reason, Reason::SESSION_EXPIRED);
  world.clock.advance(std::chrono::hours{1} + Seconds{1});
  ASSERT_TRUE(world.registry.tick());
  EXPECT_EQ(world.number("SELECT count(*) FROM enrolment_session"), 0);
}

TEST(Registry, TheHotlineFindsOnePersonOrNobody) {
  RegistryWorld world;
  const auto card = world.new_card(1);
  const Person person = world.registry.person(card.person).value();
  const auto find = [&] { return world.registry.live_phone_of(person.facts.name, person.facts.birth_date); };
  EXPECT_EQ(find().error().reason, Reason::NOT_FOUND);
  const PhoneId phone = world.enrol(card);
  EXPECT_EQ(find().value(), phone);
  EXPECT_EQ(world.registry.live_phone_of(person.facts.name, date_from_text("1980-02-18").value()).error().reason,
            Reason::NOT_FOUND);
  world.enrol(world.new_card(2));
  world.edit("UPDATE person SET name = '" + person.facts.name + "'");
  EXPECT_EQ(find().error().reason, Reason::NOT_FOUND) << "two people of one name";
}

TEST(Registry, StatusBitsAreSetForTheWithdrawnAndForNothingElse) {
  RegistryWorld world;
  EXPECT_EQ(world.registry.status_lists().value(), 0u);
  EXPECT_EQ(world.registry.status_bits(0).error().reason, Reason::NOT_FOUND);
  const auto card = world.new_card(1);
  const NewPhone phone = world.prepare_phone(card);
  ASSERT_TRUE(world.registry.complete_enrolment(phone, version_answer));
  world.enrol(world.new_card(2));
  EXPECT_EQ(world.registry.status_lists().value(), 1u);
  EXPECT_EQ(world.registry.status_bits(0).value(), Bytes(kStatusListSize / 8, 0));
  ASSERT_TRUE(world.registry.suspend(phone.phone, kHotline));
  Bytes expected(kStatusListSize / 8, 0);
  for (const StatusIndex& index : phone.mdocs)
    expected[index.idx / 8] = static_cast<uint8_t>(expected[index.idx / 8] | (1 << (index.idx % 8)));
  EXPECT_EQ(world.registry.status_bits(0).value(), expected);
}

// I10
TEST(Registry, PublicationNumbersGoUpAlsoAfterAFailure) {
  RegistryWorld world;
  EXPECT_EQ(world.registry.next_publication("crl-auth").value(), 1);
  EXPECT_EQ(world.registry.next_publication("crl-auth").value(), 2);
  EXPECT_EQ(world.registry.next_publication("crl-sign").value(), 1);
  world.failing.arm(testing::FailingStore::When::kAfter, 0);
  EXPECT_EQ(world.registry.next_publication("crl-auth").error().reason, Reason::STORAGE_FAILED);
  world.failing.arm(testing::FailingStore::When::kNever, 0);
  EXPECT_EQ(world.registry.next_publication("crl-auth").value(), 4);
}

// LFC-6: each column of each row that decides something.
TEST(Registry, ARowThatWasEditedIsNotRead) {
  const std::vector<std::pair<std::string, std::string>> edits{{"phone", "state = 'suspended'"},
                                                               {"phone", "person = person, version = version + 1"},
                                                               {"phone", "active_at = 0"},
                                                               {"phone", "cause = 'x'"},
                                                               {"phone", "instance_spki = x'00'"},
                                                               {"phone", "model = 'x'"},
                                                               {"phone", "mac = x''"}};
  for (const auto& [table, edit] : edits) {
    RegistryWorld world;
    const PhoneId phone = world.enrol(world.new_card(1));
    world.edit("UPDATE " + table + " SET " + edit);
    EXPECT_EQ(world.registry.phone(phone).error().reason, Reason::ROW_TAMPERED) << edit;
    EXPECT_EQ(world.registry.suspend(phone, kHotline).error().reason, Reason::ROW_TAMPERED) << edit;
  }
  for (const char* edit :
       {"state = 'valid'", "reason = 1", "changed_at = 0", "not_before = 0", "not_after = 0", "tbs = x''", "der = x''",
        "holder = 'card'", "holder_id = 'x'", "person = 'x'", "reserved_at = 0"}) {
    RegistryWorld world;
    const PhoneId phone = world.enrol(world.new_card(1));
    const Bytes serial = world.registry.certificates_of(Holder::kPhone, phone.text).value()[0].serial;
    ASSERT_TRUE(world.registry.suspend(phone, kHotline));
    world.edit(std::string{"UPDATE certificate SET "} + edit);
    EXPECT_EQ(world.registry.certificate_status(Ca::kAuth, serial).error().reason, Reason::ROW_TAMPERED) << edit;
  }
  RegistryWorld world;
  const auto card = world.new_card(1);
  world.edit("UPDATE card SET expires = expires + 1");
  EXPECT_EQ(world.registry.card(card.card).error().reason, Reason::ROW_TAMPERED);
  world.edit("UPDATE person SET my_number = x'0000'");
  EXPECT_EQ(world.registry.person(card.person).error().reason, Reason::ROW_TAMPERED);
}

// CAS-11, I3, I7: a failure at every write of an enrolment leaves nothing good and nothing signed without a record.
TEST(Registry, AFailureAtAnyWriteLeavesNothingHalfDone) {
  for (const auto when : {testing::FailingStore::When::kBefore, testing::FailingStore::When::kAfter}) {
    RegistryWorld world;
    const auto card = world.new_card(1);
    const PhoneId first = world.enrol(card);
    const NewPhone phone = world.prepare_phone(card);
    world.failing.arm(when, 0);
    EXPECT_EQ(world.registry.complete_enrolment(phone, version_answer).error().reason, Reason::STORAGE_FAILED);
    world.failing.arm(testing::FailingStore::When::kNever, 0);
    const bool took_effect = when == testing::FailingStore::When::kAfter;
    EXPECT_EQ(world.registry.live_phone_of(card.person).value(), took_effect ? phone.phone : first);
    EXPECT_EQ(world.registry.complete_enrolment(phone, version_answer).value(), to_bytes("v1")) << "asked again";
    EXPECT_EQ(world.registry.live_phone_of(card.person).value(), phone.phone);
    EXPECT_EQ(world.number("SELECT count(*) FROM phone"), 2);
    EXPECT_TRUE(world.registry.verify_log());
  }
}

}  // namespace
}  // namespace mitome::registry
