import { h, t, pick, api, facts, japan } from '/ui/ui.js';
import { privacyPage } from '/ui/privacy.js';

privacyPage({
  load: () => api.get('/api/me'),
  draw: (me) => (me.visits.length === 0 ? h('div', { class: 'card center' }, h('p', {}, t('いま受付している診療はありません。ログインの記録だけがあります。', 'You are not checked in; only this session is kept.')))
    : h('div', { class: 'stack' }, me.visits.map((one) => h('div', { class: 'card' }, facts([
      [t('医療機関', 'Clinic'), pick(one, 'clinic_name')], [t('氏名', 'Name'), one.name], [t('被保険者番号', 'Insured number'), one.insured_number],
      [t('保存', 'Kept'), t(`診療の終了まで、遅くとも ${japan(one.kept_until)}`, `until the visit is over, at the latest ${japan(one.kept_until)}`)]]))))),
  warn: () => t('受付を取り消し、記録をすべて削除します。', 'You are checked out, and everything about you here is deleted.'),
});
