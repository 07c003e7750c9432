// Step 10: deletion, and those who are refused, each with an own reason.
#include "apps/story/story.h"

namespace mitome::story {
namespace {

const Text kPhone{"phone", "端末"};
const Text kChip{"the card's chip", "カードのICチップ"};

}  // namespace

Result<void> Story::endings_and_refusals() {
  const Holder& holder = *holder_;
  const town::Place phone = place("phone-3");
  TRY(phone.post("/app/delete", json::Value::object({{"sample", holder.face}})));
  tell({"POST authority /phone/delete: menu, card, delete", "POST authority /phone/delete：メニュー、カード、削除"},
       {"registry", "台帳"}, "done");
  TRY(expect_reason({"login at once after", "直後のログイン"}, kPhone, login_with_phone("phone-3", holder),
                    Reason::PHONE_ENDED));
  TRY(phone.post("/app/sync"));
  TRY_ASSIGN(const json::Value before, phone.get("/wallet"));
  if (before.find("items") == nullptr || before.find("items")->items().empty())
    return Error{Reason::NOT_FOUND, "the wallet's item went by itself after a deletion"};
  TRY(phone.post("/wallet/remove"));
  TRY_ASSIGN(const json::Value after, phone.get("/wallet"));
  if (after.find("items") == nullptr || !after.find("items")->items().empty())
    return Error{Reason::CONFLICT, "the wallet's item is still there"};
  tell({"the wallet's item stayed until it was removed by hand", "ウォレットの項目は手で取り除くまで残った"}, kPhone,
       "done");

  TRY_ASSIGN(const Holder child,
             issue_card(json::Value::object({{"name", "見留　若葉"}, {"birth_date", "20120401"}, {"sex", "1"}})));
  TRY(town_.unpack_phone("phone-4"));
  TRY(expect_reason(
      {"POST phone /app/start without face or fingerprint set up", "顔も指紋も未設定で POST phone /app/start"}, kPhone,
      place("phone-4").post("/app/start"), Reason::BIOMETRICS_NOT_SET_UP));
  const auto attempt = [&](const Holder& who) -> Result<json::Value> {
    TRY(place("phone-4").post("/settings",
                              json::Value::object({{"biometrics", "finger"}, {"enrol_sample", who.face}})));
    return enrol("phone-4", who);
  };
  TRY(expect_reason({"a 14-year-old's card", "14歳の人のカード"}, {"phone and issuer", "端末と発行者"}, attempt(child),
                    Reason::UNDER_AGE));
  TRY_ASSIGN(const Holder ward, issue_card(json::Value::object(
                                    {{"name", "見留　静"}, {"birth_date", "19500505"}, {"sex", "2"}, {"ward", true}})));
  TRY(expect_reason({"a card without a signing certificate", "署名用電子証明書のないカード"},
                    {"phone and issuer", "端末と発行者"}, attempt(ward), Reason::NO_SIGNING_CERTIFICATE));

  TRY_ASSIGN(const Holder forgetful,
             issue_card(json::Value::object({{"name", "見留　忘"}, {"birth_date", "19900909"}, {"sex", "1"}})));
  const town::Place app = place("phone-4");
  TRY(app.post("/settings", json::Value::object({{"biometrics", "finger"}, {"enrol_sample", forgetful.face}})));
  for (int attempt_left : {2, 1, 0, 0}) {
    TRY(app.post("/app/start"));
    TRY(app.post("/app/face", json::Value::object({{"portrait_sha256", forgetful.portrait_sha256}})));
    TRY(app.post("/app/text-pin", json::Value::object({{"pin", "0000"}})));
    TRY(app.post("/app/sign-password", json::Value::object({{"pin", "SIGN1234"}})));
    town_.hold_to_phone("phone-4", forgetful.card);
    const auto read = app.post("/app/read-card");
    town_.hold_to_phone("phone-4", std::nullopt);
    const std::string left = std::to_string(attempt_left);
    TRY(expect_reason(
        {"wrong card-surface PIN, tries left " + left, "券面事項入力補助用の暗証番号誤り、残り" + left + "回"}, kChip,
        read, attempt_left > 0 ? Reason::PIN_WRONG : Reason::PIN_BLOCKED));
  }
  return {};
}

}  // namespace mitome::story
