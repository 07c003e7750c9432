#include "apps/manual/japanese.h"

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <string_view>

namespace mitome::apps {
namespace {

using Texts = std::map<std::string_view, std::string_view>;

constexpr std::string_view kWhere =
    "カードは、PC/SC リーダーにあるもの（--reader 名前。カードのあるリーダーが1つなら省略できます）か、`mitome card "
    "new` の\n"
    "ファイル（--card ファイル）です。\n";
constexpr std::string_view kPins =
    "暗証番号は JSON です: {\"auth\": \"1234\", \"sign\": \"SIGN1234\", \"text\": \"5678\", \"juki\": \"9012\"}。- "
    "は標準入力です。\n"
    "引数には書けません。同じマシンのほかのプロセスから見えるからです。\n";
constexpr std::string_view kTries =
    "間違えると残り回数が減ります。auth・text・juki は3回、sign は5回で、なくなるとロックされます。\n";
constexpr std::string_view kExit =
    "\n終了コード: 0 できた、1 拒否（PIN_WRONG、PIN_BLOCKED、CARD_REFUSED）、2 リーダーかカードがない、64 "
    "使い方の誤り。";

/// By command: what it is.
const Texts& descriptions() {
  static const Texts kTexts{
      {"mitome",
       "認め（mitome）: "
       "マイナンバーカードをスマートフォンに載せるしくみを、公開のプログラムとして。認証局はすべて試験用です。\n"
       "実在の機関や会社とは関係ありません。"},
      {"mitome town", "ブラウザーで見る町: スマートフォン、ポータル、証明書交付機、店頭、診療所、税務署、市役所"},
      {"mitome story", "スマートフォンのカードの一生を、端末の画面で"},
      {"mitome card", "カードを作る、リーダーに入れる、読む"},
      {"mitome card new", "架空の人物のカードを作る"},
      {"mitome card serve", "カードを仮想の PC/SC リーダーに入れる"},
      {"mitome card log", "カードとのやりとりを、暗証番号を伏せて、読める形で示す"},
      {"mitome card list", "このマシンのリーダーと、そこにあるもの"},
      {"mitome card show", "暗証番号なしで分かること"},
      {"mitome card read", "渡した暗証番号で開くものすべてを JSON で"},
      {"mitome card sign", "カードでファイルに署名する"},
      {"mitome card verify-pin", "暗証番号が正しいかを確かめる"},
      {"mitome card change-pin", "暗証番号を変更する"},
      {"mitome card unblock", "市区町村の窓口のように、暗証番号を設定し直す"},
      {"mitome card compare", "カードや電話が認めのものとどう違うかを、持ち主のことを何も出さずに示す"},
      {"mitome mdoc", "mdoc（ISO/IEC 18013-5）の発行、提示、検証"},
      {"mitome mdoc issue", "項目と端末の鍵から IssuerSigned を作る"},
      {"mitome mdoc present", "求められたものを提示する"},
      {"mitome mdoc verify", "DeviceResponse をすべての検査にかける"},
      {"mitome face-film", "ブラウザーの模擬カメラのための、描いた動画"},
      {"mitome manual", "マニュアルページを出力する"},
      {"mitome completion", "シェルの補完に使うものを出力する"},
  };
  return kTexts;
}

/// By command: what follows its options, without the examples.
std::map<std::string_view, std::string> footers() {
  const std::string where{kWhere}, pins{kPins}, tries{kTries}, exit{kExit};
  return {
      {"mitome",
       "終了コード: 0 良い、1 拒否、2 確かめられない（良いと読んではいけません）、64 使い方の誤り。\n"
       "拒否には必ず理由があります。一覧は docs/errors.md です。"},
      {"mitome town",
       "町のすべての場所を、それぞれのアドレスでこのマシンに開き、表のページのアドレスを示します。Ctrl-C "
       "で終わります。\n"
       "起きたことはデータフォルダーに残り、次の開始で続きになります。\n\n"
       "  --data DIR          フォルダー（指定がなければ $XDG_DATA_HOME/mitome か ~/.local/share/mitome）。chips/ "
       "は、本物なら誰も\n"
       "                      読めないチップの中身、keys/ は暗号化されています。\n"
       "  --fresh             いままでの中身を脇に移し、日本時間10:00から新しい町を始めます。\n"
       "  --port N            10個のポートの最初（8700）\n"
       "  --date YYYY-MM-DD   新しい町の最初の日（2026-06-01）。2025-06-23 では、まだどこも電話を受け付けません。\n"
       "  --reader NAME       本物の PC/SC リーダー。画面のリーダーに何も置いていないとき、そこにあるものを読みます。\n"
       "  --public-url URL    https://名前: ネットワークのほかの端末にも、独自のルート証明書による TLS で開きます\n"
       "                      （docs/real-phone.md）。--listen 0.0.0.0 と合わせます。届く人は誰の役にもなれます。\n"
       "  --listen ADDRESS    待ち受けるアドレス（127.0.0.1）\n"
       "  --require-webauthn  模擬の顔や指を使わず、ブラウザーの認証器だけを使います。\n\n"
       "終了コード: 0 Ctrl-C で終わった、2 ポートかフォルダーが使われている、64 使い方の誤り。"},
      {"mitome story",
       "スマートフォンのカードの一生を1つのプロセスで演じます。登場するものはそれぞれの記憶を持ち、間を通るのは本物のバ"
       "イト列です。\n"
       "手順ごとに、何を送り、誰が確かめ、判定と理由は何かを示します。\n\n"
       "  --evidence DIR   APDU、HTTP、証明書、OCSP の応答、セッション記録、DeviceResponse "
       "と、openssl・OpenSC・@auth0/mdl で\n"
       "                   確かめ直すコマンド（DIR/CHECK.md）も書き出します。暗証番号・トークン・個人番号は伏せます。\n"
       "  --break STEP     "
       "その手順のメッセージを1バイト変えます。物語はそこで終了コード1で止まらなければなりません。\n\n"
       "終了コード: 0 すべての手順がそうあるべき結果、1 そうでない、64 使い方の誤り。"},
      {"mitome card",
       "ファイルはチップの代わりです。鍵、暗証番号、残り回数、ファイルが入り、モードは 0600 "
       "です。読める人がカードの持ち主です。"},
      {"mitome card new",
       "架空の人物のカードを作ります。チップの中の鍵、このコマンドの間だけある試験用の認証局の証明書、5つのアプリケーシ"
       "ョンの\n"
       "すべてのファイル、暗証番号が入ります。\n\n"
       "人物は JSON です。足りないものは、同じ入力には同じ値で補います。\n"
       "  {\"name\": \"架空　花子\", \"kana\": …, \"address\": …, \"birth_date\": \"19800217\"（1980-02-17 も可）, "
       "\"sex\": \"1\"|\"2\"|\"9\",\n"
       "   \"my_number\": 検査用数字をわざと誤らせた12桁, \"photo\": ファイルか base64, \"ward\": false,\n"
       "   \"pins\": {\"auth\": \"1234\", \"sign\": \"SIGN1234\", \"text\": \"5678\", \"juki\": \"9012\"}}\n"
       "15歳未満と成年被後見人のカードには、署名用電子証明書がありません。\n\n"
       "--kind は、代わりに電話のチップを作ります。公的個人認証のアプリケーションだけが入ります。phone は "
       "JPKIAPIOSTOKEN、pin-phone は\n"
       "JPKIAPGPSETOKEN と名乗ります。mitome card serve --agree でリーダーに入れます。\n\n"
       "ファイルには、JSON の配列か1行に1人で、何人でも書けます。そのとき、また --count のとき、OUT "
       "はフォルダーで、0001.card、\n"
       "0002.card … が入ります。ファイルにいない人物は補います。\n\n"
       "終了コード: 0 作った、1 拒否（MALFORMED: 人物の誤り、NO_SIGNING_CERTIFICATE: 電話を使えない人）、2 "
       "読み書きできない・中断、64 使い方の誤り（OUT "
       "がすでにある）。"},
      {"mitome card serve",
       "カードを、pcscd の下の vsmartcard（vpcd）の仮想リーダーに、中断するか pcscd が終わるまで入れます。スロット0は\n"
       "「Virtual PCD 00 00」でポート 35963、スロット1は 35964 "
       "です。2枚なら両方に入ります。残り回数は減ったままです。変更は、応答の\n"
       "前にディスクに書かれます。\n\n"
       "--log は、命令と応答を読める形で書き残します。暗証番号は ** で、本人の情報は入りません。LOG はファイル（mitome "
       "card log で\n"
       "読みます）、または - でこの画面です。\n\n"
       "電話（mitome card new --kind phone）はリーダーの中で何も見せません。--agree auth "
       "なら、電源が入るたびに持ち主がログインに、\n"
       "--agree sign なら署名に同意し、その1回だけ現れて、暗証番号を求めません。pin-phone "
       "はカードのように暗証番号を求めます。\n\n"
       "vpcd はマシンのすべてのアドレスで待ち受けます。pcscd を独立したネットワーク名前空間で動かしてください\n"
       "（tests/interop/vpcd.sh）。\n\n"
       "終了コード: 0 取り出した、1 拒否（MALFORMED: カードでない）、2 vpcd がない・別のリーダーにある・読めない、64 "
       "使い方の誤り。"},
      {"mitome card log",
       "LOG は、card コマンドの --log が書いたものか、実物のカードについて pcscd 自身が言うこと（pcscd --foreground "
       "--apdu）です。\n"
       "命令の名前、対象のファイル、応答の意味を示します。暗証番号は ** "
       "で、本人の情報は示しません。出力は人に見せられます。pcscd の\n"
       "記録そのものには暗証番号が入っているので、見せられません。\n\n"
       "終了コード: 0 示した、1 拒否（MALFORMED: APDU がない）、2 読めない、64 使い方の誤り。"},
      {"mitome card list", "pcscd が必要です。終了コード: 0 調べた、2 pcscd がない。"},
      {"mitome card show",
       "トークン、アプリケーション、残り回数、カードの番号、利用者証明用電子証明書。\n\n" + where + exit},
      {"mitome card read",
       "text は個人番号・基本4情報・券面の画像を、sign は署名用電子証明書を、juki は住民票コードを開きます。\n"
       "--trust PEM（mitome card new --trust-out のもの）は、すべてをネットワークなしで検証します。\n" +
           pins + tries + "\n" + where + exit},
      {"mitome card sign", "SHA-256 と RSA PKCS #1 v1.5 による署名です。鍵の証明書は OUT.der として隣に置かれます。\n"
       "電話は暗証番号を求めません。持ち主が電話の上で同意しているからです。\n" +
                               pins + tries + "\n" + where + exit},
      {"mitome card verify-pin", "暗証番号は画面で入力するか、標準入力で渡します。" + tries + "\n" + where + exit},
      {"mitome card change-pin",
       "いまの番号と新しい番号を画面で入力するか、標準入力に1行ずつ渡します。" + tries + "\n" + where + exit},
      {"mitome card unblock", "新しい番号を画面で入力するか、標準入力で渡します。カードのファイルだけにできます。" +
                                  tries + "\n" + where + exit},
      {"mitome card compare",
       "カードや電話に、何があり何と応答するかを尋ね、認めのカード（または同じ種類の電話）にも同じことを尋ねて、違いを"
       "示します。\n"
       "ステータスワード、長さ、タグ、ラベルだけです。値も、証明書の中身も、氏名の長さも出ません。報告は公開でき、実物"
       "のカードが\n"
       "どう振る舞うかを作り手に教えます。\n\n"
       "書き込みも署名もせず、--pins "
       "で渡さないかぎり暗証番号を試しません。渡せば、それで開くものも調べます。間違えると残り回数が\n"
       "減ります。電話は、持ち主が何かに同意している間だけ見えます。その間にリーダーに置いてください。\n\n" +
           where +
           "\n終了コード: 0 同じ、1 違いがある、または拒否（PIN_WRONG、PIN_BLOCKED）、2 リーダーかカードがない、64 "
           "使い方の誤り。"},
      {"mitome mdoc",
       "IssuerSigned、DeviceRequest、DeviceResponse は CBOR そのもののファイル（ISO/IEC "
       "18013-5）です。セッション記録は、そのままでも\n"
       "タグ24付きでもかまいません。鍵と証明書は PEM です。"},
      {"mitome mdoc issue",
       "項目に、1つの端末の鍵のために署名し、IssuerSigned "
       "を書き出します。発行者の証明書はファイルの先頭に置きます。ルートは入りません。\n"
       "ソルトは毎回新しく、番号は混ぜられます。\n\n"
       "項目は JSON です。{\"doctype\": …, \"namespaces\": {…}, \"valid_from\": …, \"valid_until\": …}。{\"$date\"} "
       "は日付（タグ1004）、\n"
       "{\"$bytes\"} はバイト列です。valid_from がなければ今から、valid_until がなければ14日間です。\n\n"
       "終了コード: 0 発行した、1 拒否（MALFORMED、BAD_KEY、MSO_SIGNED_OUTSIDE_DS …）、2 読み書きできない、64 "
       "使い方の誤り。"},
      {"mitome mdoc present",
       "DeviceRequest が求めるものだけを1つの mdoc から提示し、DeviceResponse を書き出します。端末は署名で、--mac "
       "なら読み取り側の\n"
       "一時公開鍵への MAC で、自らを証します。\n\n"
       "終了コード: 0 提示した、1 拒否（NOTHING_TO_PRESENT、MSO_EXPIRED、MSO_NOT_YET_VALID、DEVICE_KEY_MISMATCH …）、2 "
       "読み書き\n"
       "できない、64 使い方の誤り。"},
      {"mitome mdoc verify",
       "DeviceResponse "
       "をすべての検査にかけ、結果を1つずつ示します。最初に失敗したところで終わり、すべてに通らないかぎり項目は\n"
       "示しません。応答の中のルートは信頼しません。信頼するのは --trust "
       "のもの（ルート、または指定した文書署名者）だけです。\n\n"
       "失効リストを指す文書は、リストを確かめるまで良いとはされません。終了コード2（STATUS_UNAVAILABLE）になるか、--"
       "no-status と\n"
       "言って自分で判断します。\n\n"
       "報告（--json）: {\"verdict\": \"good|refused|unavailable\", \"reason\": 理由, \"detail\", \"checks\": "
       "[{\"id\", \"clause\", \"outcome\",\n"
       "\"document\", \"reason\"?}], \"documents\": [{\"doctype\", \"device_auth\", \"valid_until\", \"namespaces\": "
       "{…}}]}\n\n"
       "終了コード: 0 良い、1 拒否、2 確かめられない、64 使い方の誤り。"},
      {"mitome manual", "man(7) の言葉で書かれたマニュアルページです。"},
      {"mitome completion", "bash か zsh が、コマンド・オプション・値を補うために読むものです。"},
  };
}

/// By command and option, or by option where it is the same everywhere.
const Texts& options() {
  static const Texts kTexts{
      {"--help", "この説明を示す"},
      {"--version", "版を示す"},
      {"--json", "1行に1つの JSON で出力する（スクリプト用）"},
      {"--lang", "言語: ja か en（指定がなければ LANG から）"},
      {"--reader", "PC/SC リーダーの名前"},
      {"--card", "リーダーの代わりに、カードのファイル"},
      {"--log", "カードとのやりとりを読める形で書き残す。- は標準エラー出力"},
      {"--pins", "暗証番号（JSON）"},
      {"mitome town --data", "町を覚えておくフォルダー"},
      {"mitome town --fresh", "新しい町を始める。前の町は DIR.old に移る"},
      {"mitome town --port", "10個のポートの最初"},
      {"mitome town --pages", "ページを書く間、このフォルダーから読む"},
      {"mitome town --date", "新しい町の最初の日"},
      {"mitome town --reader", "本物の PC/SC リーダー"},
      {"mitome town --public-url", "ほかの端末から見た町のアドレス"},
      {"mitome town --listen", "待ち受けるアドレス"},
      {"mitome town --require-webauthn", "模擬の顔や指を使わない"},
      {"mitome story --break", "この手順のメッセージを1バイト変える"},
      {"mitome story --evidence", "すべてのバイトと、確かめ直すコマンドを書き出す"},
      {"mitome card new --person", "人物（1人でも何人でも）の JSON。なければ架空の人を補う"},
      {"mitome card new --kind",
       "card（カード）、phone（持ち主の同意で現れる電話）、pin-phone（暗証番号を尋ねる電話）"},
      {"mitome card new --count", "この枚数を、フォルダーに"},
      {"mitome card new --out", "カード、または何枚かのフォルダー。まだないこと"},
      {"mitome card new --at", "今の代わりに、この時刻（RFC 3339）に発行する"},
      {"mitome card new --trust-out", "このカードを検証する鍵を書き出すところ（PEM）"},
      {"mitome card serve card", "`mitome card new` のカード、1枚か2枚"},
      {"mitome card serve --slot", "vpcd のどちらのリーダーか: 0 か 1"},
      {"mitome card serve --host", "vpcd が待ち受けるところ（127.0.0.1）"},
      {"mitome card serve --port", "スロットのポートの代わりに"},
      {"mitome card serve --agree",
       "電話の持ち主が、電源が入るたびに同意すること（模擬）: auth はログイン、sign は署名"},
      {"mitome card log log", "やりとりの記録。- は標準入力"},
      {"mitome card log --follow", "中断するまで、書き足されるものも示す"},
      {"mitome card read --trust", "この鍵と認証局で検証し、できないものは拒否する"},
      {"mitome card sign file", "署名するもの"},
      {"mitome card sign --key", "auth（利用者証明用）か sign（署名用）"},
      {"mitome card sign --out", "署名。まだないこと"},
      {"mitome card verify-pin which",
       "auth（利用者証明用）、sign（署名用）、text（券面事項入力補助用）、juki（住民基本台帳用）"},
      {"mitome card change-pin which",
       "auth（利用者証明用）、sign（署名用）、text（券面事項入力補助用）、juki（住民基本台帳用）"},
      {"mitome card unblock which",
       "auth（利用者証明用）、sign（署名用）、text（券面事項入力補助用）、juki（住民基本台帳用）"},
      {"mitome card compare --pins", "試してよい暗証番号（JSON）。なければ何も試さない"},
      {"mitome card compare --out", "報告のすべてを JSON で。まだないこと"},
      {"mitome card compare --all", "違いだけでなく、すべての質問と応答を示す"},
      {"mitome mdoc issue --claims", "述べること（JSON）"},
      {"mitome mdoc issue --device-key", "持ち主の鍵（公開鍵でも秘密鍵でもよい）"},
      {"mitome mdoc issue --issuer-key", "文書署名者の秘密鍵"},
      {"mitome mdoc issue --issuer-cert", "その証明書。ファイルの先頭に"},
      {"mitome mdoc issue --out", "IssuerSigned を書くところ"},
      {"mitome mdoc issue --at", "今の代わりに、この時刻（RFC 3339）に署名する"},
      {"mitome mdoc present --issuer-signed", "提示する mdoc"},
      {"mitome mdoc present --device-key", "持ち主の秘密鍵"},
      {"mitome mdoc present --request", "DeviceRequest（要求）"},
      {"mitome mdoc present --session-transcript", "このセッションの記録"},
      {"mitome mdoc present --mac", "この読み取り側の公開鍵への MAC で証する"},
      {"mitome mdoc present --out", "DeviceResponse を書くところ"},
      {"mitome mdoc present --at", "今の代わりに、この時刻（RFC 3339）に提示する"},
      {"mitome mdoc verify response", "DeviceResponse（応答）"},
      {"mitome mdoc verify --trust", "ルート、または指定した文書署名者。何度でも"},
      {"mitome mdoc verify --session-transcript", "こちら側のセッション記録"},
      {"mitome mdoc verify --reader-key", "読み取り側の一時秘密鍵（MAC のとき）"},
      {"mitome mdoc verify --request", "DeviceRequest。求めたものと示されたものが同じであること"},
      {"mitome mdoc verify --no-status", "失効リストを確かめない"},
      {"mitome mdoc verify --no-mac", "MAC を拒否する。求めていないため"},
      {"mitome mdoc verify --at", "今の代わりに、この時刻（RFC 3339）で検証する"},
      {"mitome face-film --motion", "動き"},
      {"mitome face-film --who", "誰の顔か（どんな文字列でも）"},
      {"mitome face-film --out", "書くファイル"},
      {"mitome face-film --width", "幅（偶数）"},
      {"mitome face-film --height", "高さ（偶数）"},
      {"mitome face-film --fps", "1秒の枚数"},
      {"mitome face-film --seconds", "秒数"},
      {"mitome face-film --take", "同じ人物の別の撮影"},
      {"mitome completion shell", "bash か zsh"},
  };
  return kTexts;
}

/// "Examples:" and what follows, under its Japanese name.
std::string examples(const std::string& footer) {
  for (const std::string_view mark : {"Examples:\n", "Example:\n"})
    if (const size_t at = footer.find(mark); at != footer.npos) return "\n\n例:\n" + footer.substr(at + mark.size());
  return "";
}

void translate(CLI::App& app, const std::string& path, const std::map<std::string_view, std::string>& own_footers) {
  if (const auto text = descriptions().find(path); text != descriptions().end())
    app.description(std::string{text->second});
  if (const auto text = own_footers.find(path); text != own_footers.end())
    app.footer(text->second + examples(app.get_footer()));
  for (CLI::Option* option : app.get_options()) {
    const std::string name = option->get_name();
    auto text = options().find(path + " " + name);
    if (text == options().end()) text = options().find(name);
    if (text != options().end()) option->description(std::string{text->second});
    if (option->get_group() == "Options") option->group("オプション");
  }
  for (CLI::App* command : app.get_subcommands([](CLI::App*) { return true; })) {
    if (command->get_group() == "Subcommands") command->group("コマンド");
    translate(*command, path + " " + command->get_name(), own_footers);
  }
}

}  // namespace

void speak_japanese(CLI::App& app) {
  translate(app, "mitome", footers());
  const auto formatter = app.get_formatter();
  for (const auto& [english, japanese] : Texts{{"Usage", "使い方"},
                                               {"OPTIONS", "オプション"},
                                               {"Options", "オプション"},
                                               {"Positionals", "引数"},
                                               {"SUBCOMMAND", "コマンド"},
                                               {"SUBCOMMANDS", "コマンド"},
                                               {"Subcommands", "コマンド"},
                                               {"REQUIRED", "必須"}})
    formatter->label(std::string{english}, std::string{japanese});
}

}  // namespace mitome::apps
