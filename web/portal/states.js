// The words for an application's state, and the guard of the pages behind the login.
import { h, fill, t, api, badge, button, notice, page, refusalNotice, busy } from '/ui/ui.js';
import { visitorBar } from '/ui/service.js';

const words = {
  draft: ['下書き', 'Draft', ''],
  received: ['受付済み', 'Received', 'info'],
  review: ['審査中', 'Under review', 'wait'],
  decided: ['処理完了', 'Decided', 'good'],
  withdrawn: ['取り下げ', 'Withdrawn', ''],
};
export const stateBadge = (state) => badge(t(words[state][0], words[state][1]), words[state][2]);

/** A page for residents: asks who is here, loads, draws; says kindly where to go otherwise. `load` may refuse. */
export function residentPage({ title, load, draw }) {
  let loaded = null;
  const render = async (main) => {
    if (!loaded) {
      fill(main, h('h1', {}, title()), busy(t('読み込んでいます', 'Loading')));
      try {
        const me = await api.get('/api/me');
        loaded = { me, data: me.logged_in && me.registered ? await load() : null };
      } catch (error) {
        fill(main, h('h1', {}, title()), refusalNotice(error));
        return;
      }
    }
    const { me, data } = loaded;
    if (!me.logged_in || !me.registered) {
      fill(main, h('h1', {}, title()), notice('info', me.logged_in ? t('先に利用登録をしてください。', 'Please register first.')
        : t('この画面はログインした方だけが見られます。', 'Only who is logged in can see this page.')),
      h('div', { class: 'buttons' }, button(t('ポータルの入口へ', 'To the portal’s entrance'), { kind: 'primary', href: '/', do: 'to-home' })));
      return;
    }
    fill(main, visitorBar(me, me.name), h('h1', {}, title()));
    draw(main, data, () => { loaded = null; render(main); });
  };
  page({ title, render });
}
