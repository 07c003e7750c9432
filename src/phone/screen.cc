// The screen and the buttons (article A28 to A30): asleep, locked or unlocked, and the wallet that is called up over any of them.
#include "phone/phone_impl.h"

namespace mitome::phone {

std::string_view screen_text(Screen screen) {
  switch (screen) {
    case Screen::kAsleep: return "asleep";
    case Screen::kLocked: return "locked";
    case Screen::kUnlocked: return "unlocked";
  }
  return "asleep";
}

Result<void> Phone::Impl::need_unlocked() const {
  if (screen != Screen::kUnlocked) return Error{Reason::PHONE_LOCKED, std::string{screen_text(screen)}};
  return {};
}

json::Value Phone::Impl::show_screen() const {
  json::Value shown{nullptr};
  if (wallet_up) shown = json::Value::object({{"chosen", chosen_item.empty() ? json::Value{nullptr} : json::Value{chosen_item}}});
  return json::Value::object({{"screen", screen_text(screen)}, {"wallet", std::move(shown)}});
}

Result<json::Value> Phone::Impl::press(const std::string& button, int64_t presses) {
  const bool home = button == "home";
  if ((!home && button != "side") || (presses != 1 && presses != 2)) return Error{Reason::MALFORMED, "button"};
  if (config.profile == Profile::kPin && (home || presses == 2))
    return Error{Reason::WRONG_BUTTON, "this phone has a side button alone, and its card is opened from the wallet's list"};
  const bool finger_model = sensor() == Biometrics::kFinger;
  if (home && !finger_model) return Error{Reason::WRONG_BUTTON, "this model has no home button"};
  if (presses == 2) {
    if (home != finger_model) return Error{Reason::WRONG_BUTTON, "the home button"};
    if (home && screen == Screen::kUnlocked) return Error{Reason::HOME_BUTTON_UNLOCKED, ""};
    if (screen == Screen::kAsleep) screen = Screen::kLocked;
    wallet_up = true;
    chosen_item.clear();
  } else if (screen == Screen::kAsleep) {
    screen = Screen::kLocked;
  } else if (!home) {
    screen = Screen::kAsleep;
    wallet_up = false;
    element->field_off();
  } else {
    wallet_up = false;
  }
  news->publish("screen", show_screen());
  return show_screen();
}

Result<json::Value> Phone::Impl::unlock(const std::optional<std::string>& passcode, const Sample& sample) {
  if (screen == Screen::kUnlocked) return show_screen();
  if (passcode) {
    if (!verifier.has_passcode()) return Error{Reason::PIN_WRONG, "no passcode is set"};
    TRY(verifier.passcode(*passcode));
  } else if (sample.seen || sample.assertion || (verifier.enrolled() && settings.biometrics_on)) {
    // A pass that no key is used with: nothing is confirmed by it but that the holder is there.
    TRY(verify(sample, Purpose::kLogin, crypto::sha256(as_bytes("mitome-unlock-1"))));
  } else if (verifier.has_passcode()) {
    return Error{Reason::USER_AUTH_REQUIRED, "the passcode"};
  }
  screen = Screen::kUnlocked;
  news->publish("screen", show_screen());
  return show_screen();
}

Result<json::Value> Phone::Impl::choose(const std::string& item) {
  if (!wallet_up) return Error{Reason::CARD_NOT_CHOSEN, "the wallet is not up"};
  if (item == "card") {
    TRY(any_card());
    chosen_item = item;
    news->publish("screen", show_screen());
    return json::Value::object({{"item", item}, {"shows", "touch"}});
  }
  TRY_ASSIGN(const auto others, wallet.others());
  for (const OtherItem& other : others) {
    if (other.id != item) continue;
    chosen_item = item;
    news->publish("screen", show_screen());
    return json::Value::object({{"item", item}, {"shows", "barcode"}, {"number", other.number}});
  }
  return Error{Reason::NOT_FOUND, "no such item in the wallet"};
}

Result<json::Value> Phone::Impl::close_wallet() {
  wallet_up = false;
  chosen_item.clear();
  element->field_off();
  news->publish("screen", show_screen());
  return show_screen();
}

Result<json::Value> Phone::Impl::show_state() {
  json::Value out = show_screen();
  out.set("name", config.name).set("owner", config.owner);
  out.set("profile", config.profile == Profile::kPin ? "pin" : "wallet");
  out.set("model", settings.model).set("sensor", biometrics_text(sensor()));
  out.set("now", to_unix(clock.now())).set("network", settings.network);
  out.set("locked", verifier.locked()).set("enrolled", verifier.enrolled() && settings.biometrics_on);
  out.set("passcode", verifier.has_passcode());
  out.set("ready_until", to_unix(ready_until));
  out.set("simulated_sensor", !config.require_webauthn);
  out.set("account", json::Value::object({{"name", config.owner}, {"signed_in", settings.signed_in}}));
  out.set("request", wallet_request ? wallet_request->screen : json::Value{nullptr});
  out.set("reader", show_reader());
  out.set("engagement", presentation ? json::Value{presentation->engagement} : json::Value{nullptr});
  const auto shown = show_wallet();
  json::Value card{nullptr};
  if (shown.has_value()) {
    for (const json::Value& item : shown->find("items")->items())
      if (item.string_or("kind", "") == "card") card = item;
  } else {
    out.set("wallet_refused", reason_code(shown.error().reason));
  }
  out.set("card", std::move(card));
  const auto enrolment = show_enrolment();
  out.set("enrolment", enrolment.has_value() ? *enrolment : json::Value{nullptr});
  return out;
}

}  // namespace mitome::phone
