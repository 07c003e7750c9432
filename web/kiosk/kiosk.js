// The kiosk in a shop. What may be done next is the server's to say; this page shows it, one question at a time.
import { page, h, fill, t, pick, api, button, refusalNotice, notice, steps, pinPad, passwordField, simulated, busy, badge, to, language, setLanguage, base64url } from '/ui/ui.js';

const shopId = new URL(location.href).searchParams.get('shop');
const state = { directory: null, session: null, document: null, hand: null, paper: null, reset: null, done: null, refusal: null, cleared: false, working: false };
let main = null;
let deadline = 0;
let touched = 0;

const DOCUMENTS = {
  residence: () => [t('住民票の写し', 'Certificate of residence'), t('住所や世帯を証明します', 'Proves your address and household')],
  seal: () => [t('印鑑登録証明書', 'Seal registration certificate'), t('登録された印影を証明します', 'Proves your registered seal')],
};
const PINS = {
  auth: () => t('利用者証明用の暗証番号（4桁）', 'User authentication PIN (4 digits)'),
  sign: () => t('署名用パスワード（6〜16文字）', 'Signing password (6 to 16 characters)'),
};
const STEP = { choose: 0, hold: 1, pin: 1, paper: 2, done: 3 };
const shop = () => state.directory?.shops.find((each) => each.id === shopId);
const chain = () => state.directory?.chains.find((each) => each.id === shop()?.chain);

/** What the server said about the session: phase, time left. */
function take(session) {
  state.session = session;
  deadline = performance.now() + session.seconds_left * 1000;
}

function clear(forgotten) {
  Object.assign(state, { session: null, document: null, hand: null, paper: null, reset: null, done: null, refusal: null, working: false, cleared: forgotten });
}

/** One request of this session; a refusal is shown on the screen where it happened. */
async function step(action) {
  state.refusal = null;
  state.working = true;
  draw();
  try {
    await action();
  } catch (error) {
    if (!error.reason) throw error;
    state.refusal = error;
    if (error.reason === 'JOB_DESTROYED') state.session = null;
    else if (state.session) await refresh();
    // A reservation may be over while the session here goes on: only the session's own end clears the screen.
    if (error.reason === 'SESSION_EXPIRED' && !state.session) clear(true);
  }
  state.working = false;
  draw(true);
}

async function refresh() {
  try {
    take(await api.get('/api/session'));
  } catch {
    const { refusal } = state;
    clear(true);
    state.refusal = refusal;
  }
}

const start = (lang) => step(async () => {
  state.cleared = false;
  if (language() !== lang) setLanguage(lang);
  take(await api.post('/api/start', { shop: shopId, language: lang }));
});
const choose = (holder) => step(async () => {
  take(await api.post('/api/choose', { document: state.document, holder }));
  await look();
});
const read = () => step(async () => {
  take(await api.post('/api/read'));
  if (state.session.phase === 'paper') await takePaper();
});
const enter = (pin) => step(async () => {
  take(await api.post('/api/pin', { pin }));
  if (state.session.phase === 'paper') await takePaper();
});
const takePaper = async () => {
  const answer = await api.post('/api/paper');
  state.paper = answer;
  take(answer);
};
const beginReset = (which) => step(async () => {
  state.reset = which;
  await look();
});
const finishReset = (other, fresh) => step(async () => {
  const answer = await api.post('/api/pin-reset', { pin: state.reset, other_pin: other, new_pin: fresh });
  take(answer);
  Object.assign(state, { reset: null, done: answer.reset });
});
const end = () => step(async () => {
  await api.post('/api/end');
  clear(false);
});
const look = async () => { state.hand = await api.get(`/api/hand?reader=${encodeURIComponent(state.session.reader)}`); };
const lay = (item) => step(async () => { state.hand = await api.post('/api/hand', { reader: state.session.reader, item }); });

/** A touch keeps the session; told to the server at most once in three seconds. */
function touch() {
  const now = performance.now();
  if (!state.session || state.working || now - touched < 3000) return;
  touched = now;
  api.post('/api/stay').then((session) => {
    if (!state.session) return;
    take(session);
  }, () => {});
}

