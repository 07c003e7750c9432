// What happens at the same moment, and what happens in any order.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <thread>

#include "testing/registry_world.h"

namespace mitome::registry {
namespace {

using testing::RegistryWorld;
using testing::version_answer;

/// Runs all at once: every thread waits for the last one to be ready.
void at_once(const std::vector<std::function<void()>>& bodies) {
  std::atomic<size_t> ready{0};
  std::vector<std::thread> threads;
  for (const auto& body : bodies) {
    threads.emplace_back([&ready, &body, count = bodies.size()] {
      ++ready;
      while (ready.load() < count) std::this_thread::yield();
      body();
    });
  }
  for (auto& thread : threads) thread.join();
}

const char* const kLive = "SELECT count(*) FROM phone WHERE state IN ('active', 'suspended')";
const char* const kGoodAuth =
    "SELECT count(*) FROM certificate WHERE holder = 'phone' AND ca = 'auth' AND state = 'valid'";

// LFC-1
TEST(RegistryRaces, ManyPhonesOfOnePersonAtOnce) {
  for (const int phones : {2, 3, 8, 64}) {
    const int rounds = phones > 8 ? 2 : 40;
    RegistryWorld world;
    for (int round = 0; round < rounds; ++round) {
      const auto card = world.new_card(round);
      std::vector<NewPhone> prepared;
      for (int i = 0; i < phones; ++i) prepared.push_back(world.prepare_phone(card));
      std::atomic<int> completed{0};
      std::vector<std::function<void()>> bodies;
      for (const NewPhone& phone : prepared)
        bodies.emplace_back(
            [&] { completed += world.registry.complete_enrolment(phone, version_answer).has_value() ? 1 : 0; });
      at_once(bodies);
      EXPECT_EQ(completed, phones) << "each in its turn";
      ASSERT_EQ(world.number(kLive), round + 1);
      ASSERT_EQ(world.number(kGoodAuth), round + 1);
    }
    EXPECT_TRUE(world.registry.verify_log());
  }
}

TEST(RegistryRaces, TheSameEvidenceManyTimesIsOnePhone) {
  RegistryWorld world;
  const NewPhone phone = world.prepare_phone(world.new_card(1));
  std::atomic<int> same{0};
  at_once(std::vector<std::function<void()>>(16, [&] {
    const auto answer = world.registry.complete_enrolment(phone, version_answer);
    same += answer && *answer == to_bytes("v1") ? 1 : 0;
  }));
  EXPECT_EQ(same, 16);
  EXPECT_EQ(world.number("SELECT count(*) FROM phone"), 1);
}

// LFC-2
TEST(RegistryRaces, ResumptionAgainstDeletionAndReplacement) {
  RegistryWorld world;
  for (int round = 0; round < 40; ++round) {
    const auto card = world.new_card(round);
    const PhoneId phone = world.enrol(card);
    ASSERT_TRUE(world.registry.suspend(phone, kHotline));
    const bool replace = round % 2 == 0;
    const NewPhone next = world.prepare_phone(card);
    at_once({[&] { (void)world.resume(phone, "resume").has_value(); },
             [&] {
               if (replace) {
                 CHECK(world.registry.complete_enrolment(next, version_answer).has_value());
               } else {
                 while (!world.remove(phone, "delete"))
                   std::this_thread::yield();  // stale against the resumption: again
               }
             }});
    ASSERT_EQ(world.registry.phone(phone).value().state, PhoneState::kEnded);
    const auto rows = world.registry.certificates_of(Holder::kPhone, phone.text).value();
    for (const CertificateRecord& row : rows)
      ASSERT_TRUE(row.state == State::kRevoked || row.der.empty()) << name_of(row.state);
  }
}

// The walk of all lifecycle verbs in any order: I1, I6, the hold rules, and the log.
TEST(RegistryRaces, AnyOrderOfEventsKeepsTheInvariants) {
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    testing::SeededRandom random{seed};
    RegistryWorld world;
    std::vector<RegistryWorld::HeldCard> cards{world.new_card(0), world.new_card(1)};
    std::vector<PhoneId> phones;
    std::map<Bytes, State> before;
    int keys = 0;
    for (int step = 0; step < 120; ++step) {
      const size_t person = random.below(2);
      const auto some_phone = [&] {
        return phones.empty() ? PhoneId{"phone-none"} : phones[random.below(phones.size())];
      };
      const std::string key = std::to_string(++keys);
      switch (random.below(9)) {
        case 0: {
          const NewPhone phone = world.prepare_phone(cards[person]);
          if (world.registry.complete_enrolment(phone, version_answer)) phones.push_back(phone.phone);
          break;
        }
        case 1:
          (void)world.registry.suspend(some_phone(), static_cast<Who>(1 << random.below(6))).has_value();
          break;
        case 2:
        case 3:
          if (!phones.empty()) (void)world.resume(some_phone(), key).has_value();
          break;
        case 4:
          if (!phones.empty()) (void)world.refresh(some_phone(), key).has_value();
          break;
        case 5:
          if (!phones.empty()) (void)world.remove(some_phone(), key).has_value();
          break;
        case 6:
          (void)world.registry.stop_card(cards[person].card, static_cast<Who>(1 << random.below(6))).has_value();
          break;
        case 7:
          cards[person] = world.new_card(static_cast<int>(person));
          break;
        default:
          world.clock.advance(Seconds{static_cast<int64_t>(random.below(1200))});
          ASSERT_TRUE(world.registry.tick());
      }
      ASSERT_EQ(world.number("SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM phone WHERE state != 'ended' "
                             "GROUP BY person)") <= 1,
                true);
      ASSERT_EQ(world.number("SELECT count(*) FROM certificate JOIN phone ON phone.id = holder_id WHERE phone.state = "
                             "'ended' AND certificate.state IN ('valid', 'held')"),
                0);
      ASSERT_EQ(world.number("SELECT count(*) FROM mdoc JOIN phone ON phone.id = mdoc.phone WHERE phone.state != "
                             "'active' AND mdoc.state = 'valid'"),
                0);
      for (const auto& [holder, id] : [&] {
             std::vector<std::pair<Holder, std::string>> all;
             for (const auto& card : cards) all.emplace_back(Holder::kCard, card.card.text);
             for (const auto& phone : phones) all.emplace_back(Holder::kPhone, phone.text);
             return all;
           }()) {
        const auto rows = world.registry.certificates_of(holder, id).value();
        for (const CertificateRecord& row : rows) {
          const State was = before.contains(row.serial) ? before[row.serial] : State::kNone;
          ASSERT_FALSE(was == State::kRevoked && row.state != State::kRevoked) << "I6";
          ASSERT_FALSE(was == State::kHeld && row.state == State::kValid &&
                       (holder == Holder::kCard || row.ca == Ca::kSign));
          before[row.serial] = row.state;
        }
      }
    }
    ASSERT_TRUE(world.registry.verify_log()) << seed;
  }
}

}  // namespace
}  // namespace mitome::registry
