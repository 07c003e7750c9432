// The residents' app: the card's state, the log of what was handed over, and at the bottom the menu that leads to the card and its deletion (A50).
import { h, fill, t, pick, notice, badge, busy, facts, field, refusalNotice, confirm, japan, japanTime, japanDate, to, Refusal, button, toast } from '/ui/ui.js';
import { phone, get, act } from './remote.js';
import { view, row, primary, second, go, route, saidBefore, sayNext, redraw } from './screen.js';
import { withTouch } from './touch.js';
import { keepLink, openWaiting } from './consent.js';
import { elementName, elementValue, kindName, stateName, stateTone } from './elements.js';
import { stateNotice } from './wallet.js';
import { isPin } from './pin-phone.js';
import { icon } from './icons.js';

const tabs = () => {
  const tab = (where, name, label) => h('a', { href: `#/${where}`, 'aria-current': route() === where ? 'page' : null, dataset: { do: `tab-${name}` } }, icon(name), h('span', {}, label));
  return h('nav', { class: 'tabs', 'aria-label': t('アプリのメニュー', 'The app’s menu') }, tab('app', 'home', t('ホーム', 'Home')), tab('app/scan', 'scan', t('読み取り', 'Scan')),
    tab('app/log', 'log', t('記録', 'Log')), tab('app/menu', 'menu', t('メニュー', 'Menu')));
};
const card = () => phone.state.card;
const cardState = () => card()?.state;
const holds = () => card() && cardState() !== 'ended';
/** The card went to another phone, and none was added here since (A52). */
const moved = () => !card() && phone.notices.find(({ kind }) => kind === 'replaced' || kind === 'added')?.kind === 'replaced';

/** Asks the server and draws when the answer is there. */
function later(ask, draw, text = t('読み込んでいます…', 'Loading…')) {
  const place = h('div', { class: 'stack' }, busy(text));
  const load = async () => {
    try {
      fill(place, draw(await ask(), load));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      fill(place, refusalNotice(error));
    }
  };
  load();
  return place;
}

export const key = () => `${route()} ${JSON.stringify([phone.state.card, phone.state.enrolment?.name, phone.state.account, phone.state.network, moved()])}`;

export function appHome() {
  const state = cardState();
  const begun = phone.state.enrolment && phone.state.enrolment.step > 0 && phone.state.enrolment.step < 9;
  const canAdd = !card() || state === 'ended' || state === 'needs_reproof';
  return view(t('認めアプリ', 'Mitome app'), { tabs: tabs(), back: '' }, saidBefore(),
    card() ? h('div', { class: 'card' }, h('div', { class: 'row spread' }, h('h2', {}, t('スマホのカード', 'The card on this phone')), badge(stateName(state), stateTone(state))),
      stateNotice({ state, active_at: card().active_at }, true), state === 'active' ? h('p', {}, isPin() ? t('ログイン、署名、証明書交付機に、暗証番号で使えます。対面の確認には使えません。', 'Ready for logins, signatures and kiosks, by its PIN; not for checks in person.')
        : t('ログイン、署名、対面の確認に使えます。', 'Ready for logins, signatures and checks in person.')) : null) : null,
    moved() ? notice('info', t('カードは別の電話に移りました', 'The card has moved to another phone'), t('別の電話に追加されたため、この電話では使えません（1人1台）。実物のカードはこれまでどおり使えます。', 'It was added to another phone, so it no longer works on this one (one phone per person). The real card stays usable.')) : null,
    begun ? [notice('info', t('追加の途中です', 'Adding has begun'), t('続きから始められます。', 'You can go on where you were.')), primary(t('追加を続ける', 'Go on adding'), 'enrol-resume', () => go('enrol'))]
      : canAdd ? [h('div', { class: 'card' }, h('h2', {}, t('マイナンバーカードを追加', 'Add your My Number Card')), h('p', {}, isPin() ? t('実物のカードを持ち歩かなくても、暗証番号で本人確認ができます。約5分で終わります。', 'Prove who you are by a PIN, without carrying the card. About five minutes.')
        : t('実物のカードを持ち歩かなくても、顔や指で本人確認ができます。約5分で終わります。', 'Prove who you are by face or finger, without carrying the card. About five minutes.'))),
        primary(t('追加をはじめる', 'Start adding'), 'enrol-open', () => go('enrol'))] : null,
    state === 'suspended' ? primary(t('利用を再開する', 'Resume use'), 'resume', resume) : null,
    state === 'ended' ? h('a', { class: 'button secondary wide', href: '#/wallet', 'data-do': 'open-wallet' }, t('ウォレットを開く', 'Open the wallet')) : null,
    h('h2', {}, t('使えるところ', 'Where it works')),
    h('ul', { class: 'list' }, [['portal', t('住民ポータル', 'Residents’ portal')], ['kiosk', t('証明書交付機', 'Certificate kiosk')], ...(isPin() ? [] : [['counter', t('お店や窓口の対面確認', 'Counters and shops')]]), ['clinic', t('診療所', 'Clinics')], ['tax', t('確定申告', 'Tax filing')]]
      .map(([place, name]) => h('li', { class: 'pressable' }, h('a', { href: to(place), dataset: { do: `to-${place}` } }, name)))),
    h('p', { class: 'small soft' }, t('運転免許証の代わりにはなりません。対応していないところでは、実物のカードを使います。', 'It is no substitute for a driving licence. Where the phone is not taken, use the real card.')));
}

