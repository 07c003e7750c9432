// The person's own computer with a card reader: what the gate asks for, the PIN, and the card's answer. #request=URL names the request.
import { api, button, busy, facts, fill, h, notice, page, passwordField, pick, pinPad, Refusal, refusalNotice, simulated, t, to } from '/ui/ui.js';

const state = { step: 'opening', url: '', asked: null, items: [], laid: null, refusal: null };
let main;

const requestUrl = () => new URLSearchParams(location.hash.slice(1)).get('request') ?? '';
const known = (error) => { if (error instanceof Refusal) return error; throw error; };
const itemName = (item) => (typeof item === 'string' ? item : pick(item, 'name'));

function go(step, change = {}) {
  Object.assign(state, { refusal: null }, change, { step });
  draw();
  main.querySelector('h1')?.focus();
}

function draw() {
  const heading = h('h1', { tabindex: '-1' }, t('カードリーダー', 'Card reader'));
  const parts = { opening: drawOpening, none: drawNone, lost: drawLost, ask: drawAsk, done: drawDone, declined: drawDeclined }[state.step]();
  fill(main, h('div', { class: 'stack' }, heading,
    h('p', { class: 'soft' }, t('これはあなた自身のパソコンです。暗証番号はこのパソコンとカードの間だけで使われ、外へは出ません。',
      'This is your own computer. The PIN is used between it and the card, and never leaves this machine.')), parts));
}

const drawOpening = () => busy(t('求められている内容を読み込んでいます', 'Reading what is asked'));
const drawNone = () => notice('info', t('何も求められていません', 'Nothing is asked'), t('サービスのログイン画面で「カード」を選ぶと、ここが開きます。', 'Choose “card” on a service’s login page, and this opens.'),
  h('a', { href: to('portal'), dataset: { do: 'to-portal' } }, t('住民ポータルへ', 'To the portal')));
const drawLost = () => [refusalNotice(state.refusal), h('a', { href: to('portal') }, t('住民ポータルへ', 'To the portal'))];
const drawDeclined = () => notice('info', t('断りました', 'Declined'), t('相手には何も渡していません。', 'Nothing was handed over.'));

// ---- what lies on the reader

async function look() {
  const hand = await api.get('/api/hand');
  state.items = (hand.items ?? []).filter((item) => item.kind === 'card');
  state.laid = hand.laid;
}

async function lay(item) {
  await api.post('/api/hand', { item });
  await look();
  fillHand();
}

/** Drawn by itself: a PIN that is being typed stays as it is. */
let hand = null;
function drawHand() {
  hand = simulated();
  fillHand();
  return hand;
}
function fillHand() {
  const laid = state.items.find((item) => item.id === state.laid);
  fill(hand, h('strong', {}, t('カードをリーダーに置く', 'Lay the card on the reader')),
    h('p', { role: 'status' }, laid ? t(`「${pick(laid, 'label')}」が載っています。`, `“${pick(laid, 'label')}” lies on it.`) : t('何も載っていません。', 'Nothing lies on it.')),
    h('div', { class: 'row' }, state.items.map((item) => button(pick(item, 'label') || item.id, { do: `lay-${item.id}`, 'aria-pressed': String(item.id === state.laid), onclick: () => lay(item.id) })),
      laid ? button(t('取る', 'Take it away'), { kind: 'quiet', do: 'take-away', onclick: () => lay(null) }) : null));
}

// ---- the question

function drawAsk() {
  const { asked } = state;
  const login = asked.kind === 'login';
  const entry = login ? pinPad({ label: t('利用者証明用の暗証番号', 'PIN of user authentication'), hint: t('数字4桁。3回間違えると使えなくなります。', '4 digits. Three wrong ones in a row block it.'), do: 'pin', onEnter: () => sign() })
    : passwordField({ label: t('署名用パスワード', 'Signing password'), do: 'sign-password', onEnter: () => sign() });
  const trouble = h('div', { 'aria-live': 'assertive' }, state.refusal ? refusalNotice(state.refusal) : null);
  const sign = async () => {
    const pin = entry.value;
    entry.value = '';
    try {
      const report = await api.post('/api/reader/answer', { id: asked.id, pin });
      finish(report);
    } catch (error) {
      fill(trouble, refusalNotice(known(error)));
      entry.focus();
    }
  };
  return [h('section', { class: 'card' }, h('h2', {}, pick(asked.client, 'name')),
    facts([[t('目的', 'What for'), pick(asked, 'purpose')], [t('書類', 'Document'), asked.document],
      [t('相手に伝わること', 'What they will learn'), (asked.items ?? []).map(itemName).join(t('、', ', '))], [t('相手が保存すること', 'What they will keep'), pick(asked, 'stored')],
      [t('求めた相手', 'Asked by'), h('span', { class: 'mono' }, asked.origin)]])),
  drawHand(), entry, trouble,
  h('div', { class: 'buttons' }, button(login ? t('ログインする', 'Log in') : t('署名する', 'Sign'), { kind: 'primary', large: true, do: 'card-sign', onclick: sign }),
    button(t('断る', 'Decline'), { do: 'card-decline', onclick: decline }))];
}

async function decline() {
  await api.post('/api/reader/decline', { id: state.asked.id }).catch(known);
  go('declined');
}

function finish(report) {
  const good = report.verdict === 'good';
  if (good && report.continue) {
    // Back to the gate in this same browser, with its one-time code.
    location.assign(report.continue);
    return;
  }
  go('done', { report });
}

function drawDone() {
  const { report } = state;
  if (report.verdict === 'good') return notice('good', t('できました', 'Done'), t('元の画面が自動で進みます。', 'The other screen goes on by itself.'));
  const failed = (report.checks ?? []).find((check) => check.outcome === 'failed');
  return h('div', { class: 'notice bad', role: 'alert', dataset: { reason: report.reason } }, h('strong', {}, t('受け付けられませんでした', 'Not accepted')),
    h('p', {}, pick(report, 'message') || report.reason), failed ? h('p', { class: 'reason' }, `${report.reason} · ${failed.id}`) : null);
}

async function begin() {
  state.url = requestUrl();
  if (!state.url) return go('none');
  try {
    await look();
    go('ask', { asked: await api.post('/api/reader/open', { url: state.url }) });
  } catch (error) {
    go('lost', { refusal: known(error) });
  }
}

main = page({ title: () => t('カードリーダー', 'Card reader'), name: () => t('自分のパソコン', 'Your own computer'), width: 'narrow', render: () => { if (main) draw(); } });
draw();
await begin();
