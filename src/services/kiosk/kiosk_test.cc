#include "services/kiosk/kiosk.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "credential/cms/pdf_signature.h"
#include "protocol/jpki/reader.h"
#include "testing/card_maker.h"
#include "testing/card_platforms.h"
#include "testing/kiosk_world.h"

namespace mitome::services {
namespace {

using testing::resident;

/// A whole card or phone, running the applets, of a person whom the municipality knows.
template <typename Platform>
struct Carried {
  Carried(testing::KioskWorld& world, card::TokenProfile profile, std::string_view policy, const json::Value& who, size_t key)
      : keys(key), platform(random, keys) {
    const auto auth_key = platform.generate_key(card::kAuthKeySlot).value();
    certificate = world.certify(auth_key, policy, who);
    const Bytes ca = world.auth_ca.certificate().der();
    CHECK(card::personalise(platform, {{profile, certificate, ca, ca, std::nullopt, testing::test_pin("1234"), std::nullopt,
                                        "0000000000000001"},
                                       std::nullopt})
              .has_value());
    chip = card::boot(platform).value();
  }
  testing::SeededRandom random{7};
  testing::PooledKeySource keys;
  Platform platform;
  Bytes certificate;
  std::unique_ptr<card::Chip> chip;
};

class KioskTest : public ::testing::Test {
 protected:
  std::string reason(const json::Value& answer) { return answer.string_or("reason", "GOOD"); }
  std::string phase(const json::Value& answer) { return answer.string_or("phase", answer.string_or("reason", "?")); }
  json::Value pin(std::string_view digits) { return json::Value::object({{"pin", std::string{digits}}}); }
  /// Everything up to the paper, with a phone.
  json::Value print(testing::KioskWorld::Customer& who, const std::string& document = "residence", const std::string& shop = "minamo-1") {
    who.start(shop);
    who.choose(document, "phone");
    lay(phone);
    return who.post("/api/read");
  }
  void lay(Carried<testing::PhonePlatform>& what, size_t reader = 0) {
    what.platform.agree(card::UserOperation::kAuthentication);
    world.readers[reader]->chip = what.chip.get();
  }
  void lay(Carried<card::SoftwarePlatform>& what, size_t reader = 0) { world.readers[reader]->chip = what.chip.get(); }
  json::Value verify(const std::string& code) { return customer.call("GET", "/api/verify?code=" + code); }

