// A clerk's page: choose what to ask, scan the phone's code, see the verdict and what was asked; then forget it.
import { api, badge, button, busy, choices, facts, field, fill, h, language, listen, notice, page, Refusal, refusalNotice, simulated, steps, t, to } from '/ui/ui.js';
import { scanner } from '/scanner.js';
import { checkName, elementName, pictureUrl } from '/words.js';

const SHOWN_SECONDS = 60;
const state = { step: 'ask', asks: [], ask: 'age_over_20', phones: [], reading: null, report: null, refusal: null, leave: null };
let main;

const names = () => [t('尋ねる', 'Ask'), t('読み取る', 'Scan'), t('待つ', 'Wait'), t('結果', 'Result')];
const STEPS = ['ask', 'scan', 'wait', 'result'];
const ask = () => state.asks.find((one) => one.ask === state.ask);
const askName = (one) => (language() === 'ja' ? one.ja : one.en);

function go(step, change = {}) {
  state.leave?.();
  state.leave = null;
  Object.assign(state, { step, refusal: null }, change);
  draw();
  main.querySelector('h1')?.focus();
}

function draw() {
  const heading = (text) => h('h1', { tabindex: '-1' }, text);
  fill(main, steps(names(), STEPS.indexOf(state.step)), { ask: drawAsk, scan: drawScan, wait: drawWait, result: drawResult }[state.step](heading));
}

const refusal = () => (state.refusal ? refusalNotice(state.refusal) : null);
const refused = (error) => {
  state.refusal = error;
  draw();
  main.querySelector('.notice')?.scrollIntoView({ block: 'nearest' });
};

// ---- what to ask

function drawAsk(heading) {
  const items = (one) => one.items.map(elementName).join(t('・', ', '));
  return h('div', { class: 'stack' }, heading(t('お客様に何を確かめますか', 'What do you need to know?')), refusal(),
    choices({
      legend: t('確かめること', 'The question'), name: 'ask', value: state.ask, onchange: (value) => { state.ask = value; },
      options: state.asks.map((one) => ({ value: one.ask, label: askName(one), dataset: { do: `ask-${one.ask}` },
        hint: t(`受け取る項目：${items(one)}。保存しません。`, `You will see: ${items(one)}. Nothing is kept.`) })),
    }),
    h('div', { class: 'buttons' }, button(t('スマホを読み取る', 'Scan the phone'), { kind: 'primary', large: true, do: 'to-scan', onclick: () => go('scan') })),
    h('section', { class: 'card' }, h('h2', {}, t('運転免許証の代わりにはなりません', 'Not a driving licence')),
      h('p', {}, t('このカードに運転の資格は載っていません。免許の確認には、運転免許証そのものを見せてもらってください。',
        'This card says nothing about driving. To check a licence, ask to see the driving licence itself.')),
      button(t('運転免許を確かめようとする', 'Try to check a driving licence'), { do: 'ask-driving', onclick: askDriving })));
}

const askDriving = () => api.post('/api/read', { ask: 'driving_licence' }).catch((error) => refused(known(error)));
const known = (error) => { if (error instanceof Refusal) return error; throw error; };

// ---- scan

async function scanPhone(phone) {
  const { engagement } = await api.post('/api/hand', { phone });
  await read(engagement);
}

async function read(engagement) {
  const reading = await api.post('/api/read', { engagement, ask: state.ask });
  sessionStorage.setItem(KEPT, JSON.stringify(reading));
  go('wait', { reading });
  watch(reading.id);
}

/** A page that was left or reloaded while the customer reads goes on waiting: it keeps the reading's number, never an answer. */
const KEPT = 'reading';
function resume() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
  if (!kept) return false;
  go('wait', { reading: kept, ask: kept.ask ?? state.ask });
  watch(kept.id);
  return true;
}

async function look() {
  state.phones = (await api.get('/api/hand')).phones;
  if (state.step === 'scan') draw();
}

