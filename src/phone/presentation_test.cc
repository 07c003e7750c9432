// Showing the mdoc: who may ask, what the holder agreed to, and nothing else (threats PHN-6 to PHN-8, PRX-18, PRX-19).
#include <gtest/gtest.h>

#include "codec/base64url/base64url.h"
#include "credential/mdoc/device_response.h"
#include "phone/phone_impl.h"
#include "protocol/iso18013/reader_auth.h"
#include "testing/phone_world.h"

namespace mitome::phone {
namespace {

using mdoc::RequestedElement;
using testing::PhoneWorld;
using testing::TestReader;

const json::Value kFace = PhoneWorld::sample(PhoneWorld::face());
const RequestedElement kAge{std::string{mdoc::kMncNameSpace}, "age_over_20", false};
const RequestedElement kName{std::string{mdoc::kMncJapanNameSpace}, "full_name_unicode", true};
const RequestedElement kMyNumber{std::string{mdoc::kMncJapanNameSpace}, "individual_number_unicode", false};
const RequestedElement kUnheld{std::string{mdoc::kMncNameSpace}, "age_over_99", false};

class PresentationTest : public ::testing::Test {
 protected:
  PresentationTest() : reader(world.reader_root, "Counter 1", world.mdocs) { world.enrol(); }

  Reason shown_refused(const std::vector<RequestedElement>& elements) {
    const auto response = world.show(reader, elements);
    return response.ok() ? Reason::GOOD : http::error_of(response).reason;
  }
  /// What the phone says to a message for the engagement it shows now.
  Reason session_refused(ByteView message) {
    return world.refused("/wallet/session", json::Value::object({{"message", base64url::encode(message)}}));
  }
  std::string engage() { return world.good("/wallet/engage").string_at("engagement").value(); }
  Bytes agree(const std::vector<RequestedElement>& elements) {
    return world.good("/wallet/consent", PhoneWorld::agreed(elements, kFace)).base64url_at("message").value();
  }

