// A card that was just made, with its PINs for the one time they are shown.
import { h, t, notice, facts, japan } from '/ui/ui.js';

export function madeCard(made) {
  const yen = made.fee?.yen;
  return h('section.card', { dataset: { card: made.card } }, h('h2', {}, t('カードができました', 'The card is made')),
    facts([[t('有効期限', 'Expires'), japan(made.expires)],
      [t('署名用電子証明書', 'Signing certificate'), made.signing ? t('あり', 'yes') : t('なし', 'no')],
      [t('手数料', 'Fee'), made.fee ? (yen === 0 ? t('無料', 'free') : t(`${yen}円（カード${made.fee.card}円、電子証明書${made.fee.certificates}円）`, `${yen} yen (card ${made.fee.card}, certificates ${made.fee.certificates})`)) : null]]),
    made.without_signing === 'under-15' ? notice('info', t('15歳未満の方には、原則として署名用電子証明書がありません。スマートフォンには追加できません。', 'Nobody under 15 has a signing certificate in principle, so no phone can be registered.')) : null,
    made.without_signing === 'ward' ? notice('info', t('成年被後見人の方には、原則として署名用電子証明書がありません。スマートフォンには追加できません。', 'A ward has no signing certificate in principle, so no phone can be registered.')) : null,
    h('h3', {}, t('暗証番号（表示は一度だけ）', 'PINs, shown this once')),
    h('dl.pins', { dataset: { pins: '' } },
      h('dt', {}, t('利用者証明用', 'User authentication')), h('dd', { dataset: { pin: 'auth' } }, made.pins.auth),
      made.pins.sign ? [h('dt', {}, t('署名用', 'Signing')), h('dd', { dataset: { pin: 'sign' } }, made.pins.sign)] : null,
      h('dt', {}, t('券面事項入力補助用', 'Text on the card')), h('dd', { dataset: { pin: 'text' } }, made.pins.text),
      h('dt', {}, t('住民基本台帳用', 'Residents’ register')), h('dd', { dataset: { pin: 'juki' } }, made.pins.juki)));
}
