// A return: fill in, see the result as the server computes it, sign at the gate.
import { page, h, fill, show, t, api, button, notice, busy, steps, facts, japanDay, refusalNotice, Refusal } from '/ui/ui.js';
import { serviceForm, refusalPlace, asked, leaveFor, visitorBar } from '/ui/service.js';
import { computation } from '/steps.js';

const state = { me: null, form: null, values: {}, id: asked('id'), refusal: null };
const names = () => [t('入力', 'Fill in'), t('確認', 'Check'), t('署名', 'Sign')];
const stage = h('div', {});

function fillIn() {
  const place = refusalPlace();
  const result = h('div', { 'aria-live': 'polite' });
  let asking = 0;
  const calculate = async () => {
    const mine = (asking += 1);
    try {
      const answer = await api.post('/api/calculate', { fields: drawn.values() });
      if (mine !== asking) return;
      drawn.setErrors(answer.fields);
      fill(result, answer.result ? computation(answer.result) : h('p', { class: 'soft' }, t('入力が整うと、ここに結果が表示されます。', 'The result appears here once the fields are in order.')));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      place.show(error);
    }
  };
  const drawn = serviceForm(state.form.fields, state.values, calculate);
  const next = async () => {
    place.clear();
    state.values = drawn.values();
    try {
      state.id = (await api.post('/api/returns', { fields: state.values })).id;
    } catch (error) {
      if (!(error instanceof Refusal) || error.reason !== 'FORM_INVALID') throw error;
      drawn.setErrors(error.body.fields, { all: true });
      return;
    }
    await review();
  };
  show(stage, steps(names(), 0), h('h1', {}, t(`${state.form.year}年分の申告書`, `Return of ${state.form.year}`)), place, h('div', { class: 'columns' },
    h('div', { class: 'card' }, drawn.element, h('div', { class: 'buttons' }, button(t('確認へ進む', 'Go on to check'), { kind: 'primary', do: 'check', onclick: next, onRefusal: place.show }))),
    h('section', { class: 'card', 'aria-label': t('計算結果', 'Result') }, h('h2', {}, t('計算結果', 'Result')), result)));
  calculate();
}

async function review() {
  const place = refusalPlace();
  const saved = await api.get(`/api/return?id=${encodeURIComponent(state.id)}`);
  const { taxpayer } = state.me;
  show(stage, steps(names(), 1), h('h1', {}, t('申告内容の確認', 'Check your return')), place,
    h('div', { class: 'card' }, facts([[t('氏名', 'Name'), taxpayer.name], [t('住所', 'Address'), taxpayer.address], [t('生年月日', 'Date of birth'), japanDay(taxpayer.birth_date)]])),
    h('div', { class: 'card' }, computation(saved.result)),
    h('div', { class: 'buttons' },
      button(t('署名して提出する', 'Sign and file'), { kind: 'primary', do: 'sign', onclick: () => leaveFor('/api/returns/sign', { id: state.id }), onRefusal: place.show }),
      button(t('修正する', 'Change it'), { do: 'change', onclick: fillIn })));
}

function render(main) {
  if (state.refusal) fill(main, h('h1', {}, t('確定申告書の作成', 'Your return')), refusalNotice(state.refusal));
  else if (!state.form) fill(main, h('h1', {}, t('確定申告書の作成', 'Your return')), busy(t('読み込んでいます', 'Loading')));
  else if (!state.me.logged_in) {
    fill(main, h('h1', {}, t('確定申告書の作成', 'Your return')), notice('info', t('先にログインしてください。', 'Please log in first.')),
      h('div', { class: 'buttons' }, button(t('税務署の入口へ', 'To the entrance'), { kind: 'primary', href: '/', do: 'to-home' })));
  } else {
    fill(main, visitorBar(state.me, state.me.taxpayer.name), stage);
    fillIn();
  }
}

const main = page({ title: () => t('確定申告書の作成', 'Your return'), width: 'wide', render });
try {
  state.me = await api.get('/api/me');
  if (state.me.logged_in && state.id) state.values = (await api.get(`/api/return?id=${encodeURIComponent(state.id)}`)).fields;
  state.form = await api.get('/api/form');
} catch (error) {
  state.refusal = error;
}
render(main);