  testing::KioskWorld world;
  Carried<testing::PhonePlatform> phone{world, card::TokenProfile::kPhone, testing::kTestPhoneAuth, resident("山田　花子"), 1};
  Carried<card::SoftwarePlatform> card{world, card::TokenProfile::kCard, testing::kTestCardAuth, resident("鈴木　太郎"), 2};
  testing::KioskWorld::Customer customer{world};
};

TEST_F(KioskTest, APhoneGetsItsOwnersPaperOnceWithoutAPin) {
  ASSERT_EQ(phase(print(customer)), "paper");
  const auto paper = customer.post("/api/paper");
  ASSERT_EQ(phase(paper), "done") << paper.dump();
  const Bytes pdf = *paper.base64url_at("pdf");
  EXPECT_EQ(testing::line_of(pdf, "NAME"), "山田　花子");
  EXPECT_EQ(reason(customer.post("/api/paper")), "REPLAY");
  const auto code = verify(testing::line_of(pdf, "CODE"));
  EXPECT_TRUE(*code.bool_at("valid"));
  EXPECT_EQ(code.dump().find("山田"), std::string::npos) << "no personal data";
  customer.post("/api/end");
  EXPECT_EQ(world.kiosk->held()->visits, 0U);
}

TEST_F(KioskTest, ACardIsAskedForItsPin) {
  customer.start("minamo-1");
  customer.choose("seal", "card");
  lay(card);
  const auto asked = customer.post("/api/read");
  ASSERT_EQ(phase(asked), "pin") << asked.dump();
  EXPECT_EQ(*asked.int_at("tries"), 3);
  EXPECT_EQ(reason(customer.post("/api/pin", pin("12"))), "PIN_FORMAT");
  EXPECT_EQ(reason(customer.post("/api/pin", pin("9999"))), "PIN_WRONG");
  EXPECT_EQ(*customer.call("GET", "/api/session").int_at("tries"), 2);
  ASSERT_EQ(phase(customer.post("/api/pin", pin("1234"))), "paper");
  EXPECT_EQ(testing::line_of(*customer.post("/api/paper").base64url_at("pdf"), "NAME"), "鈴木　太郎");
}

TEST_F(KioskTest, ThreeWrongPinsBlockTheCard) {
  customer.start("minamo-1");
  customer.choose("residence", "card");
  lay(card);
  customer.post("/api/read");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(reason(customer.post("/api/pin", pin("9999"))), "PIN_WRONG");
  EXPECT_EQ(reason(customer.post("/api/pin", pin("9999"))), "PIN_BLOCKED");
  customer.choose("residence", "card");
  EXPECT_EQ(reason(customer.post("/api/read")), "PIN_BLOCKED");
}

TEST_F(KioskTest, ACardSwappedBeforeThePinIsFound) {
  Carried<card::SoftwarePlatform> other{world, card::TokenProfile::kCard, testing::kTestCardAuth, resident("他人"), 3};
  customer.start("minamo-1");
  customer.choose("residence", "card");
  lay(card);
  customer.post("/api/read");
  lay(other);
  EXPECT_EQ(reason(customer.post("/api/pin", pin("1234"))), "CARD_CHANGED");
}

TEST_F(KioskTest, APhoneBehindPinsIsAskedForItsPin) {
  Carried<card::SoftwarePlatform> behind{world, card::TokenProfile::kAndroid, testing::kTestPhoneAuth, resident("架空　次郎"), 3};
  customer.start("minamo-1");
  customer.choose("residence", "phone");
  lay(behind);
  const auto asked = customer.post("/api/read");
  ASSERT_EQ(phase(asked), "pin") << asked.dump();
  EXPECT_EQ(*asked.int_at("tries"), 3);
  lay(card);
  EXPECT_EQ(reason(customer.post("/api/pin", pin("9999"))), "CARD_CHANGED") << "its PIN goes to no card";
  EXPECT_EQ(*jpki::pin_tries_left(*card.chip, jpki::kAuthPin), 3u);
  lay(behind);
  EXPECT_EQ(reason(customer.post("/api/pin", pin("9999"))), "PIN_WRONG");
  ASSERT_EQ(phase(customer.post("/api/pin", pin("1234"))), "paper");
  EXPECT_EQ(testing::line_of(*customer.post("/api/paper").base64url_at("pdf"), "NAME"), "架空　次郎");
}

TEST_F(KioskTest, APhoneWhoseHolderHasNotVerifiedSignsNothing) {
  customer.start("minamo-1");
  customer.choose("residence", "phone");
  world.readers[0]->chip = phone.chip.get();
  EXPECT_EQ(reason(customer.post("/api/read")), "CARD_REFUSED");
  world.readers[0]->chip = nullptr;
  EXPECT_EQ(reason(customer.post("/api/read")), "CARD_SILENT");
  lay(phone);
  EXPECT_EQ(phase(customer.post("/api/read")), "paper") << "the session went on";
}

TEST_F(KioskTest, WhatLiesThereMustBeWhatWasChosen) {
  customer.start("minamo-1");
  customer.choose("residence", "phone");
  lay(card);
  EXPECT_EQ(reason(customer.post("/api/read")), "HOLDER_MISMATCH");
  customer.choose("residence", "card");
  lay(phone);
  EXPECT_EQ(reason(customer.post("/api/read")), "HOLDER_MISMATCH");
}

TEST_F(KioskTest, AShopAndATownThatTakeCardsOnlySaySo) {
  customer.start("hoshinoki-1");
  EXPECT_EQ(reason(customer.choose("residence", "phone")), "USE_PHYSICAL_CARD");
  EXPECT_EQ(phase(customer.choose("residence", "card")), "hold");
  Carried<testing::PhonePlatform> villager{world, card::TokenProfile::kPhone, testing::kTestPhoneAuth, resident("林", "架空県仮名町１"), 4};
  customer.start("minamo-1");
  customer.choose("residence", "phone");
  lay(villager);
  EXPECT_EQ(reason(customer.post("/api/read")), "USE_PHYSICAL_CARD");
}

TEST_F(KioskTest, WhoHasNoRegisteredSealOrMunicipalityGetsNoPaper) {
  Carried<testing::PhonePlatform> child{world, card::TokenProfile::kPhone, testing::kTestPhoneAuth, resident("子", "架空市１", false), 4};
  customer.start("minamo-1");
  customer.choose("seal", "phone");
  lay(child);
  EXPECT_EQ(reason(customer.post("/api/read")), "SEAL_NOT_REGISTERED");
  Carried<testing::PhonePlatform> stranger{world, card::TokenProfile::kPhone, testing::kTestPhoneAuth, resident("遠", "遠い村"), 5};
  lay(stranger);
  EXPECT_EQ(reason(customer.post("/api/read")), "MUNICIPALITY_NOT_SERVED");
}

TEST_F(KioskTest, SuspendedAndRevokedAreRefused) {
  world.ocsp.revoked[x509::Certificate::parse(phone.certificate)->serial()] = 6;
  EXPECT_EQ(reason(print(customer)), "CERT_SUSPENDED");
  world.ocsp.revoked[x509::Certificate::parse(phone.certificate)->serial()] = 4;
  EXPECT_EQ(reason(print(customer)), "CERT_REVOKED");
  world.ocsp.revoked.clear();
  world.ocsp.fails = [] { return Error{Reason::UNREACHABLE, ""}; };
  EXPECT_EQ(reason(print(customer)), "STATUS_UNAVAILABLE");
}

TEST_F(KioskTest, HoursAndFirstDayAreKept) {
  world.clock.set(japan_instant(Date{std::chrono::year{2026}, std::chrono::June, std::chrono::day{1}}, 22, 59, 59));
  EXPECT_EQ(phase(customer.start("minamo-1")), "choose");
  EXPECT_EQ(phase(customer.choose("residence", "phone")), "hold");
  world.clock.advance(Seconds{1});
  lay(phone);
  EXPECT_EQ(reason(customer.post("/api/read")), "KIOSK_CLOSED") << "also for who stands there already";
  EXPECT_EQ(reason(customer.start("minamo-1")), "KIOSK_CLOSED");
  world.clock.set(japan_instant(Date{std::chrono::year{2025}, std::chrono::June, std::chrono::day{23}}, 10, 0, 0));
  testing::KioskWorld::Customer early{world};
  early.start("minamo-1");
  const auto refused = early.choose("residence", "phone");
  EXPECT_EQ(reason(refused), "SERVICE_NOT_OPEN_YET");
  EXPECT_EQ(refused.string_or("detail", ""), "2025-06-24");
}

// SVC-4: a kiosk left open.
TEST_F(KioskTest, ASessionLeftOpenIsClearedWithItsPaperAfterThirtySeconds) {
  ASSERT_EQ(phase(print(customer)), "paper");
  world.clock.advance(Seconds{29});
  ASSERT_TRUE(world.kiosk->tick());
  EXPECT_EQ(world.kiosk->held()->papers, 1U);
  world.clock.advance(Seconds{1});
  ASSERT_TRUE(world.kiosk->tick());
  EXPECT_EQ(world.kiosk->held()->visits, 0U);
  EXPECT_EQ(world.kiosk->held()->papers, 0U);
  EXPECT_EQ(reason(customer.post("/api/paper")), "SESSION_EXPIRED");
}

TEST_F(KioskTest, ATouchKeepsTheSessionButNotForEver) {
  customer.start("minamo-1");
  for (int i = 0; i < 14; ++i) {
    world.clock.advance(Seconds{20});
    EXPECT_EQ(phase(customer.post("/api/stay")), "choose");
  }
  world.clock.advance(Seconds{20});
  EXPECT_EQ(reason(customer.post("/api/stay")), "SESSION_EXPIRED");
}

// SVC-2: delayed, jammed, retried, session ended.
TEST_F(KioskTest, APaperThatIsMadeTooLateIsDestroyed) {
  world.plain_maker.on_make = [&](const render::CertificateText&) {
    world.clock.advance(Seconds{31});
    return Result<void>{};
  };
  EXPECT_EQ(reason(print(customer)), "JOB_DESTROYED");
  EXPECT_EQ(world.kiosk->held()->papers, 0U);
}

TEST_F(KioskTest, TheNextCustomerNeverGetsWhatTheOneBeforeLeft) {
  testing::KioskWorld::Customer next{world};
  world.plain_maker.on_make = [&](const render::CertificateText& text) {
    if (text.name == "山田　花子") next.start("minamo-1");  // walks up while the printer hums
    return Result<void>{};
  };
  EXPECT_EQ(reason(print(customer)), "JOB_DESTROYED");
  EXPECT_EQ(reason(next.post("/api/paper")), "TRANSITION_REFUSED");
  EXPECT_EQ(reason(customer.post("/api/paper")), "SESSION_EXPIRED");
  next.choose("residence", "card");
  lay(card);
  next.post("/api/read");
  next.post("/api/pin", pin("1234"));
  EXPECT_EQ(testing::line_of(*next.post("/api/paper").base64url_at("pdf"), "NAME"), "鈴木　太郎");
}

TEST_F(KioskTest, APrinterThatJamsPrintsNothingLater) {
  world.plain_maker.on_make = [](const render::CertificateText&) { return Error{Reason::DOCUMENT_NOT_MADE, "jam"}; };
  EXPECT_EQ(reason(print(customer)), "DOCUMENT_NOT_MADE");
  EXPECT_EQ(reason(customer.post("/api/paper")), "TRANSITION_REFUSED");
  EXPECT_EQ(world.kiosk->held()->papers, 0U);
}

// SVC-1 and SVC-7: somebody else's paper or record is found before it leaves.
TEST_F(KioskTest, APaperThatIsBoundToAnotherJobIsDestroyed) {
  class Swapping final : public PaperMaker {
   public:
    Result<Paper> make(const render::CertificateText& text, const MunicipalSeal&) override {
      const std::string other = kept.empty() ? text.binding : kept;
      kept = text.binding;
      return Paper{to_bytes(as_bytes("/Keywords (" + other + ")\n")), {}};
    }
    std::string kept;
  } swapping;
  Kiosk kiosk{world.config(), world.directory, swapping, *world.store, world.clock, world.random, world.network};
  world.router = std::make_unique<http::Router>(routes(kiosk));
  ASSERT_EQ(phase(print(customer)), "paper");
  EXPECT_EQ(phase(customer.post("/api/paper")), "done");
  ASSERT_EQ(phase(print(customer)), "paper");
  EXPECT_EQ(reason(customer.post("/api/paper")), "PERSON_MISMATCH");
  EXPECT_EQ(reason(customer.post("/api/paper")), "REPLAY");
}

TEST_F(KioskTest, AMunicipalityThatMixesPeopleUpIsFound) {
  const std::string other = to_hex(x509::Certificate::parse(card.certificate)->serial());
  size_t asked = 0;
  world.network.mix_up = [&](const std::string& serial) { return asked++ == 0 ? other : serial; };
  ASSERT_EQ(phase(print(customer)), "paper");
  EXPECT_EQ(reason(customer.post("/api/paper")), "PERSON_MISMATCH");
}

TEST_F(KioskTest, StepsOutOfOrderAreRefused) {
  EXPECT_EQ(reason(customer.post("/api/choose")), "SESSION_EXPIRED");
  EXPECT_EQ(reason(customer.start("nowhere")), "NOT_FOUND");
  customer.start("minamo-1");
  EXPECT_EQ(reason(customer.post("/api/read")), "TRANSITION_REFUSED");
  EXPECT_EQ(reason(customer.post("/api/pin", pin("1234"))), "TRANSITION_REFUSED");
  EXPECT_EQ(reason(customer.post("/api/paper")), "TRANSITION_REFUSED");
  EXPECT_EQ(reason(customer.choose("passport", "card")), "MALFORMED");
}

// SVC-9: what is kept ends.
TEST_F(KioskTest, CodesEndWithTheCertificateAndThoseNeverHandedOutAtOnce) {
  print(customer);
  const Bytes pdf = *customer.post("/api/paper").base64url_at("pdf");
  const std::string code = testing::line_of(pdf, "CODE");
  print(customer);  // and walks away
  EXPECT_EQ(world.kiosk->held()->codes, 2);
  world.clock.advance(kLongestVisit);
  ASSERT_TRUE(world.kiosk->tick());
  EXPECT_EQ(world.kiosk->held()->codes, 1);
  std::string typed = code;
  for (char& c : typed) c = c == '0' ? 'o' : static_cast<char>(std::tolower(c));
  EXPECT_TRUE(*verify(typed).bool_at("valid"));
  EXPECT_FALSE(*verify("0000-0000-0000-0000").bool_at("valid"));
  EXPECT_EQ(reason(customer.call("GET", "/api/verify")), "MALFORMED");
  world.clock.advance(kCodeLife);
  EXPECT_FALSE(*verify(code).bool_at("valid"));
  ASSERT_TRUE(world.kiosk->tick());
  EXPECT_EQ(world.kiosk->held()->codes, 0);
}

TEST_F(KioskTest, TheRealPaperIsSignedByItsMunicipality) {
  world.real_maker = true;
  world.build(world.config());
  ASSERT_EQ(phase(print(customer, "seal")), "paper");
  const auto paper = customer.post("/api/paper");
  const Bytes pdf = *paper.base64url_at("pdf");
  const auto verified = pades::verify(pdf);
  ASSERT_TRUE(verified) << to_string(verified.error());
  EXPECT_EQ(verified->signer, world.seal_certificates[0]);
  EXPECT_TRUE(as_text(*paper.base64url_at("preview")).starts_with("\x89PNG"));
}

class PinResetTest : public KioskTest {
 protected:
  struct Setter final : PinSetter {
    Result<void> set_pin(const std::string& card, std::string_view which, const crypto::Pin& pin) override {
      done.push_back(card + " " + std::string{which} + " " + std::string{as_text(pin.reveal())});
      return {};
    }
    std::vector<std::string> done;
  } setter;
  PinResetTest() {
    auto config = world.config();
    config.redeem_url = "http://authority.localhost/pin-resets/redeem";
    config.kiosk_token = "kiosk-token";
    config.pins = &setter;
    world.build(config);
    world.network.redeem = [this](const http::Request& request) -> Result<http::Response> {
      TRY_ASSIGN(const json::Value body, json::parse(as_text(request.body)));
      TRY_ASSIGN(const Bytes nonce, body.base64url_at("nonce"));
      TRY_ASSIGN(const Bytes der, body.base64url_at("certificate"));
      TRY_ASSIGN(const Bytes signature, body.base64url_at("signature"));
      TRY_ASSIGN(const x509::Certificate certificate, x509::Certificate::parse(der));
      TRY_ASSIGN(const std::string which, body.string_at("pin"));
      const Bytes message = cbor::Writer{}.array(3).text("mitome-pin-redeem-1").bytes(nonce).text(which).take();
      const bool good = der == card.certificate && request.header("Authorization") == "Bearer kiosk-token" &&
                        certificate.public_key().verify(crypto::SignatureAlgorithm::kRsaPkcs1Sha256, message, signature);
      if (!good) return http::Response::error({Reason::BAD_SIGNATURE, ""});
      return http::Response::json(json::Value::object({{"card", "card-7"}, {"pin", which}}));
    };
  }
  json::Value reset(const std::string& which, const std::string& other, const std::string& fresh) {
    return customer.post("/api/pin-reset", json::Value::object({{"pin", which}, {"other_pin", other}, {"new_pin", fresh}}));
  }
};

TEST_F(PinResetTest, AReservedPinIsSetWithTheOtherPin) {
  customer.start("minamo-1");
  lay(card);
  EXPECT_EQ(reason(reset("sign", "9999", "NEWPASS1")), "PIN_WRONG");
  EXPECT_EQ(reason(reset("sign", "1234", "short")), "PIN_FORMAT");
  EXPECT_TRUE(setter.done.empty());
  const auto answer = reset("sign", "1234", "newpass1");
  EXPECT_EQ(answer.string_or("reset", reason(answer)), "sign");
  EXPECT_EQ(setter.done, std::vector<std::string>{"card-7 sign NEWPASS1"});
}

TEST_F(PinResetTest, WithoutReservationOrWhereTheChainDoesNotOfferItNothingIsSet) {
  customer.start("minamo-1");
  lay(card);
  EXPECT_EQ(reason(reset("auth", "SIGN1234", "4321")), "FORBIDDEN") << "another chain does";
  EXPECT_EQ(reason(reset("text", "1234", "4321")), "MALFORMED");
  world.network.redeem = nullptr;
  EXPECT_EQ(reason(reset("sign", "1234", "NEWPASS1")), "NOT_FOUND");
  lay(phone);
  EXPECT_EQ(reason(reset("sign", "1234", "NEWPASS1")), "HOLDER_MISMATCH");
  world.clock.set(japan_instant(Date{std::chrono::year{2026}, std::chrono::June, std::chrono::day{1}}, 22, 59, 59));
  customer.start("minamo-1");
  world.clock.advance(Seconds{1});
  EXPECT_EQ(reason(reset("sign", "1234", "NEWPASS1")), "KIOSK_CLOSED");
  EXPECT_TRUE(setter.done.empty());
}

// SVC-3: the wrong set-up serves nobody.
TEST_F(KioskTest, AWrongTopologyServesNobody) {
  const auto refused = [&](const std::function<void(KioskConfig&)>& change, bool approve = true) {
    KioskConfig config = world.config();
    change(config);
    if (approve) config.approved = topology_hash(config);
    world.build(config);
    return reason(customer.start("minamo-1"));
  };
  EXPECT_EQ(refused([](KioskConfig&) {}), "GOOD");
  EXPECT_EQ(refused([](KioskConfig& c) { c.terminals[1].reader = c.terminals[0].reader; }), "KIOSK_UNFIT");
  EXPECT_EQ(refused([](KioskConfig& c) { c.terminals[1].id = c.terminals[0].id; }), "KIOSK_UNFIT");
  EXPECT_EQ(refused([](KioskConfig& c) { c.terminals[1].shop = "elsewhere"; }), "KIOSK_UNFIT");
  EXPECT_EQ(refused([](KioskConfig& c) { c.terminals[0].reader = nullptr; }), "KIOSK_UNFIT");
  EXPECT_EQ(refused([](KioskConfig& c) { c.terminals.clear(); }), "KIOSK_UNFIT");
  EXPECT_EQ(refused([](KioskConfig& c) { c.offices.pop_back(); }), "KIOSK_UNFIT");
  EXPECT_EQ(refused([](KioskConfig& c) { std::swap(c.offices[0].seal.key, c.offices[1].seal.key); }), "KIOSK_UNFIT");
  EXPECT_EQ(refused([](KioskConfig& c) { c.offices[1].municipality = "kaku"; }), "KIOSK_UNFIT");
  EXPECT_EQ(refused([](KioskConfig& c) { c.authentication.authorities.clear(); }), "KIOSK_UNFIT");
  EXPECT_EQ(refused([](KioskConfig& c) { std::swap(c.terminals[0].shop, c.terminals[1].shop); }, false), "KIOSK_UNFIT")
      << "not what was approved";
  EXPECT_EQ(refused([](KioskConfig& c) { c.approved.clear(); }, false), "KIOSK_UNFIT");
}

}  // namespace
}  // namespace mitome::services