  PhoneWorld world;
  TestReader reader;
};

TEST_F(PresentationTest, TheWholeWay) {
  const auto response = world.show(reader, {kAge, kName});
  ASSERT_TRUE(response.ok()) << as_text(response.body);
  const auto screen = json::parse(as_text(response.body)).value();
  EXPECT_EQ(screen.string_at("reader").value(), "Counter 1");
  EXPECT_EQ(screen.string_at("doctype").value(), mdoc::kMncDocType);
  ASSERT_EQ(screen.find("elements")->items().size(), 2u);
  for (const auto& element : screen.find("elements")->items()) {
    const bool name = element.string_at("element").value() == "full_name_unicode";
    EXPECT_EQ(element.bool_at("retain").value(), name);
  }
  const auto verified = reader.read(agree({kAge, kName}), {kAge, kName});
  ASSERT_TRUE(verified.report.good()) << to_string(verified.report.error());
  EXPECT_EQ(verified.documents[0].elements().size(), 2u);
  EXPECT_TRUE(verified.documents[0].find(mdoc::kMncNameSpace, "age_over_20")->boolean().value());
  EXPECT_FALSE(verified.documents[0].by_mac());
  const auto last = world.phone->activity().value().back();
  EXPECT_EQ(last.kind, "present");
  EXPECT_EQ(last.party, "Counter 1");
  EXPECT_EQ(last.elements.size(), 2u);
}

TEST_F(PresentationTest, TheHolderMayShowLess) {
  ASSERT_TRUE(world.show(reader, {kAge, kName}).ok());
  const auto verified = reader.read(agree({kAge}), {kAge});
  ASSERT_TRUE(verified.report.good()) << to_string(verified.report.error());
  EXPECT_EQ(verified.documents[0].elements().size(), 1u);
}

TEST_F(PresentationTest, EachMdocIsShownOnce) {
  std::vector<Bytes> keys_shown;
  for (int64_t left = 2; left >= 0; --left) {
    ASSERT_TRUE(world.show(reader, {kAge}).ok());
    const auto verified = reader.read(agree({kAge}), {kAge});
    ASSERT_TRUE(verified.report.good());
    for (const Bytes& before : keys_shown) EXPECT_NE(before, verified.documents[0].device_key().spki()) << "linkable";
    keys_shown.push_back(verified.documents[0].device_key().spki());
    EXPECT_EQ(world.mdocs_left(), left);
  }
  EXPECT_EQ(world.refused("/wallet/engage"), Reason::BATCH_USED_UP);
  world.good("/app/sync");
  EXPECT_EQ(world.mdocs_left(), 3);
  EXPECT_TRUE(world.show(reader, {kAge}).ok());
}

TEST_F(PresentationTest, AnMdocThatEndedIsNotShown) {
  world.good("/settings", json::Value::object({{"network", false}}));
  world.clock.advance(Days{14} + Seconds{1});
  EXPECT_EQ(world.refused("/wallet/engage"), Reason::NOTHING_TO_PRESENT);
}

// -- the reader

TEST_F(PresentationTest, PRX18_AReaderThatDoesNotSayWhoItIs) {
  EXPECT_EQ(session_refused(reader.ask(engage(), {kAge}, false)), Reason::READER_AUTH_MISSING);
}

TEST_F(PresentationTest, PRX18_ReaderAuthenticationOfAnotherSession) {
  reader.change_transcript = [](Bytes& transcript) { transcript.back() = 0xF7; };
  EXPECT_EQ(session_refused(reader.ask(engage(), {kAge})), Reason::READER_AUTH_INVALID);
}

TEST_F(PresentationTest, PRX18_AReaderUnderAnUnknownRoot) {
  testing::TestCa other{"Reader root"};
  TestReader stranger{other, "Counter 1", world.mdocs};
  EXPECT_EQ(session_refused(stranger.ask(engage(), {kAge})), Reason::READER_UNTRUSTED);
}

TEST_F(PresentationTest, PRX18_ACertificateThatIsNoReaders) {
  reader.chain = {world.reader_root.issue(world.reader_root.end_entity("Counter 1", reader.signer().public_key()))};
  EXPECT_EQ(session_refused(reader.ask(engage(), {kAge})), Reason::CERT_PROFILE);
}

TEST_F(PresentationTest, PRX18_AReaderWhoseCertificateEnded) {
  world.authority.mdoc_validity = Days{4000};
  PhoneWorld later;
  later.authority.mdoc_validity = Days{4000};
  later.enrol();
  TestReader old{later.reader_root, "Counter 1", later.mdocs};
  later.clock.advance(Days{365 * 2});
  EXPECT_EQ(http::error_of(later.show(old, {kAge})).reason, Reason::CERT_EXPIRED);
}

TEST_F(PresentationTest, PRX19_MyNumberIsNotForEverybody) {
  EXPECT_EQ(shown_refused({kAge, kMyNumber}), Reason::OVER_ASK);
}

TEST_F(PresentationTest, PRX19_ARegistrationSaysWhatMayBeAsked) {
  world.registrations = {{"Tax office", {{kMyNumber.name_space, kMyNumber.identifier}}}};
  world.restart();
  TestReader tax{world.reader_root, "Tax office", world.mdocs};
  EXPECT_EQ(http::error_of(world.show(tax, {kMyNumber, kAge})).reason, Reason::OVER_ASK);
  ASSERT_TRUE(world.show(tax, {kMyNumber}).ok());
  EXPECT_TRUE(tax.read(agree({kMyNumber}), {kMyNumber}).report.good());
  EXPECT_EQ(shown_refused({kMyNumber}), Reason::OVER_ASK) << "another reader still may not";
}

TEST_F(PresentationTest, PRX19_IntentToRetainIsUnderTheReadersSignature) {
  const std::string engagement = engage();
  reader.ask(engagement, {kAge});
  // The same session, the request changed after it was signed.
  RequestedElement retained = kAge;
  retained.intent_to_retain = true;
  const mdoc::ItemsRequest changed{std::string{mdoc::kMncDocType}, {retained}};
  const Bytes signed_items = mdoc::encode_items_request({std::string{mdoc::kMncDocType}, {kAge}});
  auto session = iso18013::ReaderSession::start(iso18013::from_qr(engagement).value(),
                                                crypto::SystemKeySource{}.generate(crypto::KeyType::kP256)).value();
  const Bytes signature =
      iso18013::sign_reader_auth(reader.signer(), reader.chain, session.transcript(), signed_items).value();
  const Bytes request = mdoc::encode_device_request(
      {mdoc::encode_doc_request(mdoc::encode_items_request(changed), ByteView{signature})});
  EXPECT_EQ(session_refused(session.send(request).value()), Reason::READER_AUTH_INVALID);
}

TEST_F(PresentationTest, NoSecondTryAtOneEngagement) {
  const std::string engagement = engage();
  EXPECT_EQ(session_refused(reader.ask(engagement, {kAge}, false)), Reason::READER_AUTH_MISSING);
  EXPECT_EQ(session_refused(reader.ask(engagement, {kAge})), Reason::TRANSITION_REFUSED);
}

TEST_F(PresentationTest, AnotherSessionsMessageDoesNotDecrypt) {
  const Bytes recorded = reader.ask(engage(), {kAge});
  engage();
  EXPECT_EQ(session_refused(recorded), Reason::SESSION_ENCRYPTION) << "PRX-2";
  engage();
  EXPECT_EQ(session_refused(to_bytes(std::string_view{"\x01"})), Reason::MALFORMED);
}

TEST_F(PresentationTest, OneDocumentOfOurType) {
  EXPECT_EQ(session_refused(reader.ask(engage(), mdoc::ItemsRequest{"org.iso.18013.5.1.mDL", {kAge}}, true)),
            Reason::NOTHING_TO_PRESENT);
  const std::string engagement = engage();
  auto session = iso18013::ReaderSession::start(iso18013::from_qr(engagement).value(),
                                                crypto::SystemKeySource{}.generate(crypto::KeyType::kP256)).value();
  const Bytes items = mdoc::encode_items_request({std::string{mdoc::kMncDocType}, {kAge}});
  const Bytes signature = iso18013::sign_reader_auth(reader.signer(), reader.chain, session.transcript(), items).value();
  const Bytes one = mdoc::encode_doc_request(items, ByteView{signature});
  EXPECT_EQ(session_refused(session.send(mdoc::encode_device_request({one, one})).value()), Reason::LIMIT_EXCEEDED);
}

TEST_F(PresentationTest, WhatIsNotHeldIsNotOnTheScreen) {
  const auto response = world.show(reader, {kAge, kUnheld});
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(json::parse(as_text(response.body)).value().find("elements")->items().size(), 1u);
  EXPECT_EQ(shown_refused({kUnheld}), Reason::NOTHING_TO_PRESENT);
}

// -- the holder

TEST_F(PresentationTest, PHN7_NothingWithoutTheHolder) {
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({kAge}, kFace)), Reason::TRANSITION_REFUSED);
  EXPECT_EQ(session_refused(Bytes{1}), Reason::TRANSITION_REFUSED);
  ASSERT_TRUE(world.show(reader, {kAge}).ok());
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({kAge}, json::Value::object())), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({kAge}, PhoneWorld::sample(PhoneWorld::stranger()))),
            Reason::USER_AUTH_FAILED);
  EXPECT_EQ(world.mdocs_left(), 3) << "a face that was not recognised costs no mdoc";
  EXPECT_TRUE(reader.read(agree({kAge}), {kAge}).report.good());
}