function drawScan(heading) {
  const pasted = field({ label: t('コードの文字列', 'The code as text'), hint: 'mdoc:…', name: 'engagement', autocomplete: 'off', spellcheck: 'false', dataset: { do: 'engagement' } });
  const submit = (event) => {
    event.preventDefault();
    return read(pasted.value.trim()).catch((error) => refused(known(error)));
  };
  const phones = state.phones.map((phone) => h('li', {}, button(t(`${phone.name_ja}の画面を読み取る`, `Scan the screen of ${phone.name}`),
    { do: `scan-${phone.phone}`, wide: true, onclick: () => scanPhone(phone.phone), onRefusal: refused })));
  return h('div', { class: 'stack' }, heading(t('お客様のスマホのコードを読み取ってください', 'Scan the code on the customer’s phone')),
    h('p', { class: 'soft' }, t('お客様にはウォレットを開き、「対面で提示」を選んでもらいます。', 'The customer opens the wallet and chooses “show in person”.')), refusal(),
    simulated(h('strong', {}, t('スキャナーをかざす', 'Hold the scanner to a phone')),
      phones.length ? h('ul', { class: 'stack phones' }, phones)
        : h('p', { role: 'status' }, t('コードを表示しているスマホはありません。', 'No phone shows a code now.')),
      h('div', { class: 'row' }, button(t('もう一度探す', 'Look again'), { do: 'look', onclick: look, onRefusal: refused }),
        h('a', { href: to('phone'), target: '_blank', rel: 'noopener', dataset: { do: 'to-phone' } }, t('スマホを開く（新しいタブ）', 'Open the phone (new tab)')))),
    scanner({ onCode: (code) => read(code).catch((error) => refused(known(error))), onLeave: (stop) => { state.leave = stop; } }),
    h('details', {}, h('summary', {}, t('文字列を貼り付ける', 'Paste the text')),
      h('form', { onsubmit: submit }, pasted, h('button', { class: 'button', type: 'submit', dataset: { do: 'paste' } }, t('読み取る', 'Read')))),
    notice('info', t('画面の写真や録画では受け付けません', 'No pictures, no recordings'),
      t('確認できるのは、目の前のスマホがその場で署名した回答だけです。見た目で判断するボタンはありません。',
        'Only an answer that the phone before you signs, here and now, is accepted. There is no button for judging by the look.')),
    button(t('戻る', 'Back'), { kind: 'quiet', do: 'back', onclick: () => go('ask') }));
}

// ---- wait

function watch(id) {
  const stop = listen(`/api/reads/events?id=${encodeURIComponent(id)}`, { answered: () => take(id) }, (way) => { if (way === 'open') take(id); });
  state.leave = stop;
}

/** One question at a time: the answer is given once, and two that cross would hide it from each other. */
let asking = Promise.resolve();
function take(id) {
  asking = asking.then(() => takeNow(id));
  return asking;
}
async function takeNow(id) {
  if (state.step !== 'wait' || state.reading?.id !== id) return;
  const report = await api.post('/api/reads/take', { id }).catch((error) => ({ ...known(error).body, verdict: 'refused', checks: [] }));
  if (report.state === 'waiting' || state.step !== 'wait') return;
  sessionStorage.removeItem(KEPT);
  go('result', { report });
  const timer = setTimeout(forget, SHOWN_SECONDS * 1000);
  state.leave = () => clearTimeout(timer);
}

function drawWait(heading) {
  const cancel = async () => {
    const { id } = state.reading;
    sessionStorage.removeItem(KEPT);
    go('ask', { reading: null });
    await api.post('/api/reads/cancel', { id }).catch(known);
  };
  return h('div', { class: 'stack' }, heading(t('お客様の同意を待っています', 'Waiting for the customer')),
    busy(t('スマホの画面に、求められた項目が出ています。お客様が確かめて、顔か指で同意します。', 'The phone shows what you ask for. The customer reads it and agrees by face or finger.')),
    h('p', { class: 'card' }, askName(ask()), t('　受け取る項目：', ' You will see: '), ask().items.map(elementName).join(t('・', ', '))),
    button(t('やめる', 'Cancel'), { do: 'cancel', onclick: cancel }));
}

// ---- result

function forget() {
  sessionStorage.removeItem(KEPT);
  go('ask', { reading: null, report: null });
}

