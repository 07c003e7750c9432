#include "apps/card/reference_chip.h"

#include <map>

#include "apps/card/agreed_platform.h"
#include "card/runtime/software_platform.h"
#include "protocol/jpki/identifiers.h"

namespace mitome::apps {
namespace {

card::TokenProfile profile_of(std::string_view token) {
  if (token == jpki::kAndroidLabel) return card::TokenProfile::kAndroid;
  return token == jpki::kPhoneLabel ? card::TokenProfile::kPhone : card::TokenProfile::kCard;
}

}  // namespace

struct ReferenceChip::Impl {
  Impl(std::unique_ptr<CardFactory> made_by, Person of) : factory(std::move(made_by)), person(std::move(of)) {}

  std::unique_ptr<CardFactory> factory;
  Person person;
  card::SoftwarePlatform silicon{factory->random(), factory->keys()};
  AgreedPlatform platform{silicon, card::UserOperation::kAuthentication};
  std::unique_ptr<card::Chip> chip;
  std::map<std::pair<const jpki::ApplicationEntry*, uint16_t>, crypto::Pin> pins;
};

ReferenceChip::ReferenceChip(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ReferenceChip::~ReferenceChip() = default;
apdu::ApduChannel& ReferenceChip::channel() { return *impl_->chip; }

Result<std::unique_ptr<ReferenceChip>> ReferenceChip::make(std::string_view token, Instant now) {
  TRY_ASSIGN(auto factory, CardFactory::open(now));
  TRY_ASSIGN(Person person, person_from_json(json::Value::object()));
  auto impl = std::make_unique<Impl>(std::move(factory), std::move(person));
  TRY(impl->factory->make(impl->person, profile_of(token), impl->silicon));
  TRY_ASSIGN(impl->chip, card::boot(impl->platform));
  const Person& of = impl->person;
  const std::tuple<ByteView, uint16_t, std::string_view> kPins[] = {{jpki::kJpkiAid, jpki::kAuthPin, of.auth_pin},
                                                                    {jpki::kJpkiAid, jpki::kSignPin, of.sign_pin},
                                                                    {jpki::kTextAid, jpki::kTextPin, of.text_pin},
                                                                    {jpki::kJukiAid, jpki::kJukiPin, of.juki_pin},
                                                                    {jpki::kCommonAid, jpki::kJukiPin, of.juki_pin}};
  for (const auto& [aid, file, text] : kPins) {
    TRY_ASSIGN(crypto::Pin pin, crypto::Pin::from_command(as_bytes(text)));
    impl->pins.emplace(std::pair{jpki::application_of(aid), file}, std::move(pin));
  }
  return std::unique_ptr<ReferenceChip>{new ReferenceChip{std::move(impl)}};
}

std::vector<jpki::GivenPin> ReferenceChip::pins_as(const std::vector<jpki::GivenPin>& given) const {
  std::vector<jpki::GivenPin> own;
  for (const jpki::GivenPin& pin : given)
    if (const auto found = impl_->pins.find({pin.application, pin.file}); found != impl_->pins.end())
      own.push_back({pin.application, pin.file, &found->second});
  return own;
}

}  // namespace mitome::apps