TEST_F(PresentationTest, PHN1_OneConsentOneAnswer) {
  ASSERT_TRUE(world.show(reader, {kAge}).ok());
  agree({kAge});
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({kAge}, kFace)), Reason::TRANSITION_REFUSED);
}

TEST_F(PresentationTest, PHN8_WhatWasNotOnTheScreen) {
  ASSERT_TRUE(world.show(reader, {kAge}).ok());
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({kAge, kName}, kFace)), Reason::CONSENT_SET_MISMATCH);
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({kAge, kAge}, kFace)), Reason::CONSENT_SET_MISMATCH);
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({}, kFace)), Reason::CONSENT_SET_MISMATCH);
  EXPECT_EQ(world.mdocs_left(), 3);
  EXPECT_TRUE(reader.read(agree({kAge}), {kAge}).report.good()) << "the screen is still there";
}

TEST_F(PresentationTest, PHN8_TheLastLookBeforeItLeaves) {
  const Bytes response = world.mdocs.response();  // three elements, testing/mdoc_world.h
  std::vector<ElementName> agreed;
  for (const auto& element : testing::MdocWorld::elements()) agreed.emplace_back(element.name_space, element.identifier);
  EXPECT_TRUE(check_released(response, agreed));
  std::vector<ElementName> less{agreed.begin(), agreed.end() - 1};
  EXPECT_EQ(check_released(response, less).error().reason, Reason::CONSENT_SET_MISMATCH);
  std::vector<ElementName> more = agreed;
  more.emplace_back(kUnheld.name_space, kUnheld.identifier);
  EXPECT_EQ(check_released(response, more).error().reason, Reason::CONSENT_SET_MISMATCH);
  const Bytes issued = world.mdocs.issue();
  const Bytes twice = mdoc::encode_device_response({world.mdocs.document(issued), world.mdocs.document(issued)});
  EXPECT_EQ(check_released(twice, agreed).error().reason, Reason::CONSENT_SET_MISMATCH);
  mdoc::PresentInput input{issued, testing::MdocWorld::elements(), world.mdocs.transcript};
  input.signer = world.mdocs.device.get();
  input.device_elements = {{"ns", "more", mdoc::text_value("x")}};
  EXPECT_EQ(check_released(mdoc::encode_device_response({mdoc::present(input).value()}), agreed).error().reason,
            Reason::CONSENT_SET_MISMATCH);
}

