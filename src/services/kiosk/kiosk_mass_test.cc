// SVC-1, SVC-2: 256 people at 256 terminals in three shops at the same millisecond, again and again, while sessions end, printers are
// late, answers are asked for twice and the next customer is already there. Every paper that leaves is read: whose is it?
// MITOME_KIOSK_JOBS says how many (10,000; in .ci/long a million).
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "testing/kiosk_world.h"

namespace mitome::services {
namespace {

constexpr size_t kTerminalsPerShop = 86, kShopsWithPhones = 3, kThreads = 4, kKeys = 16;

struct Person {
  std::string name;
  std::unique_ptr<testing::QuickChip> chip;
};

/// What goes wrong at a terminal in one round.
enum class Fate : uint8_t { kNone, kLeaves, kNextComes, kSlowPrinter, kAsksTwice, kEnds };

class Crowd {
 public:
  Crowd() : world_(kTerminalsPerShop) {
    for (size_t i = 0; i < kKeys; ++i) keys_.push_back(testing::test_signer(crypto::KeyType::kRsa, i));
    for (size_t i = 0; i < kTerminals; ++i) {
      people_.push_back(person(i));
      customers_.push_back(std::make_unique<testing::KioskWorld::Customer>(testing::KioskWorld::Customer{world_}));
      nexts_.push_back(std::make_unique<testing::KioskWorld::Customer>(testing::KioskWorld::Customer{world_}));
    }
    world_.plain_maker.on_make = [this](const render::CertificateText& text) { return printing(text); };
  }

  /// Everybody at once through the same steps; between two steps all wait for the last.
  void round(uint64_t seed) {
    testing::SeededRandom chance{seed};
    for (size_t i = kTerminals - 1; i > 0; --i) std::swap(people_[i], people_[chance.below(i + 1)]);
    fates_.clear();
    for (size_t i = 0; i < kTerminals; ++i) fates_.push_back(static_cast<Fate>(chance.below(8) < 3 ? chance.below(6) : 0));
    for (const auto step : {&Crowd::begin, &Crowd::hold, &Crowd::between, &Crowd::take}) {
      std::vector<std::thread> threads;
      for (size_t t = 0; t < kThreads; ++t)
        threads.emplace_back([this, step, t] {
          for (size_t i = t; i < kTerminals; i += kThreads) (this->*step)(i);
        });
      for (auto& each : threads) each.join();
    }
    world_.clock.advance(Seconds{5});
  }

  std::atomic<size_t> papers{0}, foreign{0}, destroyed{0}, mismatches{0};
  bool expect_mismatches = false;
  testing::KioskWorld& world() { return world_; }
  static constexpr size_t kTerminals = 256;

