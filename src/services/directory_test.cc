#include "services/directory.h"

#include <gtest/gtest.h>

#include <set>

namespace mitome::services {
namespace {

Instant at(int year, unsigned month, unsigned day, int hour, int minute, int second = 0) {
  return japan_instant(Date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}}, hour, minute, second);
}
Reason reason(const Result<void>& result) { return result ? Reason::GOOD : result.error().reason; }

const Directory kTown;
const Instant kNow = at(2026, 6, 1, 10, 0);

TEST(Directory, FourChainsTwoMunicipalitiesAndTwoClinicsDiffer) {
  ASSERT_EQ(kTown.chains().size(), 4U);
  std::set<std::pair<bool, std::vector<std::string>>> ways;
  for (const auto& chain : kTown.chains()) ways.emplace(chain.phone, chain.pin_resets);
  EXPECT_EQ(ways.size(), 3U);
  ASSERT_EQ(kTown.municipalities().size(), 2U);
  EXPECT_NE(kTown.municipalities()[0].phone, kTown.municipalities()[1].phone);
  ASSERT_EQ(kTown.clinics().size(), 2U);
  EXPECT_NE(kTown.clinics()[0].phone, kTown.clinics()[1].phone);
}

TEST(Directory, AShopThatTakesCardsOnlySaysSo) {
  const Shop shop = *kTown.shop("hoshinoki-1");
  EXPECT_EQ(reason(kTown.check_shop(shop, Holder::kPhone, kNow)), Reason::USE_PHYSICAL_CARD);
  EXPECT_EQ(reason(kTown.check_shop(shop, Holder::kCard, kNow)), Reason::GOOD);
  EXPECT_EQ(reason(kTown.check_shop(*kTown.shop("minamo-1"), Holder::kPhone, kNow)), Reason::GOOD);
}

TEST(Directory, PhonesWorkFromTheirFirstDay) {
  const Shop shop = *kTown.shop("minamo-1");
  const auto early = kTown.check_shop(shop, Holder::kPhone, at(2025, 6, 23, 22, 59));
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().reason, Reason::SERVICE_NOT_OPEN_YET);
  EXPECT_EQ(early.error().detail, "2025-06-24");
  EXPECT_EQ(reason(kTown.check_shop(shop, Holder::kPhone, at(2025, 6, 24, 6, 30))), Reason::GOOD);
  EXPECT_EQ(reason(kTown.check_shop(shop, Holder::kCard, at(2025, 6, 23, 10, 0))), Reason::GOOD) << "the card worked before";
  EXPECT_EQ(reason(kTown.check_open("portal", at(2025, 6, 23, 23, 59, 59))), Reason::SERVICE_NOT_OPEN_YET);
  EXPECT_EQ(reason(kTown.check_open("tax", at(2026, 2, 15, 23, 59, 59))), Reason::SERVICE_NOT_OPEN_YET);
  EXPECT_EQ(reason(kTown.check_open("tax", at(2026, 2, 16, 0, 0))), Reason::GOOD);
  EXPECT_EQ(reason(kTown.check_open("bank", kNow)), Reason::NOT_FOUND);
}

TEST(Directory, ClinicsDiffer) {
  const Clinic takes = *kTown.clinic("izumi"), card_only = *kTown.clinic("hatori");
  EXPECT_EQ(reason(kTown.check_clinic(takes, Holder::kPhone, at(2025, 9, 18, 12, 0))), Reason::SERVICE_NOT_OPEN_YET);
  EXPECT_EQ(reason(kTown.check_clinic(takes, Holder::kPhone, at(2025, 9, 19, 0, 0))), Reason::GOOD);
  EXPECT_EQ(reason(kTown.check_clinic(card_only, Holder::kPhone, kNow)), Reason::USE_PHYSICAL_CARD);
  EXPECT_EQ(reason(kTown.check_clinic(card_only, Holder::kCard, kNow)), Reason::GOOD);
}

TEST(Directory, MunicipalitiesDiffer) {
  const auto city = kTown.municipality_at("東京都架空市見本町１－２－３"), town = kTown.municipality_at("架空県仮名町１");
  ASSERT_TRUE(city && town);
  EXPECT_EQ(city->id, "kaku");
  EXPECT_EQ(reason(Directory::check_municipality(*city, "seal", Holder::kPhone)), Reason::GOOD);
  EXPECT_EQ(reason(Directory::check_municipality(*town, "residence", Holder::kPhone)), Reason::USE_PHYSICAL_CARD);
  EXPECT_EQ(reason(Directory::check_municipality(*town, "residence", Holder::kCard)), Reason::GOOD);
  EXPECT_EQ(reason(Directory::check_municipality(*town, "seal", Holder::kCard)), Reason::MUNICIPALITY_NOT_SERVED);
  EXPECT_EQ(kTown.municipality_at("どこか").error().reason, Reason::MUNICIPALITY_NOT_SERVED);
}

TEST(Directory, KiosksKeepTheirHoursToTheSecond) {
  EXPECT_EQ(reason(Directory::check_hours(at(2026, 6, 1, 6, 29, 59))), Reason::KIOSK_CLOSED);
  EXPECT_EQ(reason(Directory::check_hours(at(2026, 6, 1, 6, 30, 0))), Reason::GOOD);
  EXPECT_EQ(reason(Directory::check_hours(at(2026, 6, 1, 22, 59, 59))), Reason::GOOD);
  EXPECT_EQ(reason(Directory::check_hours(at(2026, 6, 1, 23, 0, 0))), Reason::KIOSK_CLOSED);
}

TEST(Directory, NamesThatAreNotHereAreNotFound) {
  EXPECT_EQ(kTown.shop("x").error().reason, Reason::NOT_FOUND);
  EXPECT_EQ(kTown.clinic("x").error().reason, Reason::NOT_FOUND);
  EXPECT_EQ(kTown.municipality("x").error().reason, Reason::NOT_FOUND);
  EXPECT_EQ(holder_from_name("watch").error().reason, Reason::MALFORMED);
}

TEST(Directory, SaysWhatIsOpenNow) {
  const auto before = kTown.to_json(at(2025, 6, 1, 5, 0)), now = kTown.to_json(kNow);
  EXPECT_FALSE(*before.find("openings")->items()[0].bool_at("open"));
  EXPECT_FALSE(*before.find("kiosk_hours")->bool_at("open"));
  EXPECT_TRUE(*now.find("openings")->items()[3].bool_at("open"));
  EXPECT_EQ(now.find("chains")->items()[3].find("accepts")->items().size(), 1U);
}

}  // namespace
}  // namespace mitome::services
