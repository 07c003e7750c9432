// The wallet: the card's picture among other things, choosing it, holding it to a reader, showing a QR code to a counter.
import { h, fill, t, pick, button, notice, badge, busy, refusalNotice, japan, to, qrFrame, Refusal, guarded, confirm } from '/ui/ui.js';
import { phone, get, act, now } from './remote.js';
import { view, primary, second, go, saidBefore, sayNext } from './screen.js';
import { withTouch } from './touch.js';
import { stateName, stateTone, sensorName } from './elements.js';
import { handReaders, holderName } from './hand.js';
import { isPin, openItem, cardUse } from './pin-phone.js';
import { icon } from './icons.js';

let items = null;
/** The wallet's items, asked again whenever the card's state is another. */
let askedFor = '';
export async function loadItems(force) {
  const key = JSON.stringify([phone.id, phone.state.card, phone.state.account]);
  if (!force && key === askedFor && items) return items;
  askedFor = key;
  ({ items } = await get('/wallet'));
  return items;
}

/** The picture of an item, as it lies in the wallet. */
export function picture(item) {
  if (item.kind === 'card') {
    return h('span', { class: 'pass my-number' },
      h('span', { class: 'pass-top' }, h('span', { class: 'pass-seal', 'aria-hidden': 'true' }, '認'), h('span', {}, t('マイナンバーカード', 'My Number Card')), badge(stateName(item.state), stateTone(item.state))),
      h('span', { class: 'pass-holder' }, holderName()), h('span', { class: 'pass-small' }, t('認めの町・試験用', 'Mitome town · test card')));
  }
  return h('span', { class: `pass ${item.kind}` }, h('span', { class: 'pass-top' }, icon(item.kind, 28), h('span', {}, pick(item, 'name'))),
    h('span', { class: 'pass-holder' }, item.balance !== undefined && item.balance !== null ? (item.kind === 'transit' ? `¥${Number(item.balance).toLocaleString()}` : t(`${item.balance} ポイント`, `${item.balance} points`)) : ''),
    h('span', { class: 'pass-small' }, item.number ?? ''));
}

/** Items come from the server a moment later: draws into a live element. */
function withItems(draw) {
  const place = h('div', { class: 'stack' }, busy(t('ウォレットを開いています…', 'Opening the wallet…')));
  loadItems().then((found) => fill(place, draw(found))).catch((error) => {
    if (!(error instanceof Refusal)) throw error;
    fill(place, refusalNotice(error));
  });
  return place;
}

// ---- brought up by the double press ----

const chosenId = () => {
  const chosen = phone.state.wallet?.chosen;
  return typeof chosen === 'object' && chosen ? chosen.id : chosen ?? null;
};
export const walletUpKey = () => `wallet ${JSON.stringify([phone.state.wallet, phone.state.ready_until, phone.state.engagement, phone.state.card])}`;

export function walletUpScene() {
  const chosen = chosenId();
  return view(t('ウォレット', 'Wallet'), { class: 'wallet-up', back: () => act('/wallet/close', {}) }, saidBefore(),
    withItems((found) => (chosen ? chosenItem(found.find((item) => item.id === chosen) ?? found[0]) : [
      h('p', { class: 'soft' }, t('使うものを選んでください', 'Choose what to use')),
      found.length === 0 ? notice('info', t('ウォレットは空です', 'The wallet is empty')) : null,
      found.map((item) => h('button', { type: 'button', class: 'pass-button', dataset: { do: `choose-${item.id}` }, onclick: guarded(() => choose(item)) }, picture(item)))])));
}

async function choose(item) {
  try {
    await act('/wallet/choose', { item: item.id });
  } catch (error) {
    if (error instanceof Refusal) sayNext(refusalNotice(error));
    throw error;
  }
  if (item.kind === 'card' && item.state === 'active') await ready();
}

const ready = () => withTouch('/wallet/ready', {}, {
  title: t('カードを使う', 'Use the card'), text: t('確認すると、60秒のあいだ1回だけ読み取り機で使えます。', 'After this the card can be read once within 60 seconds.'),
});

function chosenItem(item) {
  if (item.kind !== 'card') return [picture(item), barcode(item.number)];
  const until = phone.state.ready_until;
  const isReady = until && until > now();
  return [picture(item), stateNotice(item),
    isReady ? readyPanel(until) : null,
    phone.state.engagement ? engagementPanel() : null,
    item.state === 'active' && !isReady ? primary(t(`${sensorName(phone.state.sensor)}で確認して、かざす`, `Confirm by ${sensorName(phone.state.sensor)} and hold to a reader`), 'ready', ready) : null,
    item.state === 'active' && !phone.state.engagement ? second(t('対面の窓口にQRコードを見せる', 'Show a QR code at a counter'), 'engage', () => act('/wallet/engage', {})) : null];
}

function readyPanel(until) {
  const left = h('strong', { class: 'number' });
  const panel = h('div', { class: 'ready', role: 'status' }, h('span', { class: 'ready-waves', 'aria-hidden': 'true' }, icon('contactless', 56)),
    h('p', {}, h('strong', {}, t('読み取り機にかざしてください', 'Hold the phone to the reader'))), h('p', { class: 'small', 'aria-live': 'off' }, t('あと ', 'For '), left, t(' 秒・1回だけ', ' more seconds, once')));
  const count = () => {
    left.textContent = String(Math.max(0, until - now()));
    if (panel.isConnected && until > now()) setTimeout(count, 500);
  };
  queueMicrotask(count);
  setTimeout(count, 0);
  return [panel, handReaders()];
}

