// The front page: the town as a place, its clock, where one can go and who lives here.
import { api, badge, button, field, fill, h, language, notice, page, pick, Refusal, refusalNotice, simulated, t, table, to } from '/ui/ui.js';
import { scene } from '/scene.js';

const WHAT = {
  phone: ['手', 'ウォレットを開き、カードを追加し、使い、削除する。', 'Open the wallet; add the card, use it, delete it.'],
  portal: ['民', 'ログイン、申請、健診結果と薬の履歴。', 'Log in, apply, see health checks and medication.'],
  kiosk: ['証', '住民票の写しと印鑑登録証明書をその場で受け取る。', 'Certificates of residence and of a seal, on the spot.'],
  counter: ['対', '年齢・本人・住所の確認。求められた項目だけを見せる。', 'Age, identity or address: only what is asked is shown.'],
  clinic: ['医', '保険資格の確認と、履歴を見せる同意。', 'Insurance check, and consent to see one’s history.'],
  tax: ['税', '申告書を書き、署名して提出する。', 'Fill in the return, sign it, hand it in.'],
  desk: ['市', 'カードの発行、暗証番号、引っ越し、紛失。一時停止の電話もここ。', 'Cards, PINs, moving house, losses; the hotline too.'],
  gate: ['認', 'スマホかカードで本人を確かめ、サービスへつなぐ。', 'Proves who you are by phone or card, for the services.'],
  authority: ['局', '証明書を発行し、今も有効かを答える。', 'Issues certificates and says whether they still stand.'],
};
const NAMES = {
  phone: ['スマートフォン', 'The phone'], portal: ['住民ポータル', 'Residents’ portal'], kiosk: ['証明書交付機', 'Certificate kiosk'], counter: ['対面確認', 'Counter check'],
  clinic: ['診療所', 'Clinic'], tax: ['税務署', 'Tax office'], desk: ['市役所', 'City hall desk'], gate: ['認証ゲート', 'The gate'], authority: ['認証局', 'The authority'],
};
const MOVES = [['08:00'], ['10:00'], ['19:29'], ['19:30'], ['23:00'], ['2025-09-19', 'clinics'], ['2026-02-16', 'tax']];

const COMPARED = [
  [['使えるところ', 'Where it works'], ['ログイン、証明書、健康保険、申告、本人確認、運転免許など', 'Logins, certificates, insurance, tax, identity, driving licence and more'], ['ログインと証明書から始まり、ほかは順次', 'Logins and certificates first, the others step by step']],
  [['確かめ方', 'How it proves you'], ['暗証番号を入れ、ICチップを読む', 'A PIN, and the chip is read'], ['顔か指', 'Face or finger']],
  [['手軽さ', 'Convenience'], ['持ち歩き、たびたび暗証番号を入れる', 'Carried along, and a PIN time and again'], ['スマホだけで済む', 'The phone is enough']],
  [['なくしたとき', 'When lost'], ['再発行（窓口へ行き、手数料がかかる）', 'Re-issued: a visit and a fee'], ['カードは再発行せず、スマホに登録し直すだけ', 'The card is not re-issued: register the phone again']],
];

const state = { clock: null, places: [], people: [], message: null };
const JAPAN = 9 * 3600;
const parts = { clock: h('div', {}), scene: h('div', {}), places: h('div', {}), people: h('div', {}) };
let heard = 0;  // when the clock was last asked, by this machine's own running time

const nowSeconds = () => (state.clock ? state.clock.now + Math.floor((performance.now() - heard) / 1000) : 0);
const japanDate = (seconds) => new Date((seconds + JAPAN) * 1000);
const two = (n) => String(n).padStart(2, '0');

// ---- the clock

async function askClock() {
  state.clock = await api.get('/api/clock');
  heard = performance.now();
}