async function resume() {
  try {
    const done = await withTouch('/app/resume', {}, { title: t('利用を再開', 'Resume use'), text: t('持ち主であることを確認して、一時停止を解除します。', 'Confirms the owner and lifts the suspension.') });
    if (done) sayNext(notice('good', t('利用を再開しました', 'In use again')));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    sayNext(refusalNotice(error));
  }
}

export function scanScene() {
  const out = h('div', {});
  const text = field({ label: t('QRコードの内容（リンク）', 'What the QR code says (a link)'), hint: t('ゲートの画面のQRコードの下にあるリンクを貼り付けられます', 'The link below the gate’s QR code can be pasted here'), name: 'link', type: 'text', inputmode: 'url', autocomplete: 'off', 'data-do': 'link' });
  const use = (value) => {
    keepLink(linkIn(value));
    return openWaiting();
  };
  return view(t('読み取り', 'Scan'), { tabs: tabs(), back: 'app' }, h('p', {}, t('別の画面に表示されたQRコードを読み取って、ログインや署名をします。', 'Reads a QR code on another screen, to log in or sign there.')), out,
    'BarcodeDetector' in window ? primary(t('カメラで読み取る', 'Scan with the camera'), 'scan', () => scan(out, use)) : null,
    h('form', { onsubmit: (event) => { event.preventDefault(); if (text.value.trim()) use(text.value.trim()); else text.setError(t('リンクを入力してください', 'Enter the link')); } }, text,
      h('button', { class: 'button secondary wide', 'data-do': 'link-open' }, t('開く', 'Open'))));
}
/** The gate's own link, also out of a link to this page. */
const linkIn = (text) => {
  const found = /[#&]request=([^&]+)/.exec(text);
  return found ? decodeURIComponent(found[1]) : text;
};
async function scan(out, use) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
  } catch {
    fill(out, notice('bad', t('カメラを使えません', 'The camera cannot be used')));
    return;
  }
  const video = h('video', { autoplay: true, muted: true, playsinline: true, class: 'scanner', 'aria-label': t('カメラの映像', 'What the camera sees') });
  video.srcObject = stream;
  fill(out, video);
  await video.play();
  const detector = new window.BarcodeDetector({ formats: ['qr_code'] });
  const end = Date.now() + 30000;
  while (video.isConnected && Date.now() < end) {
    const [code] = await detector.detect(video).catch(() => []);
    if (code) {
      for (const track of stream.getTracks()) track.stop();
      await use(code.rawValue);
      return;
    }
    await new Promise((resolve) => { setTimeout(resolve, 250); });
  }
  for (const track of stream.getTracks()) track.stop();
  fill(out, notice('info', t('QRコードが見つかりませんでした', 'No QR code was found')));
}

