// Where the holder is in the article's nine steps (A17 to A25), after a reload too, and the way back.
#include "phone/phone_impl.h"

namespace mitome::phone {
namespace {

struct Step {
  int number;
  std::string_view name;
};

}  // namespace

Result<json::Value> Phone::Impl::show_enrolment() {
  TRY_ASSIGN(const auto enrolment, wallet.enrolment());
  if (!enrolment) {
    TRY_ASSIGN(const auto item, wallet.card());
    const bool added = item && item->state != CardState::kEnded;
    auto out = json::Value::object({{"step", added ? 9 : 0}, {"name", added ? "added" : "start"}});
    if (added) out.set("active_at", to_unix(item->active_at)).set("notice", reason_code(pending_reason(item->active_at)));
    return out;
  }
  Step step{2, "face"};
  switch (enrolment->step) {
    case EnrolmentStep::kStarted: break;
    case EnrolmentStep::kFace:
      step = !text_pin ? Step{3, "text-pin"} : !sign_password ? Step{4, "sign-password"} : Step{5, "read-card"};
      break;
    case EnrolmentStep::kRead: step = !own_pin ? Step{6, "auth-pin"} : Step{7, "own-password"}; break;
    case EnrolmentStep::kPins: step = {8, "add"}; break;
    case EnrolmentStep::kWaiting: step = {8, "waiting"}; break;
  }
  auto motions = json::Value::array();
  for (const std::string& motion : enrolment->motions) motions.push(motion);
  return json::Value::object({{"step", step.number},
                              {"name", step.name},
                              {"motion", enrolment->motion},
                              {"motions", std::move(motions)},
                              {"expires", to_unix(enrolment->expires)},
                              {"holder", enrolment->holder}});
}

void Phone::Impl::tell_step() {
  const auto shown = show_enrolment();
  if (shown.has_value()) news->publish("enrolment", *shown);
}

Result<void> Phone::Impl::give_up_enrolment() {
  text_pin.reset();
  sign_password.reset();
  own_pin.reset();
  TRY(element->drop_staged_pins());
  TRY(wallet.write([](Wallet::Edit& edit) { return edit.erase("enrolment"); }));
  return sweep_slots();
}

Result<json::Value> Phone::Impl::cancel_enrolment() {
  TRY(enrolment_at(EnrolmentStep::kStarted, EnrolmentStep::kPins));
  TRY(give_up_enrolment());
  tell_step();
  return show_enrolment();
}

Result<json::Value> Phone::Impl::step_back() {
  TRY_ASSIGN(Enrolment enrolment, enrolment_at(EnrolmentStep::kStarted, EnrolmentStep::kPins));
  if (!enrolment.evidence.empty()) return Error{Reason::TRANSITION_REFUSED, "enrolment: it was sent already"};
  switch (enrolment.step) {
    case EnrolmentStep::kStarted: return cancel_enrolment();
    case EnrolmentStep::kFace:
      if (sign_password) sign_password.reset();
      else if (text_pin) text_pin.reset();
      else enrolment.step = EnrolmentStep::kStarted;
      break;
    case EnrolmentStep::kRead:
      if (own_pin) own_pin.reset();
      else enrolment.step = EnrolmentStep::kFace;  // the card is read again, with its PINs
      break;
    case EnrolmentStep::kPins:
    case EnrolmentStep::kWaiting:
      TRY(element->drop_staged_pins());
      enrolment.step = EnrolmentStep::kRead;
      break;
  }
  TRY(save(enrolment));
  tell_step();
  return show_enrolment();
}

}  // namespace mitome::phone
