// Each check of WebAuthn 7.1 and 7.2, broken alone.
#include "protocol/webauthn/webauthn.h"

#include <gtest/gtest.h>

#include "codec/json/json.h"
#include "testing/software_authenticator.h"

namespace mitome::webauthn {
namespace {

using testing::SoftwareAuthenticator;

const RelyingParty kParty{"phone.localhost", "http://phone.localhost:8709"};
const Bytes kChallenge(32, 7);

Reason registered(const SoftwareAuthenticator& authenticator) {
  const auto done = verify_registration(authenticator.create(kChallenge), kParty, kChallenge);
  return done ? Reason::GOOD : done.error().reason;
}

TEST(WebAuthnRegistration, TakesNoneAndPackedSelf) {
  SoftwareAuthenticator authenticator{kParty};
  const auto credential = verify_registration(authenticator.create(kChallenge), kParty, kChallenge);
  ASSERT_TRUE(credential) << to_string(credential.error());
  EXPECT_EQ(credential->id, authenticator.id);
  EXPECT_TRUE(credential->key == authenticator.key.public_key());
  authenticator.format = "packed";
  EXPECT_EQ(registered(authenticator), Reason::GOOD);
  authenticator.extensions = true;
  EXPECT_EQ(registered(authenticator), Reason::GOOD);
}

TEST(WebAuthnRegistration, EachCheckAlone) {
  const std::vector<std::pair<std::function<void(SoftwareAuthenticator&)>, Reason>> cases{
      {[](auto& it) { it.type = "webauthn.get"; }, Reason::WEBAUTHN_TYPE},
      {[](auto& it) { it.origin = "http://evil.localhost:8709"; }, Reason::WEBAUTHN_ORIGIN},
      {[](auto& it) { it.cross_origin = true; }, Reason::WEBAUTHN_ORIGIN},
      {[](auto& it) { it.rp_id = "evil.localhost"; }, Reason::WEBAUTHN_RP_ID},
      {[](auto& it) { it.flags &= 0xFE; }, Reason::WEBAUTHN_USER_PRESENCE},
      {[](auto& it) { it.flags &= 0xFB; }, Reason::WEBAUTHN_USER_VERIFICATION},
      {[](auto& it) { it.flags |= 0x10; }, Reason::MALFORMED},
      {[](auto& it) { it.algorithm = -257; }, Reason::WEBAUTHN_ALGORITHM},
      {[](auto& it) { it.format = "fido-u2f"; }, Reason::WEBAUTHN_ATTESTATION},
      {[](auto& it) { it.statement_in_none = true; }, Reason::WEBAUTHN_ATTESTATION},
      {[](auto& it) { it.format = "packed", it.x5c = true; }, Reason::WEBAUTHN_ATTESTATION},
      {[](auto& it) { it.format = "packed", it.spoil_signature = true; }, Reason::BAD_SIGNATURE},
      {[](auto& it) { it.format = "packed", it.statement_algorithm = -257; }, Reason::WEBAUTHN_ALGORITHM},
      {[](auto& it) { it.id = Bytes(kMaxCredentialId + 1, 1); }, Reason::LIMIT_EXCEEDED},
      {[](auto& it) { it.id.clear(); }, Reason::LIMIT_EXCEEDED},
      {[](auto& it) { it.attested = false; }, Reason::MALFORMED},
      {[](auto& it) { it.off_curve = true; }, Reason::BAD_KEY},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    SoftwareAuthenticator authenticator{kParty};
    cases[i].first(authenticator);
    EXPECT_EQ(registered(authenticator), cases[i].second) << i;
  }
}

TEST(WebAuthnRegistration, TheChallengeIsOurs) {
  const SoftwareAuthenticator authenticator{kParty};
  EXPECT_EQ(verify_registration(authenticator.create(Bytes(32, 8)), kParty, kChallenge).error().reason,
            Reason::NONCE_MISMATCH);
  EXPECT_EQ(challenge_in(authenticator.create(kChallenge).client_data).value(), kChallenge);
}

TEST(WebAuthnRegistration, ReadsNothingThatIsNotThere) {
  const SoftwareAuthenticator authenticator{kParty};
  const Registration good = authenticator.create(kChallenge);
  for (size_t size = 0; size < good.attestation_object.size(); ++size) {
    Registration cut = good;
    cut.attestation_object.resize(size);
    EXPECT_EQ(verify_registration(cut, kParty, kChallenge).error().reason, Reason::MALFORMED) << size;
  }
  Registration much = good;
  much.client_data = Bytes(kMaxClientData + 1, ' ');
  EXPECT_EQ(verify_registration(much, kParty, kChallenge).error().reason, Reason::LIMIT_EXCEEDED);
}

TEST(WebAuthnRegistration, AuthenticatorDataIsReadToItsEnd) {
  SoftwareAuthenticator authenticator{kParty};
  for (size_t cut = 1; cut < 152; ++cut) {
    authenticator.cut = cut;
    EXPECT_EQ(registered(authenticator), Reason::MALFORMED) << cut;
  }
}

class WebAuthnAssertion : public ::testing::Test {
 protected:
  SoftwareAuthenticator authenticator{kParty};
  Credential credential = verify_registration(authenticator.create(kChallenge), kParty, kChallenge).value();
  Reason asserted(const std::function<void(Assertion&)>& spoil = [](Assertion&) {}) {
    Assertion assertion = authenticator.get(kChallenge);
    spoil(assertion);
    const auto done = verify_assertion(assertion, credential, kParty, kChallenge);
    return done ? Reason::GOOD : done.error().reason;
  }
};

TEST_F(WebAuthnAssertion, EachCheckAlone) {
  EXPECT_EQ(asserted(), Reason::GOOD);
  const std::vector<std::pair<std::function<void(SoftwareAuthenticator&)>, Reason>> cases{
      {[](auto& it) { it.type = "webauthn.create"; }, Reason::WEBAUTHN_TYPE},
      {[](auto& it) { it.origin = "https://phone.localhost:8709"; }, Reason::WEBAUTHN_ORIGIN},
      {[](auto& it) { it.cross_origin = true; }, Reason::WEBAUTHN_ORIGIN},
      {[](auto& it) { it.rp_id = "localhost"; }, Reason::WEBAUTHN_RP_ID},
      {[](auto& it) { it.flags &= 0xFE; }, Reason::WEBAUTHN_USER_PRESENCE},
      {[](auto& it) { it.flags &= 0xFB; }, Reason::WEBAUTHN_USER_VERIFICATION},
      {[](auto& it) { it.flags |= 0x10; }, Reason::MALFORMED},
      {[](auto& it) { it.spoil_signature = true; }, Reason::BAD_SIGNATURE},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    SoftwareAuthenticator other{kParty, authenticator};
    cases[i].first(other);
    const auto done = verify_assertion(other.get(kChallenge), credential, kParty, kChallenge);
    EXPECT_EQ(done ? Reason::GOOD : done.error().reason, cases[i].second) << i;
  }
}

TEST_F(WebAuthnAssertion, SignsBothParts) {
  EXPECT_EQ(asserted([](Assertion& it) { it.client_data.push_back(' '); }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(asserted([](Assertion& it) { it.authenticator_data[36] ^= 1; }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(asserted([](Assertion& it) { it.signature.push_back(0); }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(asserted([](Assertion& it) { it.signature.clear(); }), Reason::BAD_SIGNATURE);
  EXPECT_EQ(asserted([](Assertion& it) { it.authenticator_data.resize(36); }), Reason::MALFORMED);
  EXPECT_EQ(asserted([](Assertion& it) { it.authenticator_data.push_back(0); }), Reason::MALFORMED);
  EXPECT_EQ(asserted([](Assertion& it) { it.client_data = to_bytes(std::string_view{"{}"}); }), Reason::MALFORMED);
}

TEST_F(WebAuthnAssertion, TheChallengeIsOurs) {
  EXPECT_EQ(verify_assertion(authenticator.get(Bytes(32, 1)), credential, kParty, kChallenge).error().reason,
            Reason::NONCE_MISMATCH);
}

TEST_F(WebAuthnAssertion, ACountThatStandsStillIsACopy) {
  authenticator.count = 5;
  credential.sign_count = 5;
  EXPECT_EQ(verify_assertion(authenticator.get(kChallenge), credential, kParty, kChallenge).value(), 6u);
  credential.sign_count = 7;
  EXPECT_EQ(asserted(), Reason::WEBAUTHN_COUNTER);
  authenticator.counts = false;
  authenticator.count = 0;
  EXPECT_EQ(asserted(), Reason::WEBAUTHN_COUNTER) << "it counted before";
  credential.sign_count = 0;
  EXPECT_EQ(asserted(), Reason::GOOD) << "it never counts";
}

}  // namespace
}  // namespace mitome::webauthn
