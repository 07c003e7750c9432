// The page /privacy of a service behind the gate: what it keeps, for how long, and deletion by who is logged in.
import { page } from './page.js';
import { h, fill, t } from './words.js';
import { api } from './api.js';
import { button, busy, confirm } from './parts.js';
import { keptRules, forgotten, loginButton, refusalPlace } from './service.js';

/** privacyPage({load: async () => what is shown about the visitor, draw: (data) => nodes, warn: () => text before deletion}) */
export async function privacyPage({ load, draw, warn }) {
  const state = { mine: null, rules: null, refusal: null, answer: null };
  const remove = (place) => button(t('削除する', 'Delete'), { kind: 'danger', do: 'forget', onRefusal: place.show, onclick: async () => {
    if (!await confirm({ title: t('保存している情報を削除しますか', 'Delete what is kept?'), danger: true, yes: t('削除する', 'Delete'), body: warn() })) return;
    state.answer = await api.post('/api/forget');
    render(main);
  } });
  const body = (place) => {
    if (state.answer) return forgotten(state.answer);
    if (state.mine) return [h('h2', {}, t('あなたについて', 'About you')), draw(state.mine), h('div', { class: 'buttons' }, remove(place))];
    return h('div', { class: 'card' }, h('p', {}, t('ご自身の情報を見る・削除するには、ログインしてください。', 'Log in to see or delete what is about you.')),
      h('div', { class: 'buttons' }, loginButton(place.show, { page: '/privacy' })));
  };
  const render = (element) => {
    const place = refusalPlace(state.refusal);
    const head = h('h1', {}, t('保存している情報', 'What is kept about you'));
    if (!state.rules) {
      fill(element, head, state.refusal ? place : busy(t('読み込んでいます', 'Loading')));
      return;
    }
    fill(element, head, place, body(place), h('h2', {}, t('保存のきまり', 'The rules')), h('div', { class: 'card' }, keptRules(state.rules.kept),
      h('p', { class: 'soft small' }, t(`期限を過ぎて残っている記録: ${state.rules.overdue}件`, `Records past their time: ${state.rules.overdue}`))));
  };
  const main = page({ title: () => t('保存している情報', 'What is kept about you'), render });
  try {
    state.rules = await api.get('/api/retention');
    if ((await api.get('/api/me')).logged_in) state.mine = await load();
  } catch (error) {
    state.refusal = error;
  }
  render(main);
}
