import { h, fill, t, pick, api, button, facts, japan, notice, confirm } from '/ui/ui.js';
import { asked, refusalPlace } from '/ui/service.js';
import { residentPage, stateBadge } from '/states.js';

const id = asked('id');

function withdrawButton(one, place, again) {
  const draft = one.state === 'draft';
  return button(draft ? t('下書きを削除', 'Delete the draft') : t('取り下げる', 'Withdraw'), { kind: 'danger', do: 'withdraw', onRefusal: place.show, onclick: async () => {
    const sure = await confirm({ title: pick(one, 'title'), danger: true, yes: draft ? t('削除する', 'Delete') : t('取り下げる', 'Withdraw'),
      body: draft ? t('この下書きを削除します。', 'This draft will be deleted.') : t('この申請を取り下げます。元には戻せません。', 'This application will be withdrawn; that cannot be undone.') });
    if (!sure) return;
    await api.post('/api/applications/withdraw', { id: one.id });
    if (draft) location.assign('/applications');
    else again();
  } });
}

function one(main, application, again) {
  const place = refusalPlace();
  const received = application.receipt !== '';
  fill(main, h('h1', {}, pick(application, 'title')), place,
    received && application.state === 'received' ? notice('good', t('受け付けました。', 'Received.'), t('受付番号を控えておいてください。', 'Keep the receipt number.')) : null,
    h('div', { class: 'card' },
      facts([[t('受付番号', 'Receipt'), received ? h('strong', { class: 'mono', dataset: { do: 'receipt' } }, application.receipt) : null],
        [t('状態', 'State'), stateBadge(application.state)],
        [t('受付日時', 'Received'), received ? japan(application.received) : null],
        ...application.shown.map((line) => [pick(line, 'label'), pick(line, 'value')])])),
    application.document ? h('details', { class: 'card' }, h('summary', {}, t('署名した文書', 'The signed document')), h('pre', { class: 'document', tabindex: '0' }, application.document)) : null,
    h('div', { class: 'buttons' },
      received ? button(t('印刷する', 'Print'), { do: 'print', onclick: () => print() }) : button(t('続きから申請する', 'Go on with it'), { kind: 'primary', href: `/apply?id=${application.id}` }),
      ['draft', 'received', 'review'].includes(application.state) ? withdrawButton(application, place, again) : null,
      button(t('一覧へ', 'All applications'), { kind: 'quiet', href: '/applications' })));
}

function all(main, applications) {
  if (applications.length === 0) {
    main.append(h('div', { class: 'card center' }, h('p', {}, t('まだ申請はありません。', 'No applications yet.')),
      h('div', { class: 'buttons' }, button(t('申請する', 'Apply'), { kind: 'primary', href: '/apply' }))));
    return;
  }
  main.append(h('ul', { class: 'list' }, applications.map((application) => h('li', { class: 'pressable' },
    h('a', { href: `/applications?id=${application.id}`, dataset: { do: 'application' } },
      h('span', {}, h('strong', {}, pick(application, 'title')), h('br'), h('span', { class: 'soft small mono' }, application.receipt || japan(application.changed))),
      stateBadge(application.state))))),
  h('div', { class: 'buttons' }, button(t('新しく申請する', 'Apply for something'), { kind: 'primary', href: '/apply' })));
}

residentPage({
  title: () => t('申請の状況', 'Your applications'),
  load: () => (id ? api.get(`/api/application?id=${encodeURIComponent(id)}`) : api.get('/api/applications')),
  draw: (main, data, again) => (id ? one(main, data, again) : all(main, data.applications)),
});
