#include "phone/wallet.h"

#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "crypto/aead.h"
#include "testing/phone_world.h"

namespace mitome::phone {
namespace {

using testing::PhoneWorld;

/// Everything an attacker gets who copies wallet.db.
struct Dump {
  std::vector<std::pair<std::string, Bytes>> boxes;
  Bytes all;
};

Dump dump(store::Store& store) {
  Dump out;
  EXPECT_TRUE(store.read([&out](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(const auto sealed, transaction.query("SELECT name, box FROM sealed"));
    for (const auto& row : sealed) out.boxes.emplace_back(row.text(0), row.blob(1));
    TRY_ASSIGN(const auto logged, transaction.query("SELECT box FROM activity"));
    for (const auto& row : logged) out.boxes.emplace_back("activity", row.blob(0));
    TRY_ASSIGN(const auto settings, transaction.query("SELECT name, value FROM setting"));
    for (const auto& row : settings) append(out.all, as_bytes(row.text(0) + row.text(1)));
    return {};
  }));
  for (const auto& [name, box] : out.boxes) {
    append(out.all, as_bytes(name));
    append(out.all, box);
  }
  return out;
}

bool contains(ByteView haystack, std::string_view needle) { return as_text(haystack).find(needle) != std::string_view::npos; }

TEST(WalletTest, PHN4_AnotherPhoneOpensNothing) {
  PhoneWorld owner{1}, thief{2};
  owner.enrol();
  EXPECT_EQ(owner.wallet_state(), "active");
  std::swap(owner.store, thief.store);  // the wallet's database on another phone
  thief.restart();
  thief.enrol_face();
  const auto response = thief.call("GET", "/wallet");
  EXPECT_EQ(http::error_of(response).reason, Reason::WALLET_SEALED);
  const json::Value face = PhoneWorld::sample(PhoneWorld::face());
  EXPECT_EQ(thief.refused("/wallet/login", thief.login(face)), Reason::WALLET_SEALED);
  EXPECT_EQ(thief.refused("/wallet/engage"), Reason::WALLET_SEALED);
  EXPECT_EQ(thief.refused("/app/sync"), Reason::WALLET_SEALED);
  EXPECT_EQ(thief.refused("/app/add", face), Reason::WALLET_SEALED);
  EXPECT_EQ(thief.phone->activity().error().reason, Reason::WALLET_SEALED);
  EXPECT_EQ(owner.authority.phones.size(), 1u) << "and the authority sees no second device";
}

TEST(WalletTest, PHN4_TheThiefMayEnrolAnewOrClear) {
  PhoneWorld owner{1}, other{2};
  owner.enrol();
  std::swap(owner.store, other.store);
  other.restart();
  other.good("/wallet/remove");
  EXPECT_EQ(other.wallet_state(), "none");
  EXPECT_EQ(other.phone->activity().value().size(), 0u);
  std::swap(owner.store, other.store);
  other.restart();
  PhoneWorld third{3};
  third.enrol();
  std::swap(third.store, other.store);
  other.restart();
  other.enrol_face();
  for (const std::string& step : PhoneWorld::steps()) other.good(step, other.body_of(step));
  EXPECT_EQ(other.wallet_state(), "active");
}

TEST(WalletTest, PHN5_NoPinOpensIt) {
  PhoneWorld world;
  world.enrol();
  const Dump stolen = dump(*world.store);
  ASSERT_GE(stolen.boxes.size(), 5u);
  size_t opened = 0;
  for (int pin = 0; pin < 10'000; ++pin) {
    const std::string text = std::to_string(10'000 + pin).substr(1);
    const auto hashed = crypto::sha256(as_bytes(text));
    const auto derived = crypto::hkdf_sha256(as_bytes(text), {}, {}, 32);
    for (const auto& [name, box] : stolen.boxes) {
      const ByteView view{box};
      for (const ByteView key : {ByteView{hashed}, derived.reveal()})
        opened += crypto::aes_gcm_open(key, view.first(12), as_bytes(name), view.subspan(12)).has_value() ? 1 : 0;
    }
  }
  EXPECT_EQ(opened, 0u);
}

TEST(WalletTest, NothingThatIsKeptCanBeReadInTheDatabase) {
  PhoneWorld world;
  world.enrol_until("/app/pins");
  const Dump between = dump(*world.store);
  world.good("/app/pins", world.body_of("/app/pins"));
  world.good("/app/add", world.body_of("/app/add"));
  const Dump after = dump(*world.store);
  for (const std::string_view secret :
       {std::string_view{"水無月"}, std::string_view{"山田"}, std::string_view{testing::kTestMyNumber},
        std::string_view{testing::kTestSignPin}, std::string_view{"PHONE999"}, std::string_view{"full_name_unicode"}}) {
    EXPECT_FALSE(contains(between.all, secret)) << secret;
    EXPECT_FALSE(contains(after.all, secret)) << secret;
  }
  for (const auto& [name, box] : after.boxes) EXPECT_NE(name, "enrolment") << "what was read from the card is gone";
}

TEST(WalletTest, AChangedOrMovedRecordDoesNotOpen) {
  PhoneWorld world;
  world.enrol();
  ASSERT_TRUE(world.store->write([](store::Transaction& transaction) {
    return transaction.run("UPDATE sealed SET box = (SELECT box FROM sealed WHERE name LIKE 'mdoc/%' LIMIT 1) "
                           "WHERE name = 'card'");
  }));
  EXPECT_EQ(http::error_of(world.call("GET", "/wallet")).reason, Reason::WALLET_SEALED);
}

TEST(WalletTest, TheActivityListIsBounded) {
  PhoneWorld world;
  world.enrol();
  const auto element_key = [&world](size_t n) {
    world.good("/wallet/login", world.login(PhoneWorld::sample(PhoneWorld::face())));
    return n;
  };
  element_key(1);
  const auto list = world.phone->activity().value();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].kind, "added");
  EXPECT_EQ(list[1].kind, "login");
  EXPECT_EQ(list[1].party, "http://portal.localhost");
  ASSERT_TRUE(world.store->write([](store::Transaction& transaction) {
    return transaction.run("UPDATE activity SET id = id + 5000 WHERE id = 2");
  }));
  element_key(2);
  EXPECT_EQ(world.phone->activity().value().size(), 2u) << "the line that is more than 1,000 behind went";
}

}  // namespace
}  // namespace mitome::phone