function headline(report) {
  if (report.verdict !== 'good') return report.verdict === 'unavailable' ? t('確認できませんでした', 'Could not be checked') : t('受け付けられません', 'Not accepted');
  const values = Object.values(report.elements ?? {}).reduce((all, one) => ({ ...all, ...one }), {});
  if ('age_over_20' in values) return values.age_over_20 ? t('20歳以上です', '20 or older') : t('20歳未満です', 'Under 20');
  return t('確認できました', 'Checked');
}

function tone(report) {
  if (report.verdict === 'unavailable') return 'wait';
  const under = Object.values(report.elements ?? {}).some((one) => one.age_over_20 === false);
  return report.verdict === 'good' && !under ? 'good' : 'bad';
}

function shown(report) {
  const pairs = Object.values(report.elements ?? {}).flatMap((one) => Object.entries(one));
  const portrait = pairs.find(([identifier]) => identifier === 'portrait');
  const text = (value) => (typeof value === 'boolean' ? (value ? t('はい', 'Yes') : t('いいえ', 'No')) : String(value));
  const picture = portrait && pictureUrl(portrait[1]);
  return h('section', { class: 'card', 'aria-labelledby': 'shown' }, h('h2', { id: 'shown' }, t('受け取った項目（これだけです）', 'What was shown (nothing else)')),
    h('div', { class: 'shown' },
      picture ? h('img', { class: 'portrait', src: picture, alt: t('カードの顔写真', 'The portrait on the card') }) : null,
      facts(pairs.filter(([identifier]) => identifier !== 'portrait').map(([identifier, value]) => [elementName(identifier), text(value)]))),
    portrait ? h('p', {}, h('strong', {}, t('目の前の方と顔写真を見比べてください。', 'Compare the portrait with the person before you.')),
      t('スマホの持ち主が本人かどうかは、あなたが判断します。', ' Whether the phone is in its owner’s hands is yours to judge.')) : null,
    h('p', { class: 'soft' }, t(`${SHOWN_SECONDS}秒後にこの画面から消えます。どこにも保存されません。`, `It leaves this screen after ${SHOWN_SECONDS} seconds, and is kept nowhere.`)));
}

const OUTCOMES = { passed: ['✓', '合格', 'passed'], failed: ['✕', '不合格', 'failed'], not_run: ['–', '未実施', 'not run'] };
function drawChecks(report) {
  const rows = report.checks.map((check) => {
    const [mark, ja, en] = OUTCOMES[check.outcome.replace(' ', '_')] ?? OUTCOMES.not_run;
    return h('li', { class: check.outcome.replace(' ', '_'), dataset: { check: check.id } }, h('span', { 'aria-hidden': 'true' }, mark),
      h('span', {}, h('span', { class: 'visually-hidden' }, t(ja, en), ' '), checkName(check.id), h('span', { class: 'clause' }, check.clause),
        check.outcome === 'failed' ? badge(check.reason, 'bad') : null));
  });
  return h('details', { open: report.verdict !== 'good' }, h('summary', { dataset: { do: 'checks' } }, t(`行った確認（${report.checks.length}）`, `The checks (${report.checks.length})`)), h('ul', { class: 'checks' }, rows));
}

function drawResult(heading) {
  const { report } = state;
  const good = report.verdict === 'good';
  return h('div', { class: 'stack' }, heading(t('結果', 'Result')),
    h('div', { class: `verdict ${tone(report)}`, role: 'status', dataset: { verdict: report.verdict, reason: report.reason } },
      h('strong', {}, headline(report)),
      good ? h('p', {}, t('この場で、発行者と端末の署名を確かめました。', 'Signed by the issuer, and by this phone, here and now.'))
        : [h('p', {}, t(report.message_ja, report.message)), h('p', {}, t(report.next_ja, report.next)), h('p', { class: 'mono small' }, report.reason)]),
    good ? shown(report) : null,
    report.checks.length ? drawChecks(report) : null,
    h('div', { class: 'buttons' }, button(t('次のお客様へ', 'Next customer'), { kind: 'primary', large: true, do: 'next', onclick: forget })));
}

main = page({ title: () => t('対面で確かめる', 'Check in person'), render: () => { if (main) draw(); } });
try {
  state.asks = (await api.get('/api/asks')).asks;
  if (!resume()) draw();
} catch (error) {
  fill(main, h('h1', {}, t('対面で確かめる', 'Check in person')), refusalNotice(known(error)));
}