 private:
  Person person(size_t i) {
    Person out{"人" + std::to_string(i), nullptr};
    auto& key = *keys_[i % kKeys];
    out.chip = std::make_unique<testing::QuickChip>(
        key.key(), world_.certify(key.public_key(), testing::kTestPhoneAuth, testing::resident(out.name)), jpki::kPhoneLabel);
    return out;
  }
  /// A slow printer is still at work when its customer's session is ended by the next one.
  Result<void> printing(const render::CertificateText& text) {
    for (size_t i = 0; i < kTerminals; ++i)
      if (fates_[i] == Fate::kSlowPrinter && people_[i].name == text.name) start(*nexts_[i], i);
    return {};
  }
  void start(testing::KioskWorld::Customer& who, size_t i) {
    const auto started = who.start(world_.directory.shops()[i / kTerminalsPerShop].id, "T" + std::to_string(i + 1));
    if (started.string_or("phase", "") != "choose") ADD_FAILURE() << started.dump();
  }
  void begin(size_t i) {
    customers_[i]->cookie.clear();
    start(*customers_[i], i);
    customers_[i]->choose("residence", "phone");
    world_.readers[i]->chip = people_[i].chip.get();
  }
  void hold(size_t i) { customers_[i]->post("/api/read"); }
  void between(size_t i) {
    if (fates_[i] == Fate::kNextComes) start(*nexts_[i], i);
    if (fates_[i] == Fate::kEnds) customers_[i]->post("/api/end");
  }
  void take(size_t i) {
    if (fates_[i] == Fate::kLeaves) return;
    const auto answer = customers_[i]->post("/api/paper");
    if (fates_[i] == Fate::kAsksTwice) {
      EXPECT_EQ(customers_[i]->post("/api/paper").string_or("reason", ""), "REPLAY");
    }
    const bool ended = fates_[i] == Fate::kNextComes || fates_[i] == Fate::kEnds || fates_[i] == Fate::kSlowPrinter;
    if (ended) {
      EXPECT_EQ(answer.find("pdf"), nullptr) << "a paper left for a session that had ended";
      if (fates_[i] != Fate::kEnds) {
        EXPECT_EQ(nexts_[i]->post("/api/paper").find("pdf"), nullptr) << "the next customer got something";
      }
      ++destroyed;
      return;
    }
    const auto pdf = answer.base64url_at("pdf");
    if (!pdf && expect_mismatches && answer.string_or("reason", "") == "PERSON_MISMATCH") {
      ++mismatches;
      return;
    }
    if (!pdf) {
      ADD_FAILURE() << answer.dump();
      return;
    }
    ++papers;
    if (testing::line_of(*pdf, "NAME") != people_[i].name) ++foreign;
  }

  testing::KioskWorld world_;
  std::vector<std::unique_ptr<crypto::SoftwareSigner>> keys_;
  std::vector<Person> people_;
  std::vector<std::unique_ptr<testing::KioskWorld::Customer>> customers_, nexts_;
  std::vector<Fate> fates_;
};

TEST(KioskMass, NoForeignPaperEver) {
  const char* wanted = std::getenv("MITOME_KIOSK_JOBS");
  const size_t jobs = wanted ? std::strtoull(wanted, nullptr, 10) : 10'000;
  Crowd crowd;
  uint64_t rounds = 0;
  while (crowd.papers + crowd.destroyed < jobs && !::testing::Test::HasFailure()) {
    crowd.round(++rounds);
    if (rounds % 100 == 0) {
      ASSERT_TRUE(crowd.world().kiosk->tick());
    }
  }
  EXPECT_EQ(crowd.foreign, 0U);
  EXPECT_GT(crowd.papers, crowd.destroyed);
  EXPECT_GT(crowd.destroyed, jobs / 20);
  crowd.world().clock.advance(kIdle);
  ASSERT_TRUE(crowd.world().kiosk->tick());
  EXPECT_EQ(crowd.world().kiosk->held()->visits, 0U);
  EXPECT_EQ(crowd.world().kiosk->held()->papers, 0U);
  std::printf("%zu papers, %zu destroyed, %zu foreign, in %zu rounds of %zu terminals\n", crowd.papers.load(), crowd.destroyed.load(),
              crowd.foreign.load(), static_cast<size_t>(rounds), Crowd::kTerminals);
}

/// The same crowd while the municipality exchanges people now and then: no such paper leaves.
TEST(KioskMass, WhomTheMunicipalityExchangesGetsNothing) {
  Crowd crowd;
  size_t asked = 0;
  crowd.world().network.mix_up = [&](const std::string& serial) {
    return ++asked % 64 == 0 ? crowd.world().network.residents.begin()->first : serial;
  };
  crowd.expect_mismatches = true;
  for (uint64_t seed = 1; seed <= 3; ++seed) crowd.round(seed);
  EXPECT_EQ(crowd.foreign, 0U);
  EXPECT_GT(crowd.mismatches, 0U);
  EXPECT_GT(crowd.papers, 0U);
}

}  // namespace
}  // namespace mitome::services
