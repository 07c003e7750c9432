import { h, t, pick, api, badge, table, japanDay, notice } from '/ui/ui.js';
import { residentPage } from '/states.js';

const range = ({ low, high }) => {
  if (low === null && high === null) return '–';
  if (low === null) return t(`${high} 以下`, `up to ${high}`);
  return high === null ? t(`${low} 以上`, `${low} or more`) : `${low} – ${high}`;
};

const check = (one, first) => h('details', { class: 'card', open: first, dataset: { do: 'health-check' } },
  h('summary', {}, h('strong', {}, japanDay(one.day)), ` ${pick(one, 'place')} `,
    one.values.some((value) => value.outside) ? badge(t('基準範囲外あり', 'some outside the range'), 'wait') : badge(t('すべて基準範囲内', 'all in range'), 'good')),
  table({
    caption: t(`${japanDay(one.day)}の健診結果`, `Health check of ${japanDay(one.day)}`),
    head: [t('項目', 'Item'), t('結果', 'Result'), t('基準範囲', 'Range'), ''],
    rows: one.values.map((value) => [pick(value, 'name'), h('span', { class: 'number' }, `${value.value} ${value.unit}`), range(value),
      value.outside ? badge(t('範囲外', 'outside'), 'wait') : '']),
  }));

const medicines = (list) => (list.length === 0
  ? h('div', { class: 'card center' }, h('p', {}, t('この1年に処方された薬はありません。', 'No medicine was dispensed in the last year.')))
  : table({
    caption: t('この1年に受け取った薬', 'Dispensed in the last year'),
    head: [t('日付', 'Day'), t('薬（一般名）', 'Medicine (ingredient)'), t('用法', 'How to take'), t('日数', 'Days'), t('薬局', 'Pharmacy')],
    rows: list.map((one) => [japanDay(one.day), `${pick(one, 'medicine')} ${pick(one, 'form')}`, pick(one, 'use'), String(one.days), pick(one, 'pharmacy')]),
  }));

residentPage({
  title: () => t('健康と薬', 'Health and medicines'),
  load: async () => ({ checks: (await api.get('/api/health-checks')).checks, list: (await api.get('/api/medicines')).medicines }),
  draw: (main, { checks, list }) => {
    main.append(
      notice('info', t('架空の記録です。', 'These records are invented.'), t('ポータルはこの記録を保存しません。開くたびに計算されます。カードやスマートフォンにも記録されません。',
        'The portal does not keep them; they are worked out each time. Neither the card nor the phone holds them.')),
      h('h2', {}, t('健診結果', 'Health checks')),
      checks.length === 0 ? h('div', { class: 'card center' }, h('p', {}, t('健診の記録はありません。', 'There are no health checks.'))) : h('div', { class: 'stack' }, checks.map((one, i) => check(one, i === 0))),
      h('h2', {}, t('薬の履歴', 'Medication history')), medicines(list));
  },
});