export function logScene() {
  return view(t('記録', 'Log'), { tabs: tabs(), back: 'app' }, saidBefore(), h('p', { class: 'small soft' }, t('いつ、だれに、何を渡したか。記録はこの電話だけにあり、値そのものは残しません。', 'When, to whom and what was handed over. Kept on this phone only, without the values themselves.')),
    later(() => get('/activity'), ({ entries }, again) => (entries.length === 0 ? notice('info', t('まだ何もありません', 'Nothing yet'))
      : h('ul', { class: 'list' }, entries.map((entry) => h('li', { class: 'stack' }, logEntry(entry, again)))))));
}

function logEntry(entry, again) {
  return [h('div', { class: 'row spread' }, h('strong', {}, kindName(entry.kind)), h('span', { class: 'small soft' }, `${japanDate(entry.at)} ${japanTime(entry.at)}`)),
    entry.party ? h('p', { class: 'mono small' }, entry.party) : null,
    entry.elements?.length ? h('p', { class: 'small' }, t('渡した項目: ', 'Handed over: '), entry.elements.map(([, name]) => elementName(name)).join(t('、', ', '))) : null,
    entry.stored ? h('p', { class: 'small' }, t('相手が保存: ', 'Kept there: '), pick(entry, 'stored')) : null,
    entry.simulated ? h('p', {}, h('span', { class: 'tag-simulated' }, t('模擬センサーで確認', 'confirmed by the simulated sensor'))) : null,
    entry.answer ? answerNotice(entry.answer) : null,
    entry.can_ask_deletion && !entry.answer ? button(t('削除を求める', 'Ask for deletion'), { do: 'ask-deletion', onclick: async () => {
      const answer = await withTouch('/activity/ask-deletion', { id: entry.id }, { title: t('削除を求める', 'Ask for deletion'), pin: isPin() && 'auth', text: t(`${entry.party} に、あなたのデータの削除を求めます。`, `Asks ${entry.party} to delete what it holds about you.`) });
      if (answer) await again();
    } }) : null];
}
const answerNotice = (answer) => notice('good', t(`相手の答え: ${answer.deleted} 件を削除しました`, `The answer: ${answer.deleted} deleted`),
  (answer.kept ?? []).length ? h('ul', { class: 'plain' }, answer.kept.map((kept) => h('li', {}, `${pick(kept, 'what')}: ${pick(kept, 'why')}`))) : null, answer.at ? japan(answer.at) : null);

export function menuScene() {
  return view(t('メニュー', 'Menu'), { tabs: tabs(), back: 'app' }, h('ul', { class: 'list' },
    row(t('スマホのカード', 'The card on this phone'), 'menu-card', () => go('app/card'), { badge: card() ? badge(stateName(cardState()), stateTone(cardState())) : badge(t('未追加', 'not added')) }),
    row(t('お知らせ', 'Notifications'), 'menu-notices', () => go('app/notices'), { value: String(phone.notices.length) }),
    row(t('この電話から出るもの・出ないもの', 'What leaves this phone and what never does'), 'menu-privacy', () => go('app/privacy')),
    row(t('電話をなくしたとき', 'If the phone is lost'), 'menu-lost', () => go('app/lost')),
    row(t('暗証番号の再設定を予約', 'Reserve a PIN reset'), 'menu-reset', () => go('app/pin-reset')),
    row(t('設定', 'Settings'), 'menu-settings', () => go('settings'))));
}