const tile = (action, title, hint, onclick) => h('button', { type: 'button', dataset: { do: action }, onclick },
  h('strong', {}, title), hint ? h('span', {}, hint) : null);

// -- screens

function shops() {
  return [h('h1', {}, t('どの店の端末を使いますか', 'Which shop’s kiosk?')),
    h('p.lead', {}, t('チェーンによって、使えるものが違います。', 'Chains differ in what they take.')),
    h('div', { class: 'touch' }, state.directory.shops.map((each) => {
      const of = state.directory.chains.find((one) => one.id === each.chain);
      const takes = of.accepts.includes('phone') ? t('スマートフォン・カード', 'Phone and card') : t('カードのみ', 'Card only');
      return h('a', { href: `/?shop=${encodeURIComponent(each.id)}`, dataset: { do: `shop-${each.id}` } },
        h('strong', {}, pick(each, 'name')), h('span', {}, takes),
        h('span', {}, of.pin_resets.length ? t('暗証番号の再設定ができます', 'Sets PINs anew') : t('暗証番号の再設定はできません', 'Does not set PINs anew')));
    }))];
}

function welcome() {
  const hours = state.directory.kiosk_hours;
  return [h('h1', {}, t('言語を選んでください / Choose a language', 'Choose a language / 言語を選んでください')),
    state.cleared ? notice('info', t('前の操作は消去しました', 'The session was cleared'), t('30秒間操作がないと、印刷前の書類も含めて消去します。', 'After 30 seconds without a touch everything is erased, papers included.')) : null,
    hours.open ? null : notice('wait', t(`受付時間は${hours.from}〜${hours.until}です`, `Open from ${hours.from} to ${hours.until}`),
      h('a', { href: to('town', `/?clock=${hours.from}`), dataset: { do: 'move-clock' } }, t(`町の時計を${hours.from}に進める`, `Move the town’s clock to ${hours.from}`))),
    h('div', { class: 'touch' },
      h('button', { type: 'button', lang: 'ja', dataset: { do: 'start-ja' }, onclick: () => start('ja') }, h('strong', {}, '日本語'), h('span', {}, 'はじめる')),
      h('button', { type: 'button', lang: 'en', dataset: { do: 'start-en' }, onclick: () => start('en') }, h('strong', {}, 'English'), h('span', {}, 'Begin'))),
    h('p', {}, h('a', { href: '/' }, t('ほかの店を選ぶ', 'Choose another shop')))];
}

function chooseDocument() {
  return [h('h1', {}, t('どの証明書が必要ですか', 'Which certificate do you need?')),
    h('div', { class: 'touch' }, Object.entries(DOCUMENTS).map(([id, text]) => tile(`document-${id}`, ...text(), () => {
      state.document = id;
      touch();
      draw(true);
    }))),
    chain().pin_resets.length ? [h('h2', {}, t('暗証番号を設定し直す', 'Set a forgotten PIN anew')),
      h('p', {}, t('アプリで顔の確認と予約を済ませてから24時間以内に、もう一方の暗証番号で設定し直せます。', 'Within 24 hours of reserving it in the app with your face, by the card’s other PIN.')),
      h('div', { class: 'touch' }, chain().pin_resets.map((which) => tile(`reset-${which}`, PINS[which](), null, () => beginReset(which))))] : null];
}

/** Reader and hand, the same wherever something is laid down. */
function readerAndHand(action) {
  const things = state.hand?.items ?? [];
  const laid = things.find((each) => each.here);
  return [h('div', { class: 'reader' }, h('strong', {}, t('読み取り部', 'Reader')),
    h('p', { role: 'status' }, laid ? t(`置かれています：${pick(laid, 'label')}`, `Lying here: ${pick(laid, 'label')}`) : t('何も置かれていません', 'Nothing lies here')), action),
  simulated(h('strong', {}, t('どれを置きますか', 'What do you lay here?')),
    h('div', { class: 'things' }, things.map((each) => h('button', {
      type: 'button', class: 'button', 'aria-pressed': String(each.here), dataset: { do: `lay-${each.id}` }, onclick: () => lay(each.here ? null : each.id),
    }, pick(each, 'label'), each.here ? badge(t('ここ', 'here'), 'good') : null)))),
  h('div', { class: 'buttons' }, button(t('もう一度見る', 'Look again'), { do: 'look', onclick: () => step(look) }))];
}

