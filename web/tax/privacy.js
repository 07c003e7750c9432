import { h, t, api, facts, japan } from '/ui/ui.js';
import { privacyPage } from '/ui/privacy.js';

privacyPage({
  load: () => api.get('/api/returns'),
  draw: ({ returns }) => (returns.length === 0 ? h('div', { class: 'card center' }, h('p', {}, t('申告書はありません。ログインの記録だけがあります。', 'There is no return; only this session is kept.')))
    : h('div', { class: 'card' }, facts(returns.map((one) => [one.receipt || t('下書き', 'draft'), t(`${japan(one.kept_until)}まで保存`, `kept until ${japan(one.kept_until)}`)])))),
  warn: () => t('下書きを削除し、ログアウトします。提出した申告書は7年間残ります。', 'Drafts go, and you are logged out. Filed returns stay for seven years.'),
});