export function cardScene() {
  const state = cardState();
  return view(t('スマホのカード', 'The card on this phone'), { back: 'app/menu' }, saidBefore(),
    !card() ? notice('info', t('この電話にはカードがありません', 'There is no card on this phone')) : [
      h('div', { class: 'row' }, badge(stateName(state), stateTone(state))), stateNotice({ state, active_at: card().active_at }, true),
      facts([[t('利用開始', 'In use from'), card().active_at ? japan(card().active_at) : null], [t('提示用の記録の残り', 'Single-use records left'), isPin() ? t('ありません（対面では使えません）', 'none (not for checks in person)') : String(card().mdocs_left ?? '')]]),
      holds() && state !== 'needs_reproof' ? [second(t('このカードに入っているもの', 'What is in this card'), 'contents', () => go('app/contents')), second(t('最新の状態にする', 'Ask for its state now'), 'sync', async () => {
        try {
          await act('/app/sync', {});
          toast(t('最新の状態です', 'Up to date'));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          toast(error.text);
        }
      })] : null,
      h('h2', {}, t('電話を替えるとき', 'When you change phones')),
      h('p', {}, t('新しい電話で追加すると、この電話のカードは自動で使えなくなります（両方がつながっていれば）。売ったり譲ったりする前には、ここで削除してください。', 'Adding the card on the new phone ends this one by itself, if both are online. Before selling or giving the phone away, delete it here.')),
      h('p', {}, t('アカウントでサインインしても、このカードは新しい電話に移りません。', 'Signing in with your account does not bring this card to a new phone.')),
      h('div', { class: 'at-the-bottom' }, holds() ? button(t('削除する', 'Delete'), { kind: 'danger', do: 'delete', wide: true, onclick: remove }) : [h('p', {}, t('証明書は失効しました。ウォレットに残ったカードは手で取り除きます。', 'The certificates are revoked. What is left in the wallet is removed by hand.')), second(t('ウォレットを開く', 'Open the wallet'), 'open-wallet', () => go('wallet'))])]);
}

async function remove() {
  if (!(await confirm({ title: t('カードを削除しますか', 'Delete the card?'), body: t('この電話の電子証明書はただちに失効し、元に戻せません。実物のカードはそのまま使えます。', 'This phone’s certificates are revoked at once, for good. The real card stays usable.'), yes: t('削除する', 'Delete'), danger: true }))) return;
  try {
    const done = await withTouch('/app/delete', {}, { title: t('カードを削除', 'Delete the card'), text: t('証明書を失効させます。', 'Revokes the certificates.') });
    if (done) sayNext(notice('good', t('証明書を失効させました', 'The certificates are revoked'), t('次に、ウォレットから手で取り除いてください。', 'Now remove the item from the wallet by hand.')));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    sayNext(refusalNotice(error));
  }
}

let shownContents = null;
export function contentsScene() {
  const place = h('div', { class: 'stack' });
  const draw = (found) => fill(place, found.mdocs?.length ? mdocFacts(found) : null, (found.certificates ?? []).map(certificateFacts),
    (found.also ?? []).length ? [h('h2', {}, t('そのほかに保存されているもの', 'Also stored')), h('ul', {}, found.also.map((it) => h('li', {}, pick(it, 'what'))))] : null,
    notice('info', t('入っていないもの', 'What is not in it'), t('健康・銀行口座・年金・税などの記録は、カードにも電話にも入りません。', 'No medical, bank, pension or tax record is on the card or the phone.')));
  if (shownContents) draw(shownContents);
  shownContents = null; // shown once: whoever comes back confirms again
  const open = async () => {
    try {
      shownContents = await withTouch('/wallet/contents', {}, { title: t('中身を見る', 'See what is in it'), text: t('持ち主だけが見られます。', 'Only the owner may see it.') });
      if (shownContents) redraw();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      fill(place, refusalNotice(error));
    }
  };
  return view(t('カードに入っているもの', 'What is in this card'), { back: 'app/card' }, h('p', {}, t('この電話に保存されているすべての項目です。', 'Every item that this phone stores.')), place, primary(t('表示する', 'Show'), 'contents-show', open));
}
function mdocFacts({ mdocs, mdocs_left: left }) {
  const [first] = mdocs;
  return [h('h2', {}, t('対面で見せる記録', 'The record that is shown in person')), h('p', { class: 'small soft' }, t(`同じ内容の使い切りの記録が ${left} 部あります。${japan(first.valid_until)} まで有効。`, `${left} single-use copies with the same content, valid until ${japan(first.valid_until)}.`)),
    facts(first.elements.map((element) => [elementName(element.element), element.bytes !== undefined ? t(`画像 ${element.bytes} バイト`, `picture, ${element.bytes} bytes`) : elementValue(element.element, element.value)]))];
}
const certificateFacts = (certificate) => [h('h2', {}, certificate.use === 'sign' ? t('署名用電子証明書', 'Signing certificate') : t('利用者証明用電子証明書', 'User authentication certificate')),
  facts([[t('発行番号', 'Serial'), h('code', { class: 'small' }, certificate.serial)], [t('主体者', 'Subject'), h('code', { class: 'small' }, certificate.subject)], [t('発行者', 'Issuer'), h('code', { class: 'small' }, certificate.issuer)],
    [t('有効期間', 'Valid'), `${japanDate(certificate.not_before)} – ${japanDate(certificate.not_after)}`], ...(certificate.attributes ?? []).map((it) => [elementName(it.name), elementValue(it.name, it.value)])])];

