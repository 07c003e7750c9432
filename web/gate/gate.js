// The gate's page: who asks and for what, by which device to answer, and the wait for the answer. What is decided, the server decides.
import { page, h, fill, t, pick, api, button, notice, refusalNotice, busy, facts, listen, qrFrame, japanTime, to } from '/ui/ui.js';
import { qr } from '/ui/qr.js';

const parameters = new URLSearchParams(location.search);
const id = parameters.get('login');
/** What the server said last, the request under way, and what went wrong. */
const seen = { login: null, request: null, refusal: null };
let main = null;
let heard = null;
/** The way on is gone once: a second visit would find the login ended. */
let leaving = false;
function leave(address) {
  if (leaving) return;
  leaving = true;
  location.assign(address);
}

async function refresh() {
  try {
    seen.login = await api.get(`/api/login?id=${encodeURIComponent(id)}`);
    seen.refusal = null;
    // The answer may have come while nobody listened here.
    if (seen.login.state === 'good' && seen.login.way === 'qr') {
      leave(`/complete?id=${encodeURIComponent(id)}`);
      return;
    }
  } catch (error) {
    seen.login = null;
    seen.refusal = error;
  }
  draw();
}

function listenOnce() {
  if (heard) return;
  heard = listen(`/api/login/events?id=${encodeURIComponent(id)}`, {
    opened: refresh,
    refused: refresh,
    declined: refresh,
    good: refresh,
  }, (state) => { if (state === 'open') refresh(); });
}

async function start(way) {
  listenOnce();
  seen.request = await api.post('/api/login/start', { id, way });
  if (seen.request.link) location.assign(seen.request.link);
  else await refresh();
}

async function cancel() {
  const { url } = await api.post('/api/login/cancel', { id });
  leave(url);
}

function whoAsks(login) {
  const items = login.items.map((item) => pick(item, 'name'));
  const rows = [
    [t('目的', 'Purpose'), pick(login, 'purpose')],
    [t('サービスに渡る情報', 'What the service will learn'), h('ul', { class: 'plain' }, items.map((text) => h('li', {}, text)))],
    [t('サービスに残る情報', 'What the service keeps'), pick(login, 'stored')],
  ];
  if (login.kind === 'sign') rows.unshift([t('署名する文書', 'Document to sign'), login.document]);
  return h('section', { class: 'card', 'aria-label': t('求めているサービス', 'The service that asks') }, facts(rows));
}

function heading(login) {
  const name = pick(login.client, 'name');
  return login.kind === 'sign'
    ? t(`${name}が署名を求めています`, `${name} asks for your signature`)
    : t(`${name}にログイン`, `Log in to ${name}`);
}

function way(name, kind, label, hint) {
  return h('li', {}, button(label, { kind, large: true, do: name, onclick: () => start(name) }), h('p', { class: 'hint' }, hint));
}

function chooser() {
  return h('section', { 'aria-label': t('確認の方法', 'How to answer') },
    h('h2', {}, t('確認の方法を選んでください', 'Choose how to answer')),
    h('ul', { class: 'ways' },
      way('phone', 'primary', t('この端末のスマートフォン', 'Phone: this device'), t('この画面から認めアプリを開きます。', 'Opens the wallet from here.')),
      way('qr', 'secondary', t('別の端末のスマートフォン', 'Phone: another device'), t('二次元コードを読み取ります。', 'Scan a QR code with it.')),
      way('card', 'secondary', t('実物のカード', 'Physical card'), t('このパソコンのカードリーダーで読み取ります。', 'On this computer’s card reader.'))));
}

/** The URL lives in this page alone; after a reload another must be made. */
function waitForScan() {
  if (!seen.request?.request) return again(t('コードを作り直してください。', 'Make a new code.'));
  return h('section', { class: 'card waiting' },
    h('h2', {}, t('スマートフォンで読み取ってください', 'Scan with your phone')),
    qrFrame(qr(seen.request.request), t('スマートフォンで読み取る二次元コード', 'QR code for your phone')),
    h('p', {}, t(`${japanTime(seen.request.expires)}まで、一度だけ使えます。`, `Good once, until ${japanTime(seen.request.expires)}.`)),
    h('p', { class: 'small soft mono', dataset: { do: 'request-url' } }, seen.request.request),
    h('p', { class: 'small' }, t('誰かから送られてきたコードは読み取らないでください。', 'Never scan a code that somebody sent you.')));
}

function waiting(login) {
  if (login.state === 'made' && login.way === 'qr') return waitForScan();
  const text = login.state === 'good'
    ? t('確認できました。カードまたはスマートフォンの画面から続けてください。', 'Confirmed. Go on from the phone’s or the reader’s page.')
    : t('応答を待っています。', 'Waiting for the answer.');
  return h('section', { class: 'card waiting' }, busy(text));
}

function again(text) {
  return h('div', { class: 'stack' }, notice('wait', text), chooser());
}

function outcome(login) {
  if (login.state === 'choose') return chooser();
  if (login.state === 'expired') return again(t('有効期限が切れました。もう一度選んでください。', 'It has expired. Choose again.'));
  if (login.state === 'declined') return again(t('スマートフォンで拒否されました。', 'It was declined on the phone.'));
  if (login.state === 'refused') {
    return h('div', { class: 'stack' },
      notice('bad', pick(login, 'message'), h('p', { class: 'small mono', dataset: { reason: login.reason } }, login.reason)), chooser());
  }
  return h('div', { class: 'stack' }, waiting(login), button(t('別の方法にする', 'Another way'), { kind: 'quiet', do: 'another', onclick: () => {
    seen.login = { ...seen.login, state: 'choose' };
    draw();
  } }));
}

function draw() {
  if (!main) return;
  if (parameters.get('ended')) {
    fill(main, h('h1', {}, t('ログアウトしました', 'You are logged out')), h('p', {}, h('a', { href: to('town') }, t('町へ', 'To the town'))));
    return;
  }
  if (!id) {
    fill(main, h('h1', {}, t('認証ゲート', 'The gate')),
      h('p', {}, t('各サービスのログインや署名のときに、ここで本人を確認します。サービスから始めてください。',
        'Services send you here to log in or to sign. Begin at a service.')),
      h('p', {}, h('a', { href: to('portal'), dataset: { do: 'to-portal' } }, t('住民ポータルへ', 'To the residents’ portal'))));
    return;
  }
  if (seen.refusal) {
    fill(main, h('h1', {}, t('続けられません', 'Cannot go on')), refusalNotice(seen.refusal));
    return;
  }
  if (!seen.login) {
    fill(main, h('h1', {}, t('認証ゲート', 'The gate')), busy(t('読み込み中', 'Loading')));
    return;
  }
  fill(main, h('h1', {}, heading(seen.login)), whoAsks(seen.login),
    h('div', { 'aria-live': 'polite' }, outcome(seen.login)),
    h('div', { class: 'buttons' }, button(t('やめてサービスへ戻る', 'Stop, back to the service'), { kind: 'quiet', do: 'cancel', onclick: cancel })));
}

page({ title: () => t('ログイン', 'Log in'), width: 'narrow', render(element) { main = element; draw(); } });
if (id) {
  // Nothing to listen to when it is not ours; what happens until we listen, we ask for then.
  refresh().then(() => { if (seen.login) listenOnce(); });
  // A page that was left for the wallet and comes back from the browser's memory asks anew.
  addEventListener('pageshow', (event) => { if (event.persisted) refresh(); });
}