/** As the clock takes it: "08:00", or "2026-02-16T09:00"; a day alone is its morning. */
const asTime = (text) => (/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T10:00` : text.replace(/^(\d{4}-\d\d-\d\d)\s+/, '$1T'));

async function move(target) {
  try {
    await api.post('/api/clock', { to: asTime(target) });
    state.message = notice('good', t(`時計を ${target} へ進めました`, `The clock was moved to ${target}`), t('すべての場所に同時に伝わります。', 'All places follow at once.'));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    state.message = refusalNotice(error);
  }
  await refresh();
}

function drawClock() {
  const now = japanDate(nowSeconds());
  const day = new Intl.DateTimeFormat(language() === 'ja' ? 'ja-JP' : 'en-GB', { timeZone: 'UTC', dateStyle: 'full' }).format(now);
  const own = field({ label: t('時刻か日付', 'A time or a date'), hint: t('例：07:45　2026-02-16　2026-02-16 09:00', 'Such as 07:45, 2026-02-16 or 2026-02-16 09:00'), name: 'to', autocomplete: 'off', dataset: { do: 'clock-to' } });
  const submit = (event) => { event.preventDefault(); return move(own.value.trim()); };
  const what = { clinics: t('（診療所が始まる日）', ' (clinics begin)'), tax: t('（申告が始まる日）', ' (filing begins)') };
  fill(parts.clock, simulated(h('h2', { id: 'clock' }, t('町の時計', 'The town’s clock')),
    h('div', { class: 'clock' },
      h('p', {}, h('span', { class: 'time', dataset: { clock: '' } }, `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}`), h('br'), day),
      h('div', { class: 'moves' }, h('p', { class: 'soft' }, t('進めるだけで、戻せません。「19:29」は次の19時29分です。', 'Forward only: “19:29” is the next 19:29.')),
        h('div', { class: 'buttons' }, button(t('10分後', '10 minutes on'), { do: 'clock-later', onclick: () => move(later(10)) }), MOVES.filter(([target]) => !passed(target)).map(([target, name]) => button(`${target}${what[name] ?? ''}`, { do: `clock-${target}`, onclick: () => move(target) }))),
        h('details', {}, h('summary', {}, t('ほかの時刻へ', 'Another time')), h('form', { onsubmit: submit }, own, h('button', { class: 'button', type: 'submit', dataset: { do: 'clock-move' } }, t('進める', 'Move'))))))),
    h('div', { 'aria-live': 'polite' }, state.message));
}

/** Days that lie behind cannot be moved to. */
const passed = (target) => target.length === 10 && Date.parse(`${target}T00:00:00+09:00`) / 1000 <= nowSeconds();

/** So many minutes on, as the clock takes it; over midnight it is the next day's hour all the same. */
function later(minutes) {
  const then = japanDate(nowSeconds() + minutes * 60);
  return `${two(then.getUTCHours())}:${two(then.getUTCMinutes())}`;
}

function drawScene() {
  fill(parts.scene, scene(state.clock ? japanDate(nowSeconds()).getUTCHours() : 10, (place) => { location.href = to(place); }));
}

function ticking() {
  const now = japanDate(nowSeconds());
  const shown = document.querySelector('[data-clock]');
  if (shown) shown.textContent = `${two(now.getUTCHours())}:${two(now.getUTCMinutes())}`;
}

// ---- the places

const ACCEPTS = { phone: ['スマホ', 'Phone'], card: ['カード', 'Card'] };

function opening(known) {
  if (!known) return null;
  const text = pick(known, 'opening');
  if (known.open === false) return badge(text || t('今は閉まっています', 'Closed now'), 'wait');
  return known.open ? badge(text || t('開いています', 'Open'), 'good') : null;
}

function drawPlace(place) {
  const [mark, ja, en] = WHAT[place];
  const known = state.places.find((one) => one.place === place);
  const accepts = (known?.accepts ?? []).filter((one) => ACCEPTS[one]).map((one) => badge(t(...ACCEPTS[one]), 'info'));
  const branches = (known?.branches ?? []).map((one) => h('li', {}, pick(one, 'name'), t('：', ': '), (one.accepts ?? []).map((way) => t(...(ACCEPTS[way] ?? [way, way]))).join(t('・', ', ')) || t('なし', 'none'),
    pick(one, 'note') ? h('span', { class: 'soft' }, ` ${pick(one, 'note')}`) : null));
  return h('li', { class: 'card place-card', 'data-place': place },
    h('h3', {}, h('span', { class: 'mark', 'aria-hidden': 'true' }, mark), h('a', { href: to(place), dataset: { do: `go-${place}` } }, t(...NAMES[place]))),
    h('p', {}, t(ja, en)), branches.length ? h('ul', { class: 'small' }, branches) : null, h('div', { class: 'badges' }, accepts, opening(known)));
}

function drawPlaces() {
  const list = (places) => h('ul', { class: 'grid plain' }, places.map(drawPlace));
  fill(parts.places, h('h2', { id: 'places' }, t('行けるところ', 'Where to go')), list(['phone', 'portal', 'kiosk', 'counter', 'clinic', 'tax', 'desk']),
    h('h3', {}, t('町を支えるもの', 'What the town stands on')), list(['gate', 'authority']),
    h('p', { class: 'soft' }, t('運転免許証の代わりにはなりません。免許の確認には、どこでも運転免許証が要ります。', 'Nothing here replaces a driving licence: driving is checked by the licence itself, everywhere.')));
}

// ---- the people

function drawPeople() {
  const phone = (one) => h('li', {}, h('a', { href: to('phone', `/?phone=${encodeURIComponent(one.id)}`), dataset: { do: `phone-${one.id}` } }, pick(one, 'name') || one.id), one.model ? h('span', { class: 'soft' }, ` ${one.model}`) : null);
  const person = (one) => h('li', { class: 'card person' }, one.portrait ? h('img', { src: one.portrait, alt: '' }) : null,
    h('div', {}, h('strong', {}, one.name), one.birth_date ? h('p', { class: 'soft' }, t('生年月日 ', 'Born '), one.birth_date) : null,
      h('ul', {}, h('li', {}, t('マイナンバーカード', 'My Number Card')), (one.phones ?? []).map(phone))));
  fill(parts.people, h('h2', { id: 'people' }, t('町の人', 'Who lives here')),
    h('p', { class: 'soft' }, t('架空の人です。暗証番号の初期値は、利用者証明 1234、券面事項 5678、署名用パスワード SIGN1234 です。', 'Invented people. The PINs as issued: 1234 (user authentication), 5678 (card surface), SIGN1234 (signing).')),
    h('ul', { class: 'people plain' }, state.people.map(person)),
    state.phones?.length ? [h('h3', {}, t('町にあるスマートフォン', 'The phones of the town')), h('ul', {}, state.phones.map(phone))] : null,
    h('p', {}, h('a', { href: to('desk'), dataset: { do: 'more-people' } }, t('もっと人とカードを作る（市役所）', 'Make more people and cards at city hall'))));
}

function drawCompared() {
  const text = (pair) => t(...pair);
  return h('section', { 'data-compare': '' }, table({ caption: t('実物のカードとスマホのちがい', 'The real card and the phone compared'), head: ['', t('実物のカード', 'The real card'), t('スマホのカード', 'The card on the phone')],
    rows: COMPARED.map((row) => row.map(text)) }));
}

// ---- the page

const tourHere = async () => { (await import('/ui/tour.js')).startTour('what.0'); };

function draw(main) {
  fill(main, parts.scene,
    h('div', { class: 'hero' },
      h('div', {}, h('h1', {}, t('認めの町', 'The town of Mitome')),
        h('p', { class: 'lead' }, t('スマートフォンにマイナンバーカードを入れ、町で使ってみる。本物の手順と本物の暗号、架空の人と町。', 'Put the My Number Card into a phone and use it about town. Real protocols and cryptography; invented people and places.')),
        h('div', { class: 'buttons' }, button(t('案内つきで体験する', 'Take the guided tour'), { kind: 'primary', large: true, do: 'tour', onclick: tourHere }),
          button(t('スマホを手に取る', 'Pick up the phone'), { large: true, do: 'go-phone-first', href: to('phone') }))),
      parts.clock),
    h('section', { 'aria-labelledby': 'places' }, parts.places), h('section', { 'aria-labelledby': 'people' }, parts.people), drawCompared());
  drawScene();
  drawClock();
  drawPlaces();
  drawPeople();
}

/** What this town's server tells, or nothing of it. */
const told = (path, key) => api.get(path).then((body) => body[key] ?? [], (error) => { if (error instanceof Refusal) return []; throw error; });

async function refresh() {
  await askClock();
  [state.places, state.people, state.phones] = await Promise.all([told('/api/places', 'places'), told('/api/people', 'people'), told('/api/phones', 'phones')]);
  drawScene();
  drawClock();
  drawPlaces();
  drawPeople();
}

page({ title: () => t('認めの町', 'Mitome town'), width: 'wide', render: draw });
await refresh();
// Another place that waits for an hour links here: TOWN/?clock=08:00. Moving the clock is the person's own act.
const wished = new URL(location.href).searchParams.get('clock');
if (wished) {
  state.message = notice('wait', t(`${wished} になるのを待っている場所があります`, `A place is waiting for ${wished}`),
    button(t(`町の時計を ${wished} へ進める`, `Move the town’s clock to ${wished}`), { kind: 'primary', do: 'clock-wished', onclick: () => move(wished) }));
  drawClock();
  parts.clock.querySelector('[data-do="clock-wished"]')?.focus();
}
setInterval(ticking, 1000);
