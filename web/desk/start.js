// The hall of the city office: which counter?
import { page, h, fill, t } from '/ui/ui.js';

const rooms = () => [
  ['/counter', 'counter', t('市民課の窓口', 'Residents’ counter'),
    t('カードの交付、暗証番号の再設定、引っ越し、紛失の届け出。', 'Cards, forgotten PINs, moving house, lost cards.')],
  ['/hotline', 'hotline', t('利用停止ダイヤル', 'Suspension hotline'),
    t('24時間365日。電話番号 0000-00-0000（架空）。', '24 hours, every day. Telephone 0000-00-0000 (invented).')],
  ['/findmy', 'findmy', t('端末をさがす', 'Find your phone'),
    t('なくしたスマートフォンを持ち主が自分で止めます。', 'The owner stops a lost phone.')],
  ['/operator', 'operator', t('運用室', 'Operator’s room'),
    t('顔の照合の審査と、イベントログの検証。', 'Likeness reviews, and the event log.')],
  ['/verify', 'verify', t('証明書の確認', 'Check a document'),
    t('キオスクで発行された紙の確認コードを、だれでも照会できます。', 'Anybody can check the code on a paper from a kiosk.')],
];

page({ title: () => t('市役所', 'City hall'), render(main) {
  fill(main, h('h1', {}, t('どちらへ？', 'Where to?')),
    h('div.grid', {}, rooms().map(([href, action, name, what]) =>
      h('a.card', { href, dataset: { do: `to-${action}` } }, h('h2', {}, name), h('p', {}, what)))));
} });
