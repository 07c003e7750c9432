// The phone's activity log links here.
import { h, t, pick, api, facts, japan, japanDay } from '/ui/ui.js';
import { privacyPage } from '/ui/privacy.js';
import { stateBadge } from '/states.js';

const application = (one) => h('li', { class: 'row spread' }, h('span', {}, `${pick(one, 'title')} `, h('span', { class: 'mono small' }, one.receipt)), stateBadge(one.state),
  h('span', { class: 'soft small' }, t(`${japan(one.kept_until)}まで保存`, `kept until ${japan(one.kept_until)}`)));

privacyPage({
  load: () => api.get('/api/kept'),
  draw: ({ account, applications, session_ends: ends }) => [
    h('div', { class: 'card' }, facts([
      [t('利用登録', 'Registration'), account ? `${account.name} · ${japanDay(account.birth_date)}` : t('なし', 'none')],
      [t('登録日時', 'Registered'), account ? japan(account.registered_at) : null],
      [t('ログイン', 'Session'), t(`遅くとも${japan(ends)}まで`, `until ${japan(ends)} at the latest`)]])),
    applications.length === 0 ? null : h('ul', { class: 'list' }, applications.map(application))],
  warn: () => t('利用登録と下書きを削除し、ログアウトします。受け付けた申請は定められた期間だけ残ります。',
    'Your registration and drafts go, and you are logged out. Received applications stay for their time.'),
});
