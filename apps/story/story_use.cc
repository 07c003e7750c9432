// Steps 4 to 6: the phone is used online and at a counter, and the card beside it.
#include "apps/story/story.h"

namespace mitome::story {
namespace {

const Text kPortal{"portal: challenge, signature, chain, validity, OCSP",
                   "ポータル：チャレンジ、署名、認証パス、有効期間、OCSP"};
const Text kCounter{"counter: reader session, issuer, digests, device signature, status list, query",
                    "窓口：セッション、発行者、ダイジェスト、端末署名、ステータスリスト、要求との一致"};

}  // namespace

Result<void> Story::login_and_signature() {
  TRY(expect_reason(
      {"the phone is asked to sign while nobody looks at it", "誰も見ていない状態で署名を求める"},
      {"secure element", "セキュアエレメント"},
      [&] {
        Holder nobody = *holder_;
        nobody.face.clear();
        return login_with_phone("phone-1", nobody);
      }(),
      Reason::USER_AUTH_FAILED));
  TRY(expect_good({"face, then POST portal /login/finish: user authentication certificate, signature over "
                   "[mitome-login-1, origin, nonce, expiry]",
                   "顔認証の後 POST portal "
                   "/login/finish：利用者証明用電子証明書、[mitome-login-1、オリジン、ノンス、期限]への署名"},
                  kPortal, login_with_phone("phone-1", *holder_)));
  const auto signed_document = sign_with_phone("phone-1", *holder_, "Application for a parking permit, 2026");
  TRY(expect_good({"face, then POST portal /sign/finish: signing certificate, signature over the document",
                   "顔認証の後 POST portal /sign/finish：署名用電子証明書、文書への署名"},
                  kPortal, signed_document));
  TRY_ASSIGN(signing_serial_, signed_document->string_at("serial"));
  return {};
}

Result<void> Story::age_at_the_counter() {
  const auto report = prove_age("phone-1", *holder_);
  TRY(expect_good(
      {"QR → SessionEstablishment (reader authenticated) → consent to one item, face → SessionData with DeviceResponse",
       "QRコード → SessionEstablishment（読取側認証） → 1項目への同意と顔認証 → DeviceResponseを含むSessionData"},
      kCounter, report));
  const json::Value* elements = report->find("elements");
  if (elements == nullptr || elements->members().size() != 1 || elements->members()[0].second.members().size() != 1)
    return Error{Reason::QUERY_NOT_SATISFIED, "not exactly one element"};
  const auto& [name, value] = elements->members()[0].second.members()[0];
  TRY_ASSIGN(const bool over, value.as_bool());
  if (name != "age_over_20" || !over) return Error{Reason::QUERY_NOT_SATISFIED, "another element than age_over_20"};
  tell({"what the counter saw: " + elements->dump(), "窓口に見えたもの：" + elements->dump()},
       {"nothing else was sent", "これ以外は送られていません"}, "good");
  return {};
}

Result<void> Story::card_beside_phone() {
  TRY(expect_good({"the card on a PC reader: VERIFY 0018, 802A0080 with a DigestInfo → the same login",
                   "カードをPCのリーダーに：VERIFY 0018、802A0080（DigestInfo）→ 同じログイン"},
                  kPortal, login_with_card(*holder_)));
  return expect_good({"and the phone again", "続けてスマートフォンでも"}, kPortal,
                     login_with_phone("phone-1", *holder_));
}

}  // namespace mitome::story
