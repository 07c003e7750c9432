#include "apps/story/story.h"

#include "codec/base64url/base64url.h"
#include "codec/cbor/writer.h"
#include "crypto/hash.h"
#include "protocol/jpki/reader.h"

namespace mitome::story {

namespace {

/// What a login signs: CBOR ["mitome-login-1", origin, nonce, expiry] (decisions.md 18).
Result<Bytes> login_message(const json::Value& challenge) {
  TRY_ASSIGN(const std::string origin, challenge.string_at("origin"));
  TRY_ASSIGN(const Bytes nonce, challenge.base64url_at("nonce"));
  TRY_ASSIGN(const int64_t expires, challenge.int_at("expires"));
  cbor::Writer message;
  message.array(4).text("mitome-login-1").text(origin).bytes(nonce).integer(expires);
  return message.take();
}

std::string verdict_of(const json::Value& report) { return report.string_or("verdict", "good"); }
std::string reason_of(const json::Value& report) { return report.string_or("reason", ""); }

}  // namespace

Story::Story(town::Access& town, Narrator& narrator) : town_(town), narrator_(narrator) {}

const std::vector<Story::Step>& Story::steps() {
  static const std::vector<Step> steps = {
      {{"City hall issues a My Number Card", "市役所がマイナンバーカードを発行する"}, &Story::card_is_issued},
      {{"The card goes into the phone", "カードをスマートフォンに登録する"}, &Story::phone_enrols},
      {{"When it can be used: 19:29:59, 19:30:00, 07:59:59",
        "使えるようになる時刻：19時29分59秒、19時30分、7時59分59秒"},
       &Story::hours_of_activation},
      {{"By face into the portal; a document is signed", "顔でポータルにログインし、文書に署名する"},
       &Story::login_and_signature},
      {{"At a counter: over 20, and nothing else", "窓口で「20歳以上」だけを示す"}, &Story::age_at_the_counter},
      {{"The physical card still works beside the phone", "実物のカードも並行して使える"}, &Story::card_beside_phone},
      {{"The phone is lost", "スマートフォンを失くす"}, &Story::phone_is_lost},
      {{"The phone is found", "スマートフォンが見つかる"}, &Story::phone_is_found},
      {{"A new phone, twice: the old one ends", "新しいスマートフォンへ（二度）、古い方は終わる"},
       &Story::phone_is_replaced},
      {{"Deleting, and who is refused", "削除と、登録できない人"}, &Story::endings_and_refusals},
  };
  return steps;
}

Result<void> Story::play(size_t number) {
  CHECK(number >= 1 && number <= steps().size());
  return (this->*steps()[number - 1].play)();
}

void Story::tell(Text sent, Text checked_by, std::string verdict, std::string reason) {
  narrator_.happened({std::move(sent), std::move(checked_by), std::move(verdict), std::move(reason)});
}

Result<void> Story::expect_good(const Text& sent, const Text& checked_by, const Result<json::Value>& report) {
  if (!report) {
    tell(sent, checked_by, "refused", std::string{reason_code(report.error().reason)});
    return report.error();
  }
  tell(sent, checked_by, verdict_of(*report), reason_of(*report));
  if (verdict_of(*report) != "good")
    return Error{reason_from_code(reason_of(*report)).value_or(Reason::MALFORMED), "expected good"};
  return {};
}

Result<void> Story::expect_reason(const Text& sent, const Text& checked_by, const Result<json::Value>& report,
                                  Reason reason) {
  const std::string seen = report ? reason_of(*report) : std::string{reason_code(report.error().reason)};
  const std::string verdict = report ? verdict_of(*report) : "refused";
  tell(sent, checked_by, verdict, seen);
  if (seen != reason_code(reason) || verdict == "good")
    return Error{report ? Reason::MALFORMED : report.error().reason,
                 "expected " + std::string{reason_code(reason)} + ", got " + (seen.empty() ? verdict : seen) +
                     (report ? "" : " (" + report.error().detail + ")")};
  return {};
}

Result<Holder> Story::issue_card(const json::Value& person) {
  TRY_ASSIGN(const json::Value made, place("desk").post("/cards", person));
  Holder holder;
  TRY_ASSIGN(holder.card, made.string_at("card"));
  TRY_ASSIGN(holder.portrait_sha256, made.string_at("portrait_sha256"));
  TRY_ASSIGN(holder.name, made.string_at("name"));
  TRY_ASSIGN(holder.birth_date, made.string_at("birth_date"));
  // What the sensor sees of a face: any bytes, the same every time the same person looks.
  holder.face = base64url::encode(crypto::sha256(as_bytes("face of " + holder.name)));
  return holder;
}

Result<void> Story::enrol_until_card_is_read(const std::string& phone, const Holder& holder) {
  const town::Place app = place(phone);
  TRY(app.post("/app/start"));
  TRY(app.post("/app/face", json::Value::object({{"portrait_sha256", holder.portrait_sha256}})));
  TRY(app.post("/app/text-pin", json::Value::object({{"pin", "5678"}})));
  TRY(app.post("/app/sign-password", json::Value::object({{"pin", "SIGN1234"}})));
  town_.hold_to_phone(phone, holder.card);
  const auto read = app.post("/app/read-card");
  town_.hold_to_phone(phone, std::nullopt);
  TRY(read);
  return {};
}

Result<json::Value> Story::enrol(const std::string& phone, const Holder& holder) {
  TRY(enrol_until_card_is_read(phone, holder));
  const town::Place app = place(phone);
  TRY(app.post("/app/pins", json::Value::object({{"auth_pin", "4321"}, {"sign_password", "PHONE4321"}})));
  return app.post("/app/add", json::Value::object({{"sample", holder.face}}));
}

Result<json::Value> Story::login_with_phone(const std::string& phone, const Holder& holder) {
  const town::Place portal = place("portal");
  TRY_ASSIGN(json::Value challenge, portal.post("/login/start"));
  TRY_ASSIGN(const std::string session, challenge.string_at("session"));
  challenge.set("sample", holder.face);
  TRY_ASSIGN(json::Value answer, place(phone).post("/wallet/login", challenge));
  answer.set("session", session);
  return portal.post("/login/finish", answer);
}

Result<json::Value> Story::login_with_card(const Holder& holder) {
  const town::Place portal = place("portal");
  TRY_ASSIGN(const json::Value challenge, portal.post("/login/start"));
  TRY_ASSIGN(const Bytes message, login_message(challenge));
  TRY_ASSIGN(apdu::ApduChannel & card, town_.reader(holder.card));
  TRY_ASSIGN(const crypto::Pin pin, crypto::Pin::four_digits("1234"));
  TRY_ASSIGN(const jpki::CardSignature made, jpki::sign_with_card(card, jpki::kAuthKey, &pin, crypto::sha256(message)));
  TRY_ASSIGN(const std::string session, challenge.string_at("session"));
  return portal.post("/login/finish", json::Value::object({{"session", session},
                                                           {"certificate", base64url::encode(made.certificate)},
                                                           {"signature", base64url::encode(made.signature)}}));
}

Result<json::Value> Story::sign_with_phone(const std::string& phone, const Holder& holder, std::string_view document) {
  const town::Place portal = place("portal");
  TRY_ASSIGN(const json::Value start,
             portal.post("/sign/start", json::Value::object({{"document", base64url::encode(as_bytes(document))},
                                                             {"name", "application.txt"}})));
  TRY_ASSIGN(const std::string session, start.string_at("session"));
  TRY_ASSIGN(const std::string digest, start.string_at("sha256"));
  TRY_ASSIGN(json::Value answer,
             place(phone).post("/wallet/sign", json::Value::object({{"sha256", digest}, {"sample", holder.face}})));
  answer.set("session", session);
  return portal.post("/sign/finish", answer);
}

Result<json::Value> Story::prove_age(const std::string& phone, const Holder& holder) {
  const town::Place wallet = place(phone);
  const town::Place counter = place("counter");
  TRY_ASSIGN(const json::Value shown, wallet.post("/wallet/engage"));
  TRY_ASSIGN(const std::string engagement, shown.string_at("engagement"));
  TRY_ASSIGN(const json::Value start,
             counter.post("/read/start", json::Value::object({{"engagement", engagement}, {"ask", "age_over_20"}})));
  TRY_ASSIGN(const std::string session, start.string_at("session"));
  TRY_ASSIGN(const std::string establishment, start.string_at("message"));
  TRY_ASSIGN(const json::Value consent,
             wallet.post("/wallet/session", json::Value::object({{"message", establishment}})));
  json::Value agreed = json::Value::array();
  if (const json::Value* elements = consent.find("elements"))
    for (const json::Value& element : elements->items()) {
      TRY_ASSIGN(const std::string name_space, element.string_at("namespace"));
      TRY_ASSIGN(const std::string name, element.string_at("element"));
      agreed.push(json::Value::array({name_space, name}));
    }
  if (agreed.items().size() != 1)
    return Error{Reason::QUERY_NOT_SATISFIED, "the consent screen shows another number of items than one"};
  TRY_ASSIGN(const json::Value answer,
             wallet.post("/wallet/consent", json::Value::object({{"elements", agreed}, {"sample", holder.face}})));
  TRY_ASSIGN(const std::string message, answer.string_at("message"));
  return counter.post("/read/finish", json::Value::object({{"session", session}, {"message", message}}));
}

}  // namespace mitome::story