function resetPin() {
  const auth = state.reset === 'auth';
  const digits = (label, name) => passwordField({ label, name, do: name, hint: t('数字4桁', '4 digits'), upper: false, minlength: 4, maxlength: 4 });
  const other = auth ? passwordField({ label: t('署名用パスワード', 'Signing password'), name: 'other', do: 'other' }) : digits(t('利用者証明用の暗証番号', 'User authentication PIN'), 'other');
  const fresh = auth ? digits(t('新しい利用者証明用の暗証番号', 'New user authentication PIN'), 'fresh') : passwordField({ label: t('新しい署名用パスワード', 'New signing password'), name: 'fresh', do: 'fresh' });
  return [h('h1', {}, t(`${PINS[state.reset]()}を設定し直す`, `Set anew: ${PINS[state.reset]()}`)),
    readerAndHand(null), other, fresh,
    h('div', { class: 'buttons' }, button(t('設定する', 'Set it'), { kind: 'primary', large: true, do: 'reset-enter', onclick: () => finishReset(other.value, fresh.value) }),
      button(t('戻る', 'Back'), { do: 'back', onclick: () => { state.reset = null; draw(true); } }))];
}

function chooseHolder() {
  return [h('h1', {}, t('何を使いますか', 'What do you use?')),
    h('p.lead', {}, DOCUMENTS[state.document]()[0]),
    h('div', { class: 'touch' },
      tile('holder-phone', t('スマートフォン', 'Phone'), t('電話の上で顔か指で確認します。暗証番号で守る機種では、4桁を入力します', 'Confirmed on the phone by face or finger; a phone behind a PIN asks for its 4 digits here'), () => choose('phone')),
      tile('holder-card', t('マイナンバーカード', 'My Number Card'), t('4桁の暗証番号を入力します', 'You enter its 4-digit PIN'), () => choose('card'))),
    button(t('証明書を選び直す', 'Choose another certificate'), { do: 'back', onclick: () => { state.document = null; draw(true); } })];
}

function hold() {
  const phone = state.session.holder === 'phone';
  return [h('h1', {}, phone ? t('スマートフォンをかざしてください', 'Hold your phone to the reader') : t('カードを置いてください', 'Lay your card on the reader')),
    phone ? h('p.lead', {}, t('先にスマートフォンのボタンを2回押し、カードを選んで顔か指で確認してから、かざします。', 'First press the phone’s button twice, choose the card and confirm with face or finger; then hold it here.'), ' ',
      t('暗証番号で守る機種は、そのままかざします。', 'A phone behind a PIN is held here as it is.'),
      ' ', h('a', { href: to('phone'), target: '_blank', rel: 'noopener', dataset: { do: 'to-phone' } }, t('スマートフォンを開く（別の窓）', 'Open the phone (new window)'))) : null,
    readerAndHand(button(t('読み取る', 'Read'), { kind: 'primary', large: true, do: 'read', onclick: read }))];
}

function askPin() {
  const pad = pinPad({ label: t('利用者証明用の暗証番号', 'PIN of the user authentication certificate'), do: 'pin', onEnter: () => submit() });
  const submit = () => {
    if (pad.value.length !== 4) {
      pad.setError(t('4桁を入力してください', 'Enter 4 digits'));
      return undefined;
    }
    const typed = pad.value;
    pad.clear();
    return enter(typed);
  };
  return [h('h1', {}, t('暗証番号を入力してください', 'Enter your PIN')),
    h('p', { class: 'center' }, t(`あと${state.session.tries}回で、間違えるとロックされます。`, `${state.session.tries} tries left before it locks.`)),
    pad, h('div', { class: 'buttons' }, button(t('確定', 'Enter'), { kind: 'primary', large: true, do: 'pin-enter', onclick: submit }))];
}

