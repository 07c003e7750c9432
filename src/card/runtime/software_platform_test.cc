#include "card/runtime/software_platform.h"

#include <gtest/gtest.h>

#include "codec/cbor/writer.h"
#include "crypto/hash.h"
#include "testing/card_in_hand.h"
#include "testing/fakes.h"

namespace mitome::card {
namespace {

constexpr Slot kSlot{AppletId::kJpki, 0x0018, Part::kTries};
constexpr Slot kKey{AppletId::kJpki, 0x0017, Part::kKey};

class SoftwarePlatformTest : public ::testing::Test {
 protected:
  SoftwarePlatform::Persist keep() {
    return [this](ByteView bytes) -> Result<void> {
      if (failing_) return Error{Reason::STORAGE_FAILED, "disk full"};
      kept_ = to_bytes(bytes);
      return {};
    };
  }
  testing::SeededRandom random_{1};
  testing::PooledKeySource keys_;
  Bytes kept_;
  bool failing_ = false;
};

TEST_F(SoftwarePlatformTest, WhatIsWrittenIsThereAfterTheNextStart) {
  SoftwarePlatform platform{random_, keys_, {}, keep()};
  ASSERT_TRUE(platform.write(kSlot, Bytes{3}).has_value());
  const auto key = platform.generate_key(kKey).value();
  SoftwarePlatform again{random_, keys_, Silicon::parse(kept_).value()};
  EXPECT_EQ(again.read(kSlot).value(), Bytes{3});
  EXPECT_EQ(again.public_key(kKey).value(), key);
  const Bytes signature = again.sign(kKey, RsaPadding::kPss, crypto::sha256(as_bytes("m"))).value();
  EXPECT_TRUE(key.verify(crypto::SignatureAlgorithm::kRsaPssSha256, as_bytes("m"), signature));
  ASSERT_TRUE(platform.erase(kSlot).has_value());
  SoftwarePlatform third{random_, keys_, Silicon::parse(kept_).value()};
  EXPECT_EQ(third.read(kSlot).value(), std::nullopt);
}

TEST_F(SoftwarePlatformTest, AKeyMadeAnewIsTheOneThatIsKept) {
  SoftwarePlatform platform{random_, keys_, {}, keep()};
  const auto first = platform.generate_key(kKey).value();
  const auto second = platform.generate_key(kKey).value();
  ASSERT_NE(first.spki(), second.spki());
  EXPECT_EQ(SoftwarePlatform(random_, keys_, Silicon::parse(kept_).value()).public_key(kKey).value(), second);
  failing_ = true;
  ASSERT_EQ(platform.generate_key(kKey).error().reason, Reason::STORAGE_FAILED);
  failing_ = false;
  ASSERT_TRUE(platform.write(kSlot, Bytes{3}).has_value());
  EXPECT_EQ(SoftwarePlatform(random_, keys_, Silicon::parse(kept_).value()).public_key(kKey).value(), second);
}

TEST_F(SoftwarePlatformTest, AWholeCardIsThereAfterTheNextStart) {
  SoftwarePlatform platform{random_, keys_, {}, keep()};
  testing::card_maker().issue(platform);
  SoftwarePlatform again{random_, keys_, Silicon::parse(kept_).value()};
  const auto chip = boot(again).value();
  for (const auto select : {testing::kSelectJpki, testing::kSelectText, testing::kSelectSurface, testing::kSelectJuki,
                            testing::kSelectCommon})
    EXPECT_EQ(testing::converse(*chip, select), "9000");
}

TEST_F(SoftwarePlatformTest, AWriteThatIsNotDurableDidNotHappen) {
  SoftwarePlatform platform{random_, keys_, {}, keep()};
  ASSERT_TRUE(platform.write(kSlot, Bytes{3}).has_value());
  const auto key = platform.generate_key(kKey).value();
  failing_ = true;
  EXPECT_EQ(platform.write(kSlot, Bytes{2}).error().reason, Reason::STORAGE_FAILED);
  EXPECT_EQ(platform.read(kSlot).value(), Bytes{3});
  EXPECT_EQ(platform.erase(kSlot).error().reason, Reason::STORAGE_FAILED);
  EXPECT_EQ(platform.read(kSlot).value(), Bytes{3});
  EXPECT_EQ(platform.generate_key(kKey).error().reason, Reason::STORAGE_FAILED);
  EXPECT_EQ(platform.public_key(kKey).value(), key);
  const Slot other{AppletId::kText, 1, Part::kContent};
  EXPECT_EQ(platform.write(other, Bytes{1}).error().reason, Reason::STORAGE_FAILED);
  EXPECT_EQ(platform.read(other).value(), std::nullopt);
}

TEST_F(SoftwarePlatformTest, EmptySlotsSaySo) {
  SoftwarePlatform platform{random_, keys_};
  EXPECT_EQ(platform.read(kSlot).value(), std::nullopt);
  EXPECT_EQ(platform.public_key(kKey).error().reason, Reason::NOT_FOUND);
  EXPECT_EQ(platform.sign(kKey, RsaPadding::kPkcs1, Bytes{1}).error().reason, Reason::NOT_FOUND);
  EXPECT_TRUE(platform.erase(kSlot).has_value());
  EXPECT_EQ(platform.user_operation(), UserOperation::kNone);  // a card has no sensor
  EXPECT_FALSE(platform.consume_signature());
}

Bytes silicon(std::string_view magic, uint64_t applet, uint64_t part, int copies = 1) {
  cbor::Writer out;
  out.array(3).text(magic).array(static_cast<size_t>(copies));
  for (int i = 0; i < copies; ++i) out.array(4).uint(applet).uint(1).uint(part).bytes(Bytes{1});
  out.array(0);
  return out.take();
}

TEST(SiliconFile, OnlyItsOwnVersionWithKnownSlotsOnce) {
  ASSERT_TRUE(Silicon::parse(silicon("mitome-silicon-1", 1, 1)).has_value());
  EXPECT_EQ(Silicon::parse(silicon("mitome-silicon-2", 1, 1)).error().reason, Reason::MALFORMED);
  EXPECT_EQ(Silicon::parse(silicon("mitome-silicon-1", 6, 1)).error().reason, Reason::MALFORMED);
  EXPECT_EQ(Silicon::parse(silicon("mitome-silicon-1", 1, 6)).error().reason, Reason::MALFORMED);
  EXPECT_EQ(Silicon::parse(silicon("mitome-silicon-1", 1, 0)).error().reason, Reason::MALFORMED);
  EXPECT_EQ(Silicon::parse(silicon("mitome-silicon-1", 1, 1, 2)).error().reason, Reason::MALFORMED);
  EXPECT_EQ(Silicon::parse(silicon("mitome-silicon-1", 1, 1, 65)).error().reason, Reason::LIMIT_EXCEEDED);
  EXPECT_EQ(Silicon::parse(Bytes{}).error().reason, Reason::MALFORMED);
  EXPECT_EQ(Silicon::parse(Bytes(Silicon::kMaxEncodedSize + 1)).error().reason, Reason::LIMIT_EXCEEDED);
}

}  // namespace
}  // namespace mitome::card