export function privacyScene() {
  const list = (items) => h('ul', {}, items.map((item) => h('li', {}, item)));
  return view(t('電話から出るもの', 'What leaves the phone'), { back: 'app/menu' },
    h('h2', {}, t('出るもの', 'What leaves')), list([t('あなたが同意した項目だけ、同意した相手へ', 'Only the items you agreed to, to whom you agreed'), t('ログインと署名のときの署名と証明書', 'The signature and certificate of a login or signing'),
      t('追加のときだけ: 小さな白黒の顔の映像、カードの情報、電話の機種とOSの版', 'When adding, once: a small grey film of your face, the card’s data, the phone’s model and versions')]),
    h('h2', {}, t('けっして出ないもの', 'What never leaves')), list([t('顔や指紋のデータ（センサーの中だけにあります）', 'Face or finger data (it is in the sensor only)'), t('秘密鍵（安全な領域から取り出せません）', 'Private keys (they cannot leave the secure area)'), t('暗証番号とパスワード', 'PINs and passwords'), t('どこで使ったかの記録', 'The log of where you used it')]),
    h('h2', {}, t('顔の映像', 'The face film')), h('p', {}, t('判定が終わるまで記憶装置には書かれません。人が見比べる場合は暗号化して最長24時間、記録や控えには残りません。', 'It is not written to disk before the decision; where a person compares it, it is kept encrypted for at most 24 hours and never in logs or backups.')));
}

export function lostScene() {
  return view(t('電話をなくしたとき', 'If the phone is lost'), { back: 'app/menu' },
    h('p', {}, isPin() ? t('だれかが拾っても、暗証番号がなければカードは使えません。念のため一時利用停止にしてください。初期化されても証明書は失効しません。', 'Whoever finds it cannot use the card without its PIN. Have it suspended all the same: a factory reset revokes nothing.')
      : t('だれかが拾っても、顔や指がなければカードは使えません。念のため一時利用停止にしてください。', 'Whoever finds it cannot use the card without your face or finger. Have it suspended all the same.')),
    h('ul', { class: 'list' }, h('li', {}, h('strong', {}, t('電話窓口（24時間・365日）', 'Hotline (day and night, all year)')), h('p', {}, '0000-00-0000 ', h('a', { href: to('desk', '/hotline') }, t('（この町の窓口へ）', '(the town’s hotline)')))),
      h('li', {}, h('strong', {}, t('電話を探すサービス', 'Find-my-phone')), h('p', {}, h('a', { href: to('desk', '/findmy') }, t('電話を探す', 'Find my phone'))))),
    h('h2', {}, t('見つかったら', 'Found again')), h('p', {}, t('このアプリのホームで「利用を再開する」を押します。', 'Press “Resume use” on this app’s home.')),
    h('h2', {}, t('見つからなかったら', 'Not found')), h('p', {}, t('新しい電話でもう一度追加します。実物のカードを作り直す必要はありません。', 'Add the card again on another phone. The real card need not be re-issued.')));
}

