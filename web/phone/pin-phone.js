// A phone that keeps the certificates behind its own PINs (token JPKIAPGPSETOKEN), where its screen differs: no button calls the card up, it is opened in
// the wallet's list; its PIN is typed where it is used; there is no record to show in person.
import { h, fill, t, button, notice, facts, refusalNotice, Refusal } from '/ui/ui.js';
import { phone, act } from './remote.js';
import { view, second, go, route } from './screen.js';
import { handReaders } from './hand.js';
import { icon } from './icons.js';

export const isPin = () => phone.state?.profile === 'pin';

/** The bar below the screen: back and home. `goBack` is what the shown scene calls back. */
export const navigation = (goBack, goHome) => h('nav', { class: 'pin-nav', 'aria-label': t('電話の操作', 'The phone’s keys') },
  h('button', { type: 'button', dataset: { do: 'nav-back' }, 'aria-label': t('戻る', 'Back'), onclick: goBack }, icon('back')),
  h('button', { type: 'button', dataset: { do: 'go-home' }, 'aria-label': t('ホーム画面へ', 'To the home screen'), onclick: goHome }, icon('home')));

/** Which item of the wallet is open: '#/wallet/card' → 'card'; null on any other route or phone. */
export const openItem = () => (isPin() && route().startsWith('wallet/') ? route().slice(7) : null);

/** How the card is used, below its picture. */
export function cardUse(item) {
  if (item.state !== 'active') return null;
  const out = h('div', {});
  const show = async () => {
    fill(out);
    try {
      await act('/wallet/engage', {});
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      fill(out, refusalNotice(error));
    }
  };
  return [h('h2', {}, t('読み取り機にかざす', 'Held to a reader')),
    h('p', {}, t('ボタンは押しません。電話をかざし、この電話のカードの暗証番号（4桁）を機械に入力します。', 'No button is pressed. Hold the phone there, and type the 4-digit PIN of this phone’s card at the machine.')), handReaders(),
    h('h2', {}, t('ログインと署名', 'Logins and signatures')), h('p', {}, t('依頼が届くと、ログインでは暗証番号を、署名ではパスワードを、この電話でたずねます。', 'When a request comes, this phone asks for the PIN to log in, for the password to sign.')),
    h('h2', {}, t('対面の窓口', 'Counters')), h('p', {}, noRecord()), out, second(t('対面の窓口に見せる', 'Show it at a counter'), 'engage', show),
    second(t('このカードに入っているもの', 'What is in this card'), 'contents', () => go('app/contents'))];
}

const noRecord = () => t('この電話には電子証明書だけが入っていて、対面で見せる記録がありません。窓口では実物のカードを使います。',
  'This phone holds the certificates alone and no record to show in person. At a counter, use the real card.');

export const cardKey = () => `settings/card ${JSON.stringify(phone.state.card)}`;
/** In the settings: what this phone's card is, what it is not, and what a factory reset does to it. */
export const cardSettingsScene = () => view(t('この電話のカード', 'The card on this phone'), { back: 'settings' },
  facts([[t('入っているもの', 'What is in it'), t('利用者証明用と署名用の電子証明書、その鍵', 'The user authentication and the signing certificate, and their keys')],
    [t('守るもの', 'What guards it'), t('カードの暗証番号（4桁・3回まで）と署名用パスワード（5回まで）。指紋では使えません', 'The card’s PIN (4 digits, three tries) and its signing password (five tries); the finger does not stand for them')],
    [t('入っていないもの', 'What is not in it'), noRecord()]]),
  notice('wait', t('初期化しても証明書は失効しません', 'A factory reset does not revoke the certificates'), resetText(), button(t('工場出荷時に戻す', 'Factory reset'), { do: 'settings-erase', onclick: () => go('settings/erase') })));

/** What a factory reset does here, and what it leaves undone. */
export const resetText = () => t('この電話の中の鍵と証明書の写しは消えますが、認証局では有効なまま残ります。電話を手放すときは、先にアプリのメニューからカードを削除してください。消したあとなら、電話窓口に利用の停止を頼んでください。',
  'The keys and copies on this phone are erased, yet for the authority they stay usable. Before giving the phone away, delete the card in the app’s menu. After erasing it, ask the hotline to suspend it.');