TEST_F(PresentationTest, AShownMdocsKeyIsGone) {
  const size_t slots = world.phone->impl().element->slots().size();
  ASSERT_TRUE(world.show(reader, {kAge}).ok());
  agree({kAge});
  EXPECT_EQ(world.phone->impl().element->slots().size(), slots - 1);
}

TEST_F(PresentationTest, ASensorThatWasSwappedIsNotBelieved) {
  ASSERT_TRUE(world.show(reader, {kAge}).ok());
  world.phone->impl().verifier = UserVerifier::start(world.silicon, world.clock, world.random,
                                                     crypto::SecretBytes::copy_of(Bytes(32, 1))).value();
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({kAge}, kFace)), Reason::USER_AUTH_REQUIRED);
  EXPECT_EQ(world.mdocs_left(), 3);
}

TEST_F(PresentationTest, DecliningEndsTheSession) {
  ASSERT_TRUE(world.show(reader, {kAge}).ok());
  const auto declined = world.good("/wallet/consent", json::Value::object({{"decline", true}}));
  EXPECT_EQ(declined.string_at("reason").value(), reason_code(Reason::CONSENT_DECLINED));
  EXPECT_EQ(reader.session().receive(declined.base64url_at("message").value()).error().reason, Reason::SESSION_TERMINATED);
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({kAge}, kFace)), Reason::TRANSITION_REFUSED);
  EXPECT_EQ(world.refused("/wallet/consent", json::Value::object({{"decline", true}})), Reason::TRANSITION_REFUSED);
  EXPECT_EQ(world.mdocs_left(), 3);
  EXPECT_EQ(world.phone->activity().value().back().kind, "declined");
}

TEST_F(PresentationTest, SuspendedBetweenRequestAndConsent) {
  ASSERT_TRUE(world.show(reader, {kAge}).ok());
  world.authority.suspend("phone-1");
  world.good("/app/sync");
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({kAge}, kFace)), Reason::TRANSITION_REFUSED);
  EXPECT_EQ(world.refused("/wallet/engage"), Reason::PHONE_SUSPENDED);
}

TEST_F(PresentationTest, PHN3_AnotherFaceBetweenRequestAndConsent) {
  ASSERT_TRUE(world.show(reader, {kAge}).ok());
  world.good("/settings", json::Value::object({{"enrol_sample", base64url::encode(PhoneWorld::stranger())}}));
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({kAge}, kFace)), Reason::NEEDS_REPROOF);
}

