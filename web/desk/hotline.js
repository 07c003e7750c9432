// The line that is open at any hour: stops a phone, or reports a card as lost, by name and birth date.
import { page, h, fill, t, api, button, field, notice, refusalNotice, confirm } from '/ui/ui.js';
import { withRole, resumeRefused } from '/desk.js';

page({ title: () => t('利用停止ダイヤル', 'Suspension hotline'), render(main) {
  withRole(main, 'hotline', t('利用停止ダイヤル', 'Suspension hotline'), (room) => {
    const out = h('div', { 'aria-live': 'polite' });
    const name = field({ label: t('氏名（姓と名の間は全角の空白）', 'Name (family and given name with a full-width space)'), name: 'name', required: true, 'data-do': 'name' });
    const birth = field({ label: t('生年月日', 'Date of birth'), name: 'birth', type: 'date', required: true, 'data-do': 'birth' });
    const send = (path, said, question) => async () => {
      if (question && !await confirm({ title: question, body: t('カードは停止したまま戻りません。新しいカードが必要になります。', 'A card that was stopped never comes back; a new one is needed.'), danger: true })) return;
      try {
        await api.post(path, { name: name.value, birth_date: birth.value });
        fill(out, said());
      } catch (error) { fill(out, refusalNotice(error)); }
    };
    fill(room,
      h('p.lead', {}, t('24時間365日。電話番号 0000-00-0000（架空）。', '24 hours, every day. Telephone 0000-00-0000 (invented).')),
      name, birth, out,
      h('div.buttons', {},
        button(t('スマートフォンを一時利用停止', 'Suspend the phone'), { kind: 'primary', do: 'suspend', onclick: send('/api/hotline/suspend', () => notice('good', t('スマートフォンの利用を一時停止しました。', 'The phone is suspended.'),
          t('実物のカードはそのまま使えます。端末が見つかったら、アプリで再開してください。', 'The physical card works on. When the phone is found, resume it in the app.'))) }),
        button(t('カードの紛失を届け出', 'Report a lost card'), { kind: 'danger', do: 'stop-card', onclick: send('/api/hotline/stop', () => notice('good', t('カードを停止しました。', 'The card is stopped.'),
          t('スマートフォンの証明書も失効しました。再交付は窓口で受けてください。', 'The phone’s certificates ended with it. A new card is issued at the counter.')), t('カードの紛失を届け出ますか？', 'Report the card as lost?')) }),
        resumeRefused(out)));
  });
} });
