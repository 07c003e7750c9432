// Steps 7 to 9: lost, found, replaced.
#include "apps/story/story.h"

namespace mitome::story {
namespace {

const Text kPortal{"portal, by OCSP", "ポータル（OCSPで確認）"};
const Text kCounter{"counter, by the status list", "窓口（ステータスリストで確認）"};
const Text kPhone{"phone", "端末"};

json::Value network(bool on) { return json::Value::object({{"network", on}}); }

/// How the card stands in a wallet: its item's state, or "gone".
Result<std::string> card_in_wallet(const town::Place& phone) {
  TRY_ASSIGN(const json::Value wallet, phone.get("/wallet"));
  if (const json::Value* items = wallet.find("items"))
    for (const json::Value& item : items->items())
      if (item.string_or("kind", "") == "card") return item.string_at("state");
  return std::string{"gone"};
}

Result<void> expect_wallet(const town::Place& phone, std::string_view state) {
  TRY_ASSIGN(const std::string seen, card_in_wallet(phone));
  if (seen != state)
    return Error{Reason::TRANSITION_REFUSED, "the wallet's item is " + seen + ", not " + std::string{state}};
  return {};
}

}  // namespace

Result<void> Story::phone_is_lost() {
  const Holder& holder = *holder_;
  const town::Place phone = place("phone-1");
  TRY(phone.post("/settings", network(false)));
  TRY_ASSIGN(
      const json::Value suspended,
      authority(town::Role::kHotline)
          .post("/hotline/suspend", json::Value::object({{"name", holder.name}, {"birth_date", holder.birth_date}})));
  tell({"POST authority /hotline/suspend, at any hour", "POST authority /hotline/suspend（24時間）"},
       {"registry: transition table", "台帳：状態遷移表"}, "done", "");
  if (suspended.string_or("state", "") != "suspended") return Error{Reason::TRANSITION_REFUSED, "not suspended"};

  TRY(expect_reason({"who found it tries the portal: certificateHold", "拾った人がポータルを試す：certificateHold"},
                    kPortal, login_with_phone("phone-1", holder), Reason::CERT_SUSPENDED));
  TRY(expect_reason({"offline it still presents at the counter: the issuer has withdrawn this mdoc",
                     "オフラインなら窓口で提示はできるが、発行者がこのmdocを取り下げている"},
                    kCounter, prove_age("phone-1", holder), Reason::DOCUMENT_WITHDRAWN));

  TRY(phone.post("/settings", network(true)));
  TRY(phone.post("/app/sync"));
  TRY(expect_wallet(phone, "suspended"));
  return expect_reason({"online again, the phone knows and locks itself", "オンラインになると端末が知り、ロックする"},
                       kPhone, prove_age("phone-1", holder), Reason::PHONE_SUSPENDED);
}

Result<void> Story::phone_is_found() {
  const Holder& holder = *holder_;
  TRY(expect_good({"face, then POST authority /phone/resume: one new signing key, new device keys, attestation → new "
                   "signing certificate, fresh mdocs",
                   "顔認証の後 POST authority /phone/resume：新しい署名鍵、端末鍵、アテステーション → "
                   "新しい署名用電子証明書とmdoc"},
                  {"issuer", "発行者"},
                  place("phone-1").post("/app/resume", json::Value::object({{"sample", holder.face}}))));
  TRY(expect_good({"login: the user authentication certificate is the same, its suspension lifted",
                   "ログイン：利用者証明用電子証明書はそのまま停止解除"},
                  kPortal, login_with_phone("phone-1", holder)));
  const auto signed_document = sign_with_phone("phone-1", holder, "Application for a parking permit, again");
  TRY(expect_good({"a document signed with the new signing certificate", "新しい署名用電子証明書で文書に署名"}, kPortal,
                  signed_document));
  TRY_ASSIGN(const std::string serial, signed_document->string_at("serial"));
  if (serial == signing_serial_) return Error{Reason::CERT_REVOKED, "the signing certificate is still the old one"};
  tell({"signing certificate " + signing_serial_ + " → " + serial,
        "署名用電子証明書 " + signing_serial_ + " → " + serial},
       {"the asymmetry of the real system", "実際の制度の非対称性"}, "good");
  return expect_good({"over 20 at the counter, from the fresh batch", "新しいmdocで窓口に「20歳以上」を提示"}, kCounter,
                     prove_age("phone-1", holder));
}

Result<void> Story::phone_is_replaced() {
  const Holder& holder = *holder_;
  const json::Value face = json::Value::object({{"biometrics", "face"}, {"enrol_sample", holder.face}});

  // A new phone while the old one is online.
  TRY(town_.unpack_phone("phone-2"));
  TRY(place("phone-2").post("/settings", face));
  TRY(enrol("phone-2", holder));
  tell({"the card goes into a second phone; nobody asks the first", "2台目に登録。1台目には何も尋ねない"},
       {"registry: one live phone a person", "台帳：1人1台"}, "done");
  TRY(place("phone-1").post("/app/sync"));
  TRY(expect_wallet(place("phone-1"), "gone"));
  tell({"the first phone is online: its wallet item is gone", "1台目はオンライン：ウォレットから自動で消える"}, kPhone,
       "done");
  town_.clock().advance(std::chrono::minutes{10});
  TRY(expect_good({"login with the second phone", "2台目でログイン"}, kPortal, login_with_phone("phone-2", holder)));

  // The second is lost, suspended, and never found: a third takes its place.
  TRY(place("phone-2").post("/settings", network(false)));
  TRY(authority(town::Role::kHotline)
          .post("/hotline/suspend", json::Value::object({{"name", holder.name}, {"birth_date", holder.birth_date}})));
  TRY(town_.unpack_phone("phone-3"));
  TRY(place("phone-3").post("/settings", face));
  TRY(enrol("phone-3", holder));
  TRY(expect_wallet(place("phone-2"), "active"));
  TRY(expect_reason({"the second, never found and offline, keeps its item, dead: login",
                     "見つからない2台目（オフライン）の項目は残るが使えない：ログイン"},
                    kPortal, login_with_phone("phone-2", holder), Reason::CERT_REVOKED));
  TRY(expect_reason({"and at the counter", "窓口でも"}, kCounter, prove_age("phone-2", holder),
                    Reason::DOCUMENT_WITHDRAWN));
  TRY(place("phone-2").post("/settings", network(true)));
  TRY(place("phone-2").post("/app/sync"));
  TRY(expect_wallet(place("phone-2"), "gone"));
  tell({"online once, its item goes by itself", "オンラインになると項目は自動で消える"}, kPhone, "done");
  town_.clock().advance(std::chrono::minutes{10});
  TRY(expect_good({"login with the third phone", "3台目でログイン"}, kPortal, login_with_phone("phone-3", holder)));
  return expect_good({"the physical card stays as it is", "実物のカードはそのまま"}, kPortal, login_with_card(holder));
}

}  // namespace mitome::story