function printed() {
  const { paper } = state;
  const link = (bytes, type) => URL.createObjectURL(new Blob([bytes], { type }));
  paper.url ??= link(base64url.decode(paper.pdf), 'application/pdf');
  paper.picture ??= paper.preview ? link(base64url.decode(paper.preview), 'image/png') : null;
  return [h('h1', {}, t('証明書ができました', 'Your certificate is ready')),
    notice('good', t('取り忘れにご注意ください', 'Do not leave it behind'), t('お渡しは一度だけです。「受け取りました」を押すと、この端末には何も残りません。', 'It is handed out once. Press “Taken”, and nothing stays in this machine.')),
    paper.picture ? h('img', { class: 'sheet', src: paper.picture, alt: t(`印刷された${DOCUMENTS[paper.document]()[0]}（見本）`, `The printed ${DOCUMENTS[paper.document]()[0]} (specimen)`) }) : null,
    h('div', { class: 'buttons' },
      h('a', { class: 'button', href: paper.url, download: `${paper.document}-specimen.pdf`, dataset: { do: 'download' }, onclick: touch }, t('PDFを受け取る', 'Take the PDF')),
      button(t('受け取りました', 'Taken'), { kind: 'primary', large: true, do: 'taken', onclick: end }))];
}

function screen() {
  if (!state.directory) return [busy(t('準備しています', 'Getting ready'))];
  if (!shop()) return shops();
  if (state.paper) return printed();
  if (!state.session) return welcome();
  if (state.session.phase === 'hold') return hold();
  if (state.session.phase === 'pin') return askPin();
  if (state.session.phase === 'paper') return [h('h1', {}, t('印刷しています', 'Printing')), busy(t('お待ちください', 'One moment'))];
  if (state.reset) return resetPin();
  if (state.done) return [notice('good', t('設定し直しました', 'It is set'), PINS[state.done]()), chooseDocument()];
  return state.document ? chooseHolder() : chooseDocument();
}

function frame() {
  if (!state.session) return null;
  const names = [t('選ぶ', 'Choose'), t('確認', 'Identify'), t('印刷', 'Print'), t('受け取り', 'Take')];
  return [h('div', { class: 'clock-row' }, h('p', { class: 'soft' }, t('操作がないと消去されるまで ', 'Cleared without a touch in '), h('span', { class: 'number', dataset: { show: 'seconds' } }, '')),
    button(t('やめる', 'Stop'), { do: 'stop', kind: 'danger', onclick: end })), steps(names, STEP[state.session.phase])];
}

function draw(focus) {
  if (!main) return;
  fill(main, frame(), state.refusal ? refusalNotice(state.refusal) : null,
    state.working && !state.paper ? busy(t('お待ちください', 'One moment')) : null, screen());
  tick();
  if (focus) {
    const heading = main.querySelector('h1');
    if (heading) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
  }
}

/** Counts down in text; the server decides when it is over. */
function tick() {
  const place = main?.querySelector('[data-show="seconds"]');
  if (!state.session || !place) return;
  const left = Math.max(0, Math.ceil((deadline - performance.now()) / 1000));
  place.textContent = t(`${left}秒`, `${left} s`);
  if (left === 0 && !state.working) refresh().then(() => draw(true));
}

page({ title: () => (shop() ? pick(shop(), 'name') : t('証明書交付機', 'Certificate kiosk')), name: () => pick(chain(), 'name') || t('証明書交付機', 'Certificate kiosk'), render(element) {
  main = element;
  draw();
} });
document.addEventListener('pointerdown', touch);
document.addEventListener('keydown', touch);
setInterval(tick, 1000);
api.get('/api/directory').then((directory) => {
  state.directory = directory;
  draw();
}, (error) => {
  if (!error.reason) throw error;
  state.directory = { shops: [], chains: [], kiosk_hours: { open: true } };
  state.refusal = error;
  draw();
});
