// The clerk's screen: who is here, insured or not, and what the patient lets the doctor see.
import { page, h, fill, t, pick, api, listen, button, badge, notice, busy, facts, japanDay, japanTime, table, simulated, confirm, refusalNotice } from '/ui/ui.js';

const state = { me: null, clinics: [], staff: false, visits: [], open: null, refusal: null };
let stop = null;

const load = async () => {
  state.me = await api.get('/api/clerk/me');
  if (!state.me.signed_in) {
    const answer = await api.get('/api/clinics');
    state.clinics = answer.clinics;
    state.staff = answer.simulated_staff;
    return;
  }
  await again();
  stop ??= listen('/api/clerk/events', { visits: () => again().then(() => render(main)) });
};
const again = async () => {
  state.visits = (await api.get('/api/clerk/visits')).visits;
  if (state.open && !state.visits.some((one) => one.id === state.open.id)) state.open = null;
};

const signIn = () => [
  h('p', {}, t('職員として画面を開きます。', 'Open the screen as a clerk.')),
  state.staff ? simulated(h('p', {}, t('職員証での本人確認の代わりのボタンです。', 'A button stands for the clerk’s own staff card.')),
    h('div', { class: 'buttons' }, state.clinics.map((one) => button(t(`${one.name_ja}の職員としてはじめる`, `Begin as a clerk of ${one.name}`), {
      do: `clerk-${one.id}`, onclick: async () => { await api.post('/api/clerk/login', { clinic: one.id }); await load(); render(main); },
    })))) : notice('info', t('ここでは職員の模擬ログインは使えません。', 'No clerk signs in by a button here.')),
];

const insured = (one) => (one.insured ? badge(t('資格あり', 'insured'), 'good') : badge(t('資格なし', 'not insured'), 'bad'));
const agreed = (yes, label) => badge(`${label} ${yes ? '○' : '×'}`, yes ? 'info' : '');

const line = (one) => h('li', { class: 'pressable' }, h('button', { type: 'button', dataset: { do: 'visit' }, 'aria-current': state.open?.id === one.id ? 'true' : null, onclick: async () => {
  try {
    state.open = await api.get(`/api/clerk/visit?id=${one.id}`);
  } catch (error) {
    state.refusal = error;
  }
  render(main);
} }, h('strong', { class: 'number' }, String(one.number)), h('span', {}, one.name, h('br'), h('span', { class: 'soft small' }, japanTime(one.since))), insured(one)));

const medicines = (list) => (list.length === 0 ? h('p', {}, t('この1年の処方はありません。', 'Nothing was dispensed in the last year.')) : table({
  caption: t('薬の履歴', 'Medication history'), head: [t('日付', 'Day'), t('薬', 'Medicine'), t('用法', 'How to take'), t('日数', 'Days')],
  rows: list.map((one) => [japanDay(one.day), `${pick(one, 'medicine')} ${pick(one, 'form')}`, pick(one, 'use'), String(one.days)]),
}));
const checks = (list) => (list.length === 0 ? h('p', {}, t('健診の記録はありません。', 'There are no health checks.')) : table({
  caption: t('健診結果', 'Health checks'), head: [t('項目', 'Item'), ...list.map((one) => h('time', { datetime: one.day }, one.day.slice(0, 7).replace('-', '/')))],
  rows: list[0].values.map((value, i) => [`${pick(value, 'name')} (${value.unit})`, ...list.map((one) => h('span', {}, one.values[i].value, one.values[i].outside ? h('strong', {}, ' *') : null))]),
}));

function detail(one) {
  return h('section', { class: 'card', 'aria-label': t('診療の詳細', 'The visit') },
    h('h2', {}, `${one.number} ${one.name}`),
    h('div', { class: 'row' }, insured(one), agreed(one.medicines, t('薬', 'medicines')), agreed(one.checks, t('健診', 'checks'))),
    facts([[t('生年月日', 'Date of birth'), japanDay(one.birth_date)], [t('被保険者番号', 'Insured number'), one.insured ? h('span', { class: 'mono', dataset: { do: 'insured-number' } }, one.insured_number) : null],
      [t('確認に使ったもの', 'Identified by'), one.holder === 'phone' ? t('スマートフォン', 'phone') : t('カード', 'card')]]),
    one.medicine_history ? medicines(one.medicine_history) : h('p', { class: 'soft' }, t('薬の履歴の提供に同意がありません。', 'No consent to the medication history.')),
    one.health_checks ? checks(one.health_checks) : h('p', { class: 'soft' }, t('健診結果の提供に同意がありません。', 'No consent to the health checks.')),
    h('div', { class: 'buttons' }, button(t('診療を終了する', 'The visit is over'), { kind: 'primary', do: 'close', onclick: async () => {
      if (!await confirm({ title: t('診療を終了しますか', 'Is the visit over?'), body: t('この方の記録はここから消えます。', 'What is here about this person is deleted.'), yes: t('終了する', 'Yes, over') })) return;
      await api.post('/api/clerk/close', { id: one.id });
      state.open = null;
      await again();
      render(main);
    } })));
}

function screen() {
  return [
    h('div', { class: 'row spread' }, h('p', { class: 'soft' }, pick(state.me, 'clinic_name')), button(t('職員の画面を閉じる', 'Sign out'), { kind: 'quiet', do: 'clerk-logout', onclick: async () => {
      stop?.();
      stop = null;
      await api.post('/api/clerk/logout');
      state.open = null;
      await load();
      render(main);
    } })),
    h('div', { class: 'columns' },
      state.open ? detail(state.open) : h('div', { class: 'card center' }, h('p', {}, t('一覧から患者を選んでください。', 'Choose a patient from the list.'))),
      h('section', { 'aria-label': t('来院中の方', 'Who is here') }, h('h2', {}, t('来院中の方', 'Who is here')),
        h('div', { 'aria-live': 'polite' }, state.visits.length === 0 ? h('p', { class: 'soft' }, t('来院中の方はいません。', 'Nobody is here.')) : h('ul', { class: 'list' }, state.visits.map(line))))),
  ];
}

function render(element) {
  const head = h('h1', {}, t('職員の画面', 'The clerk’s screen'));
  const wrong = state.refusal ? refusalNotice(state.refusal) : null;
  state.refusal = null;
  if (!state.me) fill(element, head, wrong ?? busy(t('読み込んでいます', 'Loading')));
  else fill(element, head, wrong, state.me.signed_in ? screen() : signIn());
}

const main = page({ title: () => t('職員の画面', 'The clerk’s screen'), width: 'wide', render });
try {
  await load();
} catch (error) {
  state.refusal = error;
}
render(main);