function engagementPanel() {
  const text = phone.state.engagement;
  const code = h('div', { class: 'qr-place' });
  import('/ui/qr.js').then(({ qr }) => fill(code, qrFrame(qr(text), t('窓口の読み取り機に見せるQRコード', 'QR code for the counter’s reader'))));
  return h('div', { class: 'stack center' }, code,
    h('p', { class: 'small' }, t('窓口の人が読み取ると、何を見せるかをこの画面でたずねます。', 'When the counter has scanned it, this screen asks what you want to show.')),
    h('details', { class: 'small' }, h('summary', {}, t('カメラのない窓口のために文字で表示', 'As text, for a counter without a camera')),
      h('code', { class: 'engagement', dataset: { do: 'engagement' } }, text), button(t('コピー', 'Copy'), { do: 'copy-engagement', onclick: async () => navigator.clipboard?.writeText(text) })));
}

/** A shop's number as bars (Code 39 would do; ours only looks like one). */
function barcode(number) {
  return h('div', { class: 'barcode', role: 'img', 'aria-label': t(`会員番号 ${number}`, `Member number ${number}`) }, h('span', { class: 'bars', 'aria-hidden': 'true' },
    [...String(number ?? '')].flatMap((c) => [...c.charCodeAt(0).toString(2)].map((bit) => h('i', { class: bit === '1' ? 'thick' : '' })))), h('span', { class: 'number' }, number));
}

/** The wallet lies over everything until it is closed; a locked phone then asks who is there. */
async function toApp() {
  if (phone.state.wallet) await act('/wallet/close', {});
  go('app');
}

/** What a state means for the holder; `inApp` where the app itself says it. */
export function stateNotice(item, inApp) {
  const from = item.active_at ?? phone.state.card?.active_at;
  switch (item.state) {
    case 'pending':
      return notice('wait', t(`${japan(from)} から使えます`, `Usable from ${japan(from)}`), h('a', { href: to('town', '/?clock=08:00'), dataset: { do: 'move-clock' } }, t('町の時計を進める', 'Move the town’s clock')));
    case 'suspended':
      return notice('bad', t('一時利用停止中です', 'The card on this phone is suspended'), t('電話が手元に戻ったら、アプリで利用を再開できます。', 'Once you have the phone back, the app lifts the suspension.'),
        inApp ? null : button(t('アプリを開く', 'Open the app'), { do: 'open-app', onclick: toApp }));
    case 'ended':
      // One that went to another phone is not here any more; the app says so.
      return notice('bad', phone.state.card?.cause === 'stop' ? t('もとのカードが停止されたため、この電話のカードは失効しました', 'The physical card was stopped, and the card on this phone has ended with it') : t('この電話のカードは失効しました', 'The card on this phone has ended'),
        t('ウォレットからは手で取り除きます。', 'It is removed from the wallet by hand.'));
    case 'needs_reproof':
      return notice('bad', t('顔または指紋が変わったため、カードはロックされました', 'Face or finger was changed, so the card is locked'), t('もう一度カードを追加してください。', 'Add the card again.'));
    default:
      return null;
  }
}

// ---- the wallet as an app on the home screen ----

export const walletAppKey = () => `wallet-app ${JSON.stringify([phone.state.card, phone.state.account])}`;
export function walletAppScene() {
  const finger = phone.state.sensor === 'finger';
  return view(t('ウォレット', 'Wallet'), { back: '' }, saidBefore(), withItems((found) => [
    found.length === 0 ? notice('info', t('ウォレットは空です', 'The wallet is empty'), t('アプリの「カードを追加」からマイナンバーカードを入れられます。', 'Add the My Number Card in the app.')) : null,
    isPin() ? h('ul', { class: 'plain stack' }, found.map((item) => h('li', {}, h('a', { class: 'pass-link', href: `#/wallet/${encodeURIComponent(item.id)}`, dataset: { do: `item-${item.id}` } }, picture(item)))))
      : found.map((item) => h('div', { class: 'stack' }, picture(item), item.kind === 'card' ? cardState(item) : null)),
    h('p', { class: 'small soft' }, isPin() ? t('使うものを選ぶと、使い方が出ます。', 'Choose one to see how it is used.') : finger ? t('使うときは、画面が消えているかロックされているときにホームボタンを2回押します。', 'To use it, press the home button twice while the screen sleeps or is locked.')
      : t('使うときは、サイドボタンを2回押します。', 'To use it, press the side button twice.'))]));
}

const cardState = (item) => [stateNotice(item), item.state === 'ended' || item.state === 'needs_reproof' ? removeButton() : null];

/** One item of the list, on a phone where no button brings the wallet up. */
export const walletItemScene = () => view(t('ウォレット', 'Wallet'), { back: 'wallet' }, saidBefore(), withItems((found) => {
  const item = found.find(({ id }) => id === openItem());
  if (!item) return notice('info', t('ウォレットにありません', 'It is not in the wallet'));
  return item.kind === 'card' ? [picture(item), cardState(item), cardUse(item)] : [picture(item), barcode(item.number)];
}));

const removeButton = () => button(t('ウォレットから取り除く', 'Remove from the wallet'), { kind: 'danger', do: 'wallet-remove', wide: true, onclick: async () => {
  if (!(await confirm({ title: t('ウォレットから取り除きますか', 'Remove from the wallet?'), body: t('この電話からカードの表示が消えます。', 'The card’s picture leaves this phone.'), yes: t('取り除く', 'Remove'), danger: true }))) return;
  await act('/wallet/remove', { item: 'card' });
  await loadItems(true);
} });
