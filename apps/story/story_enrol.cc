// Steps 1 to 3: the card is made, goes into the phone, and becomes usable at its hour.
#include "apps/story/story.h"
#include "credential/x509/certificate.h"
#include "protocol/jpki/reader.h"

namespace mitome::story {
namespace {

const Text kTown{"the story, with the town's roots", "物語（町のルート証明書で確認）"};
const Text kChip{"the card's chip", "カードのICチップ"};
const Text kIssuer{"issuer", "発行者"};
const Text kPortal{"portal", "ポータル"};

json::Value adult() {
  return json::Value::object({{"name", "見留　花子"},
                              {"kana", "ミトメ　ハナコ"},
                              {"address", "東京都架空市見本町１－２－３"},
                              {"birth_date", "19800217"},
                              {"sex", "2"}});
}

}  // namespace

Result<void> Story::card_is_issued() {
  TRY_ASSIGN(Holder holder, issue_card(adult()));
  tell({"desk: personal data and two public keys made in the chip → two certificates, four attributes, portrait",
        "窓口：本人情報とチップ内で生成した2つの公開鍵 → 2つの証明書、基本4情報、写真"},
       {"issuer, before each signature", "発行者（署名のたび事前に検査）"}, "done");

  TRY_ASSIGN(apdu::ApduChannel & card, town_.reader(holder.card));
  TRY(jpki::select_application(card, jpki::kJpkiAid));
  TRY_ASSIGN(const Bytes der, jpki::read_auth_certificate(card));
  TRY_ASSIGN(const auto certificate, x509::Certificate::parse(der));
  TRY_ASSIGN(const auto root, x509::Certificate::from_pem(town_.trust().user_authentication_ca));
  TRY(x509::verify_issued_by(certificate, root));
  tell({"00A4040C… SELECT JPKI, READ BINARY 000A → user authentication certificate, " + std::to_string(der.size()) +
            " bytes",
        "00A4040C… JPKI選択、READ BINARY 000A → 利用者証明用電子証明書 " + std::to_string(der.size()) + "バイト"},
       kTown, "good");

  const auto hidden = jpki::read_sign_certificate(card);
  if (hidden || hidden.error().reason != Reason::CARD_REFUSED)
    return Error{Reason::MALFORMED, "the signing certificate was readable before its password"};
  tell({"READ BINARY 0001 before the signing password → 6982", "署名用パスワード入力前に READ BINARY 0001 → 6982"},
       kChip, "refused", "CARD_REFUSED");

  TRY_ASSIGN(const crypto::Pin password, crypto::Pin::signing_password("SIGN1234"));
  TRY(jpki::verify_pin(card, jpki::kSignPin, password));
  TRY_ASSIGN(const Bytes signing, jpki::read_sign_certificate(card));
  TRY_ASSIGN(const auto signing_certificate, x509::Certificate::parse(signing));
  TRY_ASSIGN(const auto signing_root, x509::Certificate::from_pem(town_.trust().signing_ca));
  TRY(x509::verify_issued_by(signing_certificate, signing_root));
  tell({"VERIFY 001B, READ BINARY 0001 → signing certificate, " + std::to_string(signing.size()) + " bytes",
        "VERIFY 001B、READ BINARY 0001 → 署名用電子証明書 " + std::to_string(signing.size()) + "バイト"},
       kTown, "good");

  TRY_ASSIGN(const crypto::Pin text_pin, crypto::Pin::four_digits("5678"));
  TRY(jpki::select_application(card, jpki::kTextAid));
  TRY(jpki::verify_pin(card, jpki::kTextPin, text_pin));
  TRY_ASSIGN(const jpki::TextFiles files, jpki::read_text_files(card));
  TRY_ASSIGN(const jpki::Attributes attributes, jpki::parse_attributes(files.attributes));
  if (attributes.name != holder.name) return Error{Reason::PERSON_MISMATCH, "the card names another person"};
  tell({"VERIFY 0011, text files 0001–0004 → " + attributes.name + ", " + to_full_date(attributes.birth_date) +
            " and two more",
        "VERIFY 0011、券面事項入力補助 0001〜0004 → " + attributes.name + "、" + to_full_date(attributes.birth_date) +
            " ほか2項目"},
       kTown, "good");
  holder_ = std::move(holder);
  return {};
}

Result<void> Story::phone_enrols() {
  TRY(town_.unpack_phone("phone-1"));
  const town::Place app = place("phone-1");
  const Holder& holder = *holder_;
  TRY(app.post("/settings", json::Value::object({{"biometrics", "face"}, {"enrol_sample", holder.face}})));

  TRY_ASSIGN(const json::Value start, app.post("/app/start"));
  TRY_ASSIGN(const std::string motion, start.string_at("motion"));
  tell({"POST authority /enrol/start: model, system, app, face set up → movement to make: " + motion,
        "POST authority /enrol/start：機種・OS・アプリ・顔認証の設定 → 求める動き：" + motion},
       kIssuer, "done");
  TRY(app.post("/app/face", json::Value::object({{"portrait_sha256", holder.portrait_sha256}})));
  tell({"POST authority /enrol/face: the film of the movement", "POST authority /enrol/face：動きの録画"},
       {"issuer: movement and session", "発行者：動きとセッション"}, "good");
  TRY(app.post("/app/text-pin", json::Value::object({{"pin", "5678"}})));
  TRY(app.post("/app/sign-password", json::Value::object({{"pin", "SIGN1234"}})));
  town_.hold_to_phone("phone-1", holder.card);
  const auto read = app.post("/app/read-card");
  town_.hold_to_phone("phone-1", std::nullopt);
  TRY(read);
  tell({"phone over NFC: VERIFY 0011 and 001B, certificates and text files, signature over [mitome-enrol-1, nonce, "
        "hash of the phone's new keys]",
        "端末がNFCで：VERIFY "
        "0011と001B、証明書とテキストファイル、[mitome-enrol-1、ノンス、新しい鍵のハッシュ]への署名"},
       kChip, "good");
  TRY(app.post("/app/pins", json::Value::object({{"auth_pin", "4321"}, {"sign_password", "PHONE4321"}})));
  tell({"the phone's own user-authentication PIN and signing password are chosen",
        "スマートフォン用の暗証番号とパスワードを決める"},
       {"secure element", "セキュアエレメント"}, "done");
  TRY_ASSIGN(const json::Value added, app.post("/app/add", json::Value::object({{"sample", holder.face}})));
  TRY_ASSIGN(const int64_t active_at, added.int_at("active_at"));
  const std::string usable = to_japan_text(instant_from_unix(active_at));
  tell({"POST authority /enrol/complete: card certificates, text files, signature, attestation → two certificates, a "
        "batch of mdocs; usable from " +
            usable,
        "POST authority /enrol/complete：カードの証明書、テキストファイル、署名、アテステーション → "
        "証明書2つと複数のmdoc、利用開始 " +
            usable},
       {"issuer: every proof names the same person", "発行者：すべての証拠が同じ人を示す"}, "good");
  return {};
}

Result<void> Story::hours_of_activation() {
  // phone-1 was added at 10:00 and waits for some minutes; the same phone is then added anew at the edges of the day.
  TRY(expect_reason({"POST portal /login/finish one second after adding", "追加直後に POST portal /login/finish"},
                    {"phone", "端末"}, login_with_phone("phone-1", *holder_), Reason::PENDING_ACTIVATION));

  struct Edge {
    int hour, minute, second;
    int usable_hour;
  };
  const Holder& holder = *holder_;
  for (const Edge& edge : {Edge{19, 29, 59, -1}, Edge{19, 30, 0, 8}, Edge{7, 59, 59, 8}}) {
    town_.clock().move_to(edge.hour, edge.minute, edge.second);
    const Instant added_at = town_.clock().now();
    TRY_ASSIGN(const json::Value added, enrol("phone-1", holder));
    TRY_ASSIGN(const int64_t active_at, added.int_at("active_at"));
    const Instant usable = instant_from_unix(active_at);
    const Seconds wait = usable - added_at;
    const bool in_minutes = wait > Seconds{0} && wait <= std::chrono::minutes{10};
    const bool at_eight = japan_time_of_day(usable) == std::chrono::hours{8} && wait <= std::chrono::hours{13};
    if (edge.usable_hour < 0 ? !in_minutes : !at_eight)
      return Error{Reason::MALFORMED, "added at " + to_japan_text(added_at) + ", usable at " + to_japan_text(usable)};
    tell({"added " + to_japan_text(added_at) + " → usable " + to_japan_text(usable),
          "追加 " + to_japan_text(added_at) + " → 利用開始 " + to_japan_text(usable)},
         kIssuer, "done");
    if (edge.usable_hour < 0) continue;
    TRY(expect_reason({"login before 08:00", "8:00より前のログイン"}, {"phone", "端末"},
                      login_with_phone("phone-1", holder), Reason::PENDING_UNTIL_0800));
  }

  town_.clock().move_to(8, 0, 0);
  TRY_ASSIGN(const json::Value synced, place("phone-1").post("/app/sync"));
  const json::Value* notices = synced.find("notices");
  bool told = false;
  if (notices != nullptr)
    for (const json::Value& notice : notices->items()) told = told || notice.string_or("kind", "") == "usable";
  if (!told) return Error{Reason::NOT_FOUND, "no notification says that the card can be used"};
  tell({"08:00:00, GET authority /phone/state → notification: the card can be used",
        "8時00分00秒 GET authority /phone/state → 通知：カードが使えます"},
       {"phone", "端末"}, "done");
  return expect_good({"login at 08:00:00", "8時00分00秒のログイン"}, kPortal, login_with_phone("phone-1", holder));
}

}  // namespace mitome::story
