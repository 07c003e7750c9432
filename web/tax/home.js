import { page, h, fill, t, api, button, notice, busy, facts, japan, japanDay, badge, to } from '/ui/ui.js';
import { loginButton, refusalOfAddress, refusalPlace, visitorBar } from '/ui/service.js';

const state = { me: null, returns: [], refusal: null };

const closed = () => notice('wait', t(`この税務署の受付は ${japanDay(state.me.opens)} に始まります。`, `Filing here begins on ${japanDay(state.me.opens)}.`),
  h('p', {}, h('a', { href: to('town', '/'), dataset: { do: 'to-clock' } }, t('町の時計を進める', 'Move the town’s clock'))));

const entrance = (place) => [
  h('h1', {}, t(`${state.me.year}年分の確定申告`, `The tax return of ${state.me.year}`)), place,
  state.me.open ? null : closed(),
  state.me.expired ? notice('info', t('ログインの有効期限が切れました。', 'Your session has expired.')) : null,
  h('p', { class: 'lead' }, t('スマートフォンまたはカードでログインし、申告書を作成して署名用電子証明書で署名します。', 'Log in with your phone or card, fill in the return and sign it with your signing certificate.')),
  h('div', { class: 'card' }, h('p', {}, t('この手続きのために、氏名、住所、生年月日を認証ゲートから受け取ります。', 'For this the office receives your name, address and date of birth from the gate.')),
    h('div', { class: 'buttons' }, loginButton(place.show))),
  h('p', { class: 'soft small' }, t('税額の計算は簡略化したもので、税の助言ではありません。', 'The computation is simplified and is no advice on taxes.')),
];

const line = (one) => h('li', { class: 'pressable' }, h('a', { href: one.receipt ? `/receipt?id=${one.receipt}` : `/return?id=${one.id}`, dataset: { do: 'return' } },
  h('span', {}, t(`${one.year}年分 確定申告書`, `Return of ${one.year}`), h('br'), h('span', { class: 'soft small mono' }, one.receipt || japan(one.changed))),
  one.receipt ? badge(t('提出済み', 'Filed'), 'good') : badge(t('下書き', 'Draft'))));

const hall = (place) => [
  visitorBar(state.me, state.me.taxpayer.name), h('h1', {}, t(`${state.me.year}年分の確定申告`, `The tax return of ${state.me.year}`)), place,
  state.me.taxpayer.name ? null : notice('info', t('申告するには、もう一度ログインしてください。', 'To file, please log in again.'), loginButton(place.show)),
  h('div', { class: 'card' }, facts([[t('氏名', 'Name'), state.me.taxpayer.name], [t('住所', 'Address'), state.me.taxpayer.address], [t('生年月日', 'Date of birth'), japanDay(state.me.taxpayer.birth_date)]]),
    h('div', { class: 'buttons' }, button(t('申告書を作成する', 'Fill in a return'), { kind: 'primary', large: true, href: '/return', do: 'to-return' }))),
  h('h2', {}, t('これまでの申告書', 'Your returns')),
  state.returns.length === 0 ? h('p', { class: 'soft' }, t('まだありません。', 'None yet.')) : h('ul', { class: 'list' }, state.returns.map(line)),
  h('p', {}, h('a', { href: '/privacy', dataset: { do: 'to-privacy' } }, t('保存している情報', 'What is kept about you'))),
];

function render(main) {
  if (!state.me) {
    fill(main, h('h1', {}, t('税務署', 'Tax office')), state.refusal ? refusalPlace(state.refusal) : busy(t('読み込んでいます', 'Loading')));
    return;
  }
  const place = refusalPlace(state.refusal);
  fill(main, state.me.logged_in ? hall(place) : entrance(place));
}

const main = page({ title: () => t('税務署', 'Tax office'), render });
try {
  state.refusal = await refusalOfAddress();
  state.me = await api.get('/api/me');
  if (state.me.logged_in) state.returns = (await api.get('/api/returns')).returns;
} catch (error) {
  state.refusal = error;
}
render(main);
