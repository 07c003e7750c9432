#pragma once

#include <map>
#include <memory>

#include "card/card_image.h"
#include "card/runtime/chip.h"
#include "phone/secure_element.h"
#include "phone/silicon.h"

namespace mitome::phone {

/// The maker's attestation key and its certificate, put in at the factory.
struct MakerKey {
  crypto::PrivateKey key;  ///< P-256
  Bytes certificate;       ///< DER
};

/// A secure element in software over a Silicon: everything it is asked for is real, but that nobody can read it is not
/// (decisions 8; docs/divergences.md).
class SimulatedSecureElement final : public SecureElement {
 public:
  /// Reads the area "se". STORAGE_FAILED, MALFORMED.
  static Result<std::unique_ptr<SimulatedSecureElement>> start(Silicon& silicon, crypto::Random& random,
                                                               crypto::KeySource& keys, MakerKey maker,
                                                               card::TokenProfile profile = card::TokenProfile::kPhone);
  /// The key that the sensor is paired with; for UserVerifier::start only.
  crypto::SecretBytes pairing_key() const;

  Result<crypto::PublicKey> generate(std::string_view slot, crypto::KeyType type, KeyUse use) override;
  Result<crypto::PublicKey> public_key(std::string_view slot) const override;
  std::vector<std::string> slots() const override;
  Result<void> erase(const std::vector<std::string>& slots) override;
  PassChallenge challenge() override;
  Result<void> confirm(const Pass& pass, Purpose purpose, const crypto::Sha256Digest& bound_to) override;
  Result<Bytes> sign(std::string_view slot, ByteView message) override;
  Result<Bytes> sign(std::string_view slot, ByteView message, const Pass& pass, Purpose purpose) override;
  Result<void> biometrics_changed(Biometrics kind, const BiometricSet& set) override;
  Result<Bytes> seal(std::string_view name, ByteView plaintext) override;
  Result<crypto::SecretBytes> open(std::string_view name, ByteView sealed) override;
  Result<Bytes> attest(ByteView challenge, ByteView keys) override;
  Result<void> stage_pins(const crypto::Pin& auth, const crypto::Pin& sign) override;
  Result<void> drop_staged_pins() override;
  Result<void> install_card(const CardCertificates& certificates, std::string_view auth_slot,
                            std::string_view sign_slot) override;
  Result<void> replace_signing(ByteView certificate, std::string_view sign_slot) override;
  Result<void> remove_card() override;
  Result<void> open_operation(const Pass& pass, Purpose purpose, card::UserOperation operation,
                              const crypto::Sha256Digest* digest) override;
  void field_off() override;
  apdu::ApduChannel& card() override { return reader_side_; }

 private:
  struct Key {
    KeyUse use;
    std::optional<crypto::PrivateKey> key;  // gone once its biometric set is
  };
  struct Memory {
    crypto::SecretBytes sealing_key, pairing_key;
    Biometrics kind = Biometrics::kNone;
    BiometricSet set{};
    std::map<std::string, Key, std::less<>> keys;
    std::map<card::Slot, Bytes> applet;
    std::string auth_slot, sign_slot;
    crypto::SecretBytes staged_auth_pin, staged_sign_pin;
  };

  /// The silicon as the card application sees it.
  class AppletPlatform final : public card::Platform {
   public:
    explicit AppletPlatform(SimulatedSecureElement& element) : element_(element) {}
    Result<std::optional<Bytes>> read(card::Slot slot) override;
    Result<void> write(card::Slot slot, ByteView value) override;
    Result<void> erase(card::Slot slot) override;
    Result<crypto::PublicKey> generate_key(card::Slot slot) override;
    Result<crypto::PublicKey> public_key(card::Slot slot) override;
    Result<Bytes> sign(card::Slot slot, card::RsaPadding padding, ByteView input) override;
    crypto::Random& random() override { return element_.random_; }
    card::UserOperation user_operation() override { return element_.operation_; }
    bool consume_signature() override;
    void operation_ended() override;

   private:
    Result<std::string> key_slot(card::Slot slot) const;
    SimulatedSecureElement& element_;
  };

  class ReaderSide final : public apdu::ApduChannel {
   public:
    explicit ReaderSide(SimulatedSecureElement& element) : element_(element) {}
    Result<Bytes> transmit(ByteView command) override { return element_.chip_->transmit(command); }

   private:
    SimulatedSecureElement& element_;
  };

  SimulatedSecureElement(Silicon& silicon, crypto::Random& random, crypto::KeySource& keys, MakerKey maker,
                         card::TokenProfile profile);
  static Bytes encode(const Memory& memory);
  static Result<Memory> parse(ByteView bytes);
  /// Makes memory_ durable; when that fails, memory_ is again what it was durably.
  Result<void> commit();
  Result<void> boot();
  Result<const crypto::PrivateKey*> living_key(std::string_view slot) const;
  Result<Bytes> attested_keys(ByteView keys) const;

  Silicon& silicon_;
  crypto::Random& random_;
  crypto::KeySource& key_source_;
  MakerKey maker_;
  card::TokenProfile profile_;
  Memory memory_;
  crypto::SecretBytes durable_;
  bool all_or_nothing_ = false;  // applet writes wait for one commit
  std::optional<PassChallenge> challenge_;
  card::UserOperation operation_ = card::UserOperation::kNone;
  bool signature_left_ = false;
  std::optional<crypto::Sha256Digest> operation_digest_;
  AppletPlatform platform_;
  std::unique_ptr<card::Chip> chip_;
  ReaderSide reader_side_;
};

}  // namespace mitome::phone
