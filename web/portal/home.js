import { page, h, fill, t, api, button, notice, busy, facts, japan } from '/ui/ui.js';
import { loginButton, refusalOfAddress, refusalPlace, visitorBar, asked, leaveFor } from '/ui/service.js';

const state = { me: null, refusal: null };

function entrance(place) {
  return [
    h('h1', {}, t('住民ポータル', 'Residents’ portal')),
    place,
    state.me.expired ? notice('info', t('ログインの有効期限が切れました。', 'Your session has expired.')) : null,
    h('p', { class: 'lead' }, t('スマートフォンのカード、または実物のカードでログインします。', 'Log in with the card in your phone, or with the physical card.')),
    h('div', { class: 'card' },
      h('h2', {}, t('ログイン', 'Log in')),
      h('p', {}, t('本人確認は認証ゲートで行います。ポータルが受け取るのは、このポータルだけで通用する番号です。氏名や住所は受け取りません。',
        'The gate checks who you are. The portal gets a number that means you here and nowhere else, and neither name nor address.')),
      h('div', { class: 'buttons' }, loginButton((error) => place.show(error)))),
    h('h2', {}, t('できること', 'What you can do here')),
    h('ul', {}, [
      t('保育所の入所、引越し、児童手当、妊娠の届出をオンラインで申請', 'Apply for a nursery place, a move, the child allowance, a pregnancy notice'),
      t('健診結果と薬の履歴の確認', 'See your health checks and your medication history'),
      t('保存している情報の確認と削除', 'See what is kept about you, and delete it')].map((line) => h('li', {}, line))),
  ];
}

function registration(place) {
  return [
    visitorBar(state.me), h('h1', {}, t('はじめての方の利用登録', 'Registration, once')), place,
    h('p', { class: 'lead' }, t('署名用電子証明書で申込書に署名すると、登録が完了します。', 'Sign the application with your signing certificate, and you are registered.')),
    h('div', { class: 'card' },
      facts([[t('登録されるもの', 'What is kept'), t('氏名、生年月日（署名用電子証明書から）', 'Name and date of birth, from the signing certificate')],
        [t('保存期間', 'How long'), t('削除するまで、または最後のログインから2年', 'Until you delete it, or two years after your last login')]]),
      h('div', { class: 'buttons' }, button(t('署名して登録する', 'Sign and register'), {
        kind: 'primary', large: true, do: 'register', onclick: () => leaveFor('/api/register'), onRefusal: (error) => place.show(error),
      }))),
  ];
}

const tile = (href, name, title, text) => h('a', { class: 'card', href, dataset: { do: name } }, h('h2', {}, title), h('p', {}, text));

function hall(place) {
  return [
    visitorBar(state.me, state.me.name),
    h('h1', {}, t(`${state.me.name} さん、こんにちは`, `Hello, ${state.me.name}`)), place,
    asked('registered') ? notice('good', t('利用登録が完了しました。', 'You are registered.')) : null,
    h('div', { class: 'grid' },
      tile('/apply', 'to-apply', t('申請する', 'Apply'), t('4つの手続きをオンラインで', 'Four procedures, online')),
      tile('/applications', 'to-applications', t('申請の状況', 'Your applications'), t('受付番号と進み具合', 'Receipts and where they stand')),
      tile('/health', 'to-health', t('健康と薬', 'Health and medicines'), t('健診結果、薬の履歴', 'Health checks, medication history')),
      tile('/privacy', 'to-privacy', t('保存している情報', 'What is kept about you'), t('確認と削除', 'See it, delete it'))),
    h('p', { class: 'soft small' }, t(`このログインは遅くとも ${japan(state.me.ends)} に終わります。`, `This session ends at ${japan(state.me.ends)} at the latest.`)),
  ];
}

function render(main) {
  if (!state.me) {
    fill(main, h('h1', {}, t('住民ポータル', 'Residents’ portal')), busy(t('読み込んでいます', 'Loading')));
    return;
  }
  const place = refusalPlace(state.refusal);
  if (!state.me.logged_in) fill(main, entrance(place));
  else fill(main, state.me.registered ? hall(place) : registration(place));
}

const main = page({ title: () => t('住民ポータル', 'Residents’ portal'), render });
try {
  state.refusal = await refusalOfAddress();
  state.me = await api.get('/api/me');
} catch (error) {
  state.refusal = error;
  state.me = { logged_in: false };
}
render(main);
