// The owner of a lost phone stops it.
import { page, h, fill, t, api, button, notice, refusalNotice } from '/ui/ui.js';
import { withRole, resumeRefused } from '/desk.js';

page({ title: () => t('端末をさがす', 'Find your phone'), render(main) {
  withRole(main, 'findmy', t('端末をさがす', 'Find your phone'), (room, session) => {
    const out = h('div', { 'aria-live': 'polite' });
    fill(room, h('section.card', {}, h('h2', {}, t('あなたのスマートフォン', 'Your phone')), h('p.mono', {}, session.phone),
      h('p', {}, t('なくしたときは、ここからカードの機能を止められます。電話でも止められます。', 'If it is lost, stop the card in it here. The hotline can, too.')),
      h('div.buttons', {}, button(t('一時利用停止', 'Suspend'), { kind: 'danger', do: 'suspend', onclick: async () => {
        try {
          await api.post('/api/findmy/suspend', {});
          fill(out, notice('good', t('一時利用停止にしました。', 'It is suspended.'), t('見つかったら、端末のアプリで再開してください。', 'When it is found, resume in its app.')));
        } catch (error) { fill(out, refusalNotice(error)); }
      } }), resumeRefused(out)), out));
  });
} });
