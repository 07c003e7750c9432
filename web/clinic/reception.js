import { page, h, fill, t, pick, api, button, notice, busy, facts, japan, refusalNotice } from '/ui/ui.js';
import { logoutButton } from '/ui/service.js';

const state = { me: null, refusal: null };
const yesNo = (yes) => (yes ? t('同意する', 'yes') : t('同意しない', 'no'));

function visit(one) {
  return h('div', { class: 'card' },
    h('h2', {}, pick(one, 'clinic_name')),
    one.insured ? notice('good', t('保険資格を確認しました。', 'You are insured.')) : notice('wait', t('保険資格を確認できませんでした。窓口にお声がけください。', 'No insurance was found. Please speak to the clerk.')),
    facts([
      [t('受付番号', 'Your number'), h('strong', { class: 'number', dataset: { do: 'number' } }, String(one.number))],
      [t('薬の履歴の提供', 'Medication history'), yesNo(one.medicines)],
      [t('健診結果の提供', 'Health checks'), yesNo(one.checks)],
      [t('確認に使ったもの', 'Identified by'), one.holder === 'phone' ? t('スマートフォン', 'phone') : t('カード', 'card')],
      [t('記録が消える時刻', 'Deleted'), t(`診療の終了時、遅くとも ${japan(one.kept_until)}`, `after the visit, at the latest ${japan(one.kept_until)}`)]]));
}

function render(main) {
  const head = h('h1', {}, t('受付しました', 'You are checked in'));
  if (state.refusal) fill(main, head, refusalNotice(state.refusal));
  else if (!state.me) fill(main, head, busy(t('読み込んでいます', 'Loading')));
  else if (state.me.visits.length === 0) {
    fill(main, h('h1', {}, t('受付', 'Reception')), notice('info', t('いま受付している診療はありません。', 'You are not checked in anywhere now.')),
      h('div', { class: 'buttons' }, button(t('受付する', 'Check in'), { kind: 'primary', href: '/', do: 'to-arrive' })));
  } else {
    fill(main, head, h('div', { class: 'stack' }, state.me.visits.map(visit)),
      h('div', { class: 'buttons' }, logoutButton(), button(t('保存している情報', 'What is kept about you'), { href: '/privacy', kind: 'quiet', do: 'to-privacy' })));
  }
}

const main = page({ title: () => t('受付しました', 'Checked in'), width: 'narrow', render });
try {
  state.me = await api.get('/api/me');
} catch (error) {
  state.refusal = error;
}
render(main);
