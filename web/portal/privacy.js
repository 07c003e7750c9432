// What the portal keeps about who is logged in, and how to have it deleted. The phone's activity log links here.
import { page, h, fill, t, pick, api, button, facts, japan, japanDay, busy, confirm } from '/ui/ui.js';
import { keptRules, forgotten, loginButton, refusalPlace } from '/ui/service.js';
import { stateBadge } from '/states.js';

const state = { kept: null, rules: null, refusal: null, answer: null };

function mine(place) {
  const { account, applications, session_ends: ends } = state.kept;
  return [
    h('h2', {}, t('あなたについて', 'About you')),
    h('div', { class: 'card' }, facts([
      [t('利用登録', 'Registration'), account ? `${account.name} · ${japanDay(account.birth_date)}` : t('なし', 'none')],
      [t('登録日時', 'Registered'), account ? japan(account.registered_at) : null],
      [t('ログイン', 'Session'), t(`${japan(ends)}まで`, `until ${japan(ends)} at the latest`)]]),
    applications.length === 0 ? null : h('ul', { class: 'list' }, applications.map((one) => h('li', { class: 'row spread' },
      h('span', {}, `${pick(one, 'title')} `, h('span', { class: 'mono small' }, one.receipt)), stateBadge(one.state),
      h('span', { class: 'soft small' }, t(`${japan(one.kept_until)}まで保存`, `kept until ${japan(one.kept_until)}`))))),
    h('div', { class: 'buttons' }, button(t('削除する', 'Delete'), { kind: 'danger', do: 'forget', onRefusal: place.show, onclick: async () => {
      if (!await confirm({ title: t('保存している情報を削除しますか', 'Delete what is kept?'), danger: true, yes: t('削除する', 'Delete'),
        body: t('利用登録と下書きを削除し、ログアウトします。受け付けた申請は法令上の期間だけ残ります。', 'Your registration and drafts go, and you are logged out. Received applications stay for as long as the law asks.') })) return;
      state.answer = await api.post('/api/forget');
      render(main);
    } }))),
  ];
}

function render(element) {
  const place = refusalPlace(state.refusal);
  const head = h('h1', {}, t('保存している情報', 'What is kept about you'));
  if (!state.rules && !state.refusal) {
    fill(element, head, busy(t('読み込んでいます', 'Loading')));
    return;
  }
  let body = null;
  if (state.answer) body = forgotten(state.answer);
  else if (state.kept) body = mine(place);
  else body = h('div', { class: 'card' }, h('p', {}, t('ご自身の情報を見る・削除するには、ログインしてください。', 'Log in to see or delete what is about you.')), h('div', { class: 'buttons' }, loginButton(place.show, { page: '/privacy' })));
  fill(element, head, place, body, h('h2', {}, t('保存のきまり', 'The rules')), h('div', { class: 'card' }, state.rules ? keptRules(state.rules.kept) : null,
    state.rules ? h('p', { class: 'soft small' }, t(`期限を過ぎて残っている記録: ${state.rules.overdue}件`, `Records past their time: ${state.rules.overdue}`)) : null));
}

const main = page({ title: () => t('保存している情報', 'What is kept about you'), render });
try {
  state.rules = await api.get('/api/retention');
  if ((await api.get('/api/me')).logged_in) state.kept = await api.get('/api/kept');
} catch (error) {
  state.refusal = error;
}
render(main);
