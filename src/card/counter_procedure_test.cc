#include "card/counter_procedure.h"

#include <gtest/gtest.h>

#include "card/runtime/software_platform.h"
#include "protocol/jpki/reader.h"
#include "testing/card_maker.h"
#include "testing/fakes.h"

namespace mitome::card {
namespace {

struct OnTheDesk {
  crypto::SystemRandom random;
  testing::PooledKeySource keys;
  SoftwarePlatform silicon{random, keys};
  testing::CardMaker maker;

  explicit OnTheDesk(bool signing = true) { maker.issue(silicon, {TokenProfile::kCard, signing, true}); }
  std::unique_ptr<Chip> chip(ByteView aid) {
    auto powered = boot(silicon).value();
    CHECK(jpki::select_application(*powered, aid).has_value());
    return powered;
  }
};

crypto::Pin pin(const char* text) { return crypto::Pin::four_digits(text).value(); }

TEST(CounterProcedure, ALockedPinOpensWithTheNewOne) {
  OnTheDesk desk;
  {
    auto chip = desk.chip(jpki::kJpkiAid);
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(jpki::verify_pin(*chip, jpki::kAuthPin, pin("0000")));
    EXPECT_EQ(jpki::verify_pin(*chip, jpki::kAuthPin, pin("1234")).error().reason, Reason::PIN_BLOCKED);
  }
  ASSERT_TRUE(counter_set_pin(desk.silicon, CounterPin::kAuth, pin("4321")));
  auto chip = desk.chip(jpki::kJpkiAid);
  EXPECT_EQ(jpki::pin_tries_left(*chip, jpki::kAuthPin).value(), 3u);
  EXPECT_EQ(jpki::verify_pin(*chip, jpki::kAuthPin, pin("1234")).error().reason, Reason::PIN_WRONG);
  EXPECT_TRUE(jpki::verify_pin(*chip, jpki::kAuthPin, pin("4321")));
}

TEST(CounterProcedure, EachPinIsItsOwn) {
  OnTheDesk desk;
  ASSERT_TRUE(counter_set_pin(desk.silicon, CounterPin::kText, pin("8765")));
  ASSERT_TRUE(counter_set_pin(desk.silicon, CounterPin::kSign, crypto::Pin::signing_password("NEWSIGN1").value()));
  auto text = desk.chip(jpki::kTextAid);
  EXPECT_TRUE(jpki::verify_pin(*text, jpki::kTextPin, pin("8765")));
  auto jpki_app = desk.chip(jpki::kJpkiAid);
  EXPECT_TRUE(jpki::verify_pin(*jpki_app, jpki::kSignPin, crypto::Pin::signing_password("NEWSIGN1").value()));
  EXPECT_TRUE(jpki::verify_pin(*jpki_app, jpki::kAuthPin, pin("1234")));
}

TEST(CounterProcedure, AChildsCardHasNoSigningPasswordToSet) {
  OnTheDesk desk{false};
  EXPECT_EQ(counter_set_pin(desk.silicon, CounterPin::kSign, crypto::Pin::signing_password("NEWSIGN1").value())
                .error()
                .reason,
            Reason::NOT_FOUND);
  EXPECT_EQ(counter_write_signing(desk.silicon, as_bytes("x"), std::nullopt).error().reason, Reason::NOT_FOUND)
      << "no key was made";
  ASSERT_TRUE(desk.silicon.generate_key(kSignKeySlot));
  EXPECT_EQ(counter_write_signing(desk.silicon, as_bytes("x"), std::nullopt).error().reason, Reason::MALFORMED);
}

TEST(CounterProcedure, WhoTurnsFifteenGetsKeyCertificateAndPassword) {
  OnTheDesk desk{false};
  const auto key = desk.silicon.generate_key(kSignKeySlot).value();
  const auto certificate = desk.maker.sign_ca().issue(desk.maker.sign_ca().end_entity("Now fifteen", key));
  const auto password = crypto::Pin::signing_password("FIRST123");
  ASSERT_TRUE(counter_write_signing(desk.silicon, certificate.der(), crypto::Pin::signing_password("FIRST123").value()));
  auto chip = boot(desk.silicon).value();
  const auto signature =
      jpki::sign_with_card(*chip, jpki::kSignKey, &password.value(), crypto::sha256(as_bytes("document")));
  ASSERT_TRUE(signature);
  EXPECT_EQ(signature->certificate, certificate.der());
  EXPECT_TRUE(key.verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, as_bytes("document"), signature->signature));
}

TEST(CounterProcedure, TheTextFilesSayTheNewAddress) {
  OnTheDesk desk;
  jpki::Attributes moved = testing::test_attributes();
  moved.address = "架空都架空市９－９";
  const jpki::TextFiles files = desk.maker.text_files(moved, testing::kTestMyNumber);
  ASSERT_TRUE(counter_write_text(desk.silicon, files, as_bytes("version")));
  auto chip = desk.chip(jpki::kTextAid);
  ASSERT_TRUE(jpki::verify_pin(*chip, jpki::kTextPin, testing::test_pin(testing::kTestTextPin)));
  const auto read = jpki::read_text_files(*chip).value();
  EXPECT_EQ(jpki::verify_text_integrity(read, desk.maker.text_ca()).value().attributes().address, moved.address);
}

}  // namespace
}  // namespace mitome::card
