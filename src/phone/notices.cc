// News for the holder (article A25, A52), and what a phone that is on does by itself.
#include "phone/phone_impl.h"

namespace mitome::phone {
namespace {

struct Words {
  std::string_view kind, title, title_ja, text, text_ja;
};

/// “{}” stands for the time from which the card is usable.
constexpr Words kWords[] = {
    {"added", "Card added", "カードを追加しました", "You can use it from {}.", "{} から使えます。"},
    {"usable", "Card ready", "カードが使えるようになりました", "You can use it from now on.", "今から使えます。"},
    {"suspended", "Card suspended", "カードを一時利用停止しました", "Nothing can be done with it until you resume it in the app.",
     "アプリで再開するまで利用できません。"},
    {"resumed", "Card resumed", "カードの利用を再開しました", "You can use it again.", "また使えるようになりました。"},
    {"replaced", "Card moved to another phone", "カードは別の端末に移りました",
     "It was added on another phone, so it is gone from this one.", "別の端末に追加されたため、この端末から削除されました。"},
    {"deleted", "Card deleted", "カードを削除しました", "Its certificates are revoked. Remove the item from the wallet by hand.",
     "電子証明書は失効しました。ウォレットの項目は手で取り除いてください。"},
    {"ended", "Card ended", "カードが使えなくなりました", "The physical card was stopped, or its holder may have none: ask at city hall.",
     "実物のカードが停止されたか、持てなくなりました。市役所にお尋ねください。"},
    {"moved", "Name or address changed", "氏名または住所が変わりました",
     "Its signing certificate is revoked. Have the card updated at city hall, then add it again.",
     "署名用電子証明書は失効しました。市役所でカードの記載を更新し、もう一度追加してください。"},
    {"review-waiting", "Photograph being checked", "顔写真を確認しています", "You will be told when the desk has decided.",
     "窓口の確認が終わったらお知らせします。"},
    {"review-approved", "Photograph approved", "顔写真が確認されました", "Your face is that of the card.", "カードの写真と一致しました。"},
    {"review-refused", "Photograph refused", "顔写真が確認できませんでした", "Start adding again.", "最初から追加し直してください。"},
    {"deletion-answered", "A service answered", "サービスから回答がありました", "See the activity log.", "利用履歴をご覧ください。"},
    {"needs-reproof", "Face or finger changed", "顔または指紋が変更されました", "The card is locked until you add it again.",
     "カードは再登録するまで使えません。"},
    {"restored", "Wallet restored", "ウォレットを復元しました", "The card is not restored: add it again.",
     "マイナンバーカードは復元されません。再度追加してください。"},
};

std::string filled(std::string_view text, const std::optional<Instant>& at) {
  const size_t place = text.find("{}");
  std::string out{text};
  if (place != std::string::npos) out.replace(place, 2, at ? to_japan_text(*at) : "");
  return out;
}

json::Value show(const Notice& notice) {
  auto out = json::Value::object({{"id", notice.id}, {"kind", notice.kind}, {"at", to_unix(notice.at)}});
  for (const Words& words : kWords) {
    if (words.kind != notice.kind) continue;
    out.set("title", words.title).set("title_ja", words.title_ja);
    out.set("text", filled(words.text, notice.usable_from)).set("text_ja", filled(words.text_ja, notice.usable_from));
  }
  if (notice.usable_from) out.set("usable_from", to_unix(*notice.usable_from));
  if (!notice.detail.empty()) out.set("detail", notice.detail);
  return out;
}

}  // namespace

void Phone::Impl::notify(std::string kind, std::optional<Instant> usable_from, std::string detail) {
  inbox.push_front({next_notice++, std::move(kind), clock.now(), usable_from, std::move(detail)});
  if (inbox.size() > kMaxNotices) inbox.pop_back();
  news->publish("notice", show(inbox.front()));
}

json::Value Phone::Impl::show_notices() const {
  auto list = json::Value::array();
  for (const Notice& notice : inbox) list.push(show(notice));
  return json::Value::object({{"notices", std::move(list)}});
}

void Phone::Impl::tick() {
  if (!settings.network) return;
  const auto waiting = wallet.enrolment();
  // What comes of it is told to the holder as news; a phone that could not ask asks again at the next tick.
  if (waiting.has_value() && *waiting && (*waiting)->step == EnrolmentStep::kWaiting) (void)add({});
  const auto item = wallet.card();
  if (!item.has_value() || !*item || (*item)->state == CardState::kEnded) return;
  const bool was_pending = (*item)->state == CardState::kLive && (*item)->active_at > last_tick;
  (void)sync();
  const auto now = wallet.card();
  if (was_pending && now.has_value() && *now && (*now)->state == CardState::kLive && (*now)->active_at <= clock.now())
    notify("usable");
  last_tick = clock.now();
}

}  // namespace mitome::phone
