import { h, t, pick, table } from '/ui/ui.js';

export const yen = (number) => t(`${number.toLocaleString('ja-JP')}円`, `${number.toLocaleString('en-GB')} yen`);

/** The computation as the server made it: each step with its formula. */
export const computation = (result) => h('div', { class: 'stack' },
  h('p', { class: 'lead', dataset: { do: 'due' } }, result.due >= 0 ? t(`納める税金 ${yen(result.due)}`, `To pay: ${yen(result.due)}`) : t(`戻る税金 ${yen(-result.due)}`, `Refund: ${yen(-result.due)}`)),
  table({ caption: t('計算の過程', 'How it was computed'), head: [t('項目', 'Step'), t('計算', 'Formula'), t('金額', 'Amount')],
    rows: result.steps.map((step) => [pick(step, 'label'), h('span', { class: 'mono small' }, step.formula), h('span', { class: 'number' }, yen(step.yen))]) }));
