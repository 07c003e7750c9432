#include "crypto/secret.h"

#include <gtest/gtest.h>

namespace mitome::crypto {
namespace {

Reason refusal(const Result<Pin>& pin) { return pin ? Reason::GOOD : pin.error().reason; }

TEST(Secret, EqualityLooksAtEveryByteAndTheLength) {
  const Bytes a{1, 2, 3};
  EXPECT_TRUE(equal_constant_time(a, Bytes{1, 2, 3}));
  for (size_t i = 0; i < 3; ++i) {
    Bytes b = a;
    b[i] ^= 0x80;
    EXPECT_FALSE(equal_constant_time(a, b)) << i;
  }
  EXPECT_FALSE(equal_constant_time(a, Bytes{1, 2}));
  EXPECT_TRUE(equal_constant_time({}, {}));
}

TEST(Secret, WipeOverwrites) {
  Bytes memory{1, 2, 3};
  wipe(memory);
  EXPECT_EQ(memory, (Bytes{0, 0, 0}));
  wipe({});
}

TEST(Secret, MovesLeaveNothingBehind) {
  SecretBytes first = SecretBytes::copy_of(Bytes{1, 2});
  SecretBytes second{std::move(first)};
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(to_bytes(second.reveal()), (Bytes{1, 2}));
  SecretBytes third = SecretBytes::copy_of(Bytes{9});
  third = std::move(second);
  EXPECT_TRUE(second.empty());
  EXPECT_EQ(to_bytes(third.reveal()), (Bytes{1, 2}));
}

TEST(Pin, FourDigits) {
  EXPECT_EQ(as_text(Pin::four_digits("0129")->reveal()), "0129");
  for (const char* typed : {"", "123", "12345", "12a4", "１２３４", "12 4", "-123"})
    EXPECT_EQ(refusal(Pin::four_digits(typed)), Reason::PIN_FORMAT) << typed;
}

TEST(Pin, SigningPassword) {
  EXPECT_EQ(as_text(Pin::signing_password("abC123")->reveal()), "ABC123");
  EXPECT_EQ(Pin::signing_password("ABCDEFGH12345678")->size(), 16U);
  for (const char* typed : {"", "ABC12", "ABCDEFGH123456789", "ABC-12", "ABC12é", "ABC 12"})
    EXPECT_EQ(refusal(Pin::signing_password(typed)), Reason::PIN_FORMAT) << typed;
}

TEST(Pin, FromCommandTakesAnyBytesUpToSixteen) {
  EXPECT_EQ(Pin::from_command({})->size(), 0U);
  EXPECT_EQ(to_bytes(Pin::from_command(Bytes(16, 0xFF))->reveal()), Bytes(16, 0xFF));
  EXPECT_EQ(refusal(Pin::from_command(Bytes(17))), Reason::PIN_FORMAT);
}

TEST(Pin, MovesLeaveNothingBehind) {
  Pin first = Pin::four_digits("1234").value();
  const ByteView old{first.reveal().data(), 4};
  Pin second{std::move(first)};
  EXPECT_EQ(first.size(), 0U);
  EXPECT_EQ(to_bytes(old), Bytes(4));
  EXPECT_EQ(as_text(second.reveal()), "1234");
  Pin third = Pin::signing_password("ABC123").value();
  third = std::move(second);
  EXPECT_EQ(second.size(), 0U);
  EXPECT_EQ(as_text(third.reveal()), "1234");
}

TEST(Pin, AnErrorNeverHoldsWhatWasTyped) { EXPECT_EQ(Pin::four_digits("98765").error().detail, ""); }

}  // namespace
}  // namespace mitome::crypto
