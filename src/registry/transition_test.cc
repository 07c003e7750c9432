#include "registry/transition.h"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "testing/fakes.h"

namespace mitome::registry {
namespace {

bool is_final(State state) { return state == State::kRevoked || state == State::kEnded; }

TEST(Transition, NothingLeavesAFinalState) {
  for (const Transition& line : transitions()) EXPECT_FALSE(is_final(line.from)) << name_of(line.event);
}

TEST(Transition, OneLineForOneEventAndSomebodyMayCauseIt) {
  std::set<std::tuple<Entity, State, Event>> seen;
  for (const Transition& line : transitions()) {
    EXPECT_TRUE(seen.insert({line.entity, line.from, line.event}).second);
    EXPECT_NE(line.who, 0);
    EXPECT_NE(line.to, State::kNone);
  }
}

TEST(Transition, OnlyAPhonesUserAuthenticationCertificateComesBackFromHold) {
  int lines = 0;
  for (const Transition& line : transitions()) {
    if (line.from != State::kHeld || is_final(line.to)) continue;
    ++lines;
    EXPECT_EQ(line.entity, Entity::kPhoneAuthCertificate);
    EXPECT_EQ(line.event, Event::kRelease);
    EXPECT_EQ(line.who, kPhoneHolder);
  }
  EXPECT_EQ(lines, 1);
}

TEST(Transition, NothingBecomesValidButFromAReservation) {
  for (const Transition& line : transitions()) {
    if (line.to == State::kValid && line.event != Event::kRelease) {
      EXPECT_EQ(line.from, State::kReserved);
    }
  }
}

TEST(Transition, WhatTheTableDoesNotSayIsRefused) {
  EXPECT_EQ(next_state(Entity::kPhone, State::kSuspended, Event::kResume, kPhoneHolder).value(), State::kActive);
  EXPECT_EQ(next_state(Entity::kPhone, State::kSuspended, Event::kResume, kHotline).error().reason, Reason::FORBIDDEN);
  EXPECT_EQ(next_state(Entity::kPhone, State::kActive, Event::kResume, kPhoneHolder).error().reason,
            Reason::TRANSITION_REFUSED);
  EXPECT_EQ(next_state(Entity::kPhone, State::kEnded, Event::kResume, kPhoneHolder).error().reason,
            Reason::TRANSITION_REFUSED);
  EXPECT_EQ(next_state(Entity::kCardCertificate, State::kHeld, Event::kRelease, kCity).error().reason,
            Reason::TRANSITION_REFUSED);
}

// Whatever comes in whatever order: a state changes only along a line, and a final one never.
TEST(Transition, RandomEventsNeverLeaveTheTable) {
  testing::SeededRandom random{2026};
  for (int walk = 0; walk < 2000; ++walk) {
    const auto entity = static_cast<Entity>(random.below(6));
    State state = State::kNone;
    for (int step = 0; step < 20; ++step) {
      const auto event = static_cast<Event>(random.below(15));
      const auto who = static_cast<Who>(1 << random.below(7));
      const auto next = next_state(entity, state, event, who);
      bool defined = false;
      for (const Transition& line : transitions())
        defined |= line.entity == entity && line.from == state && line.event == event && (line.who & who) != 0;
      ASSERT_EQ(next.has_value(), defined);
      if (is_final(state)) {
        ASSERT_FALSE(next.has_value());
      }
      if (next) state = *next;
    }
  }
}

TEST(Transition, NamesComeBack) {
  for (int i = 0; i < 8; ++i) EXPECT_EQ(state_from_name(name_of(static_cast<State>(i))).value(), static_cast<State>(i));
  EXPECT_EQ(state_from_name("good").error().reason, Reason::ROW_TAMPERED);
  EXPECT_EQ(names_of_who(kHotline | kFindmy), "hotline, findmy");
}

TEST(Transition, TheDocumentationPrintsTheTable) {
  const std::string page = testing::read_text_file(std::string{MITOME_SOURCE_DIR} + "/docs/lifecycle.md");
  EXPECT_NE(page.find(transitions_markdown()), std::string::npos) << "docs/lifecycle.md should hold:\n"
                                                                  << transitions_markdown();
}

}  // namespace
}  // namespace mitome::registry