TEST_F(PresentationTest, PHN3_AnotherFaceBetweenEngagementAndRequest) {
  const Bytes message = reader.ask(engage(), {kAge});
  world.good("/settings", json::Value::object({{"enrol_sample", base64url::encode(PhoneWorld::stranger())}}));
  EXPECT_EQ(session_refused(message), Reason::NEEDS_REPROOF);
}

TEST_F(PresentationTest, EnrolledAgainBetweenRequestAndConsent) {
  ASSERT_TRUE(world.show(reader, {kAge}).ok());
  world.authority.activate_at = world.clock.now() + std::chrono::minutes{3};
  for (const std::string& step : PhoneWorld::steps()) world.good(step, world.body_of(step));
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({kAge}, kFace)), Reason::PENDING_ACTIVATION);
}

TEST_F(PresentationTest, PHN6_AnElementChangedInTheWallet) {
  // By someone who could even open the wallet: what lies in it is checked against the issuer's digests.
  auto& impl = world.phone->impl();
  auto records = impl.wallet.mdocs().value();
  for (MdocRecord& record : records) {
    record.issuer_signed = testing::replace_once(record.issuer_signed, as_bytes(testing::MdocWorld::kName),
                                                 as_bytes("山田　偽"));
    ASSERT_TRUE(impl.wallet.write([&](Wallet::Edit& edit) { return edit.put("mdoc/" + record.slot, record.encode()); }));
  }
  ASSERT_TRUE(world.show(reader, {kAge, kName}).ok());
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({kName}, kFace)), Reason::VALUE_DIGEST_MISMATCH);
  EXPECT_EQ(world.mdocs_left(), 3);
}

TEST_F(PresentationTest, PHN8_AnMdocThatHoldsLessThanTheScreenShowed) {
  ASSERT_TRUE(world.show(reader, {kAge, kName}).ok());
  auto& impl = world.phone->impl();
  const auto all = testing::MdocWorld::claims();
  const auto fewer = mdoc::Claims::make(std::string{mdoc::kMncDocType}, {all[1]}).value();  // without the name
  auto records = impl.wallet.mdocs().value();
  for (MdocRecord& record : records) {
    const auto key = impl.element->public_key(record.slot).value();
    mdoc::IssueInput input = world.mdocs.issue_input();
    input.device_key = &key;
    record.issuer_signed = mdoc::issue(fewer, input, {*world.mdocs.ds_key, world.mdocs.ds_chain}, world.random).value();
    ASSERT_TRUE(impl.wallet.write([&](Wallet::Edit& edit) { return edit.put("mdoc/" + record.slot, record.encode()); }));
  }
  EXPECT_EQ(world.refused("/wallet/consent", PhoneWorld::agreed({kAge, kName}, kFace)), Reason::CONSENT_SET_MISMATCH);
  EXPECT_EQ(world.mdocs_left(), 3);
}

TEST_F(PresentationTest, F20_ThePowerGoesAtTheAnswer) {
  for (const auto moment : {testing::PowerSupply::Moment::kBefore, testing::PowerSupply::Moment::kAfter}) {
    for (size_t n = 0; n < 4; ++n) {
      PhoneWorld fresh;
      fresh.enrol();
      TestReader counter{fresh.reader_root, "Counter 1", fresh.mdocs};
      ASSERT_TRUE(fresh.show(counter, {kAge}).ok());
      fresh.power.cut_at(n, moment);
      const auto response = fresh.call("POST", "/wallet/consent", PhoneWorld::agreed({kAge}, kFace));
      ASSERT_TRUE(fresh.power.off()) << n;
      EXPECT_FALSE(response.ok()) << n << ": nothing leaves before it counts as shown";
      fresh.restart();
      EXPECT_EQ(fresh.refused("/wallet/consent", PhoneWorld::agreed({kAge}, kFace)), Reason::TRANSITION_REFUSED);
      ASSERT_TRUE(fresh.show(counter, {kAge}).ok()) << n;
      EXPECT_GE(fresh.mdocs_left(), 2) << n << ": at most one is lost";
    }
  }
}

}  // namespace
}  // namespace mitome::phone
