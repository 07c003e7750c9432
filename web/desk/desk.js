// Signing in, the desk's reader, and a person's file: what the rooms of city hall share.
import { h, fill, t, api, button, field, facts, badge, notice, simulated, japan, japanDay, refusalNotice } from '/ui/ui.js';

/** Renders `render(main, session)` for who is signed in with this role, else the sign-in. */
export async function withRole(main, role, title, render) {
  let session = await api.get('/api/session');
  if (session.role && session.role !== role) {
    // Another room's sign-in opens nothing here: one at a time.
    await api.post('/api/sign-out', {});
    session = await api.get('/api/session');
  }
  const again = () => withRole(main, role, title, render);
  if (session.role !== role) {
    fill(main, h('h1', {}, title), signIn(role, session.accounts ?? [], again));
    return;
  }
  const bar = h('div.row.spread', {},
    h('p.small', {}, t(`${session.staff}としてサインイン中（模擬）。${japan(session.expires)}まで`, `Signed in as ${session.staff} (simulated), until ${japan(session.expires)}`)),
    button(t('サインアウト', 'Sign out'), { kind: 'quiet', do: 'sign-out', onclick: async () => { await api.post('/api/sign-out', {}); await again(); } }));
  const room = h('div.stack', {});
  fill(main, h('h1', {}, title), bar, room);
  render(room, session, again);
}

function signIn(role, accounts, again) {
  const out = h('div', {});
  const enter = (body) => async () => {
    try { await api.post('/api/sign-in', { role, ...body() }); await again(); } catch (error) { fill(out, refusalNotice(error)); }
  };
  if (role === 'findmy') {
    const name = field({ label: t('氏名（姓と名の間は全角の空白）', 'Name (family and given name with a full-width space)'), name: 'name', required: true, 'data-do': 'owner-name' });
    const birth = field({ label: t('生年月日', 'Date of birth'), name: 'birth', type: 'date', required: true, 'data-do': 'owner-birth' });
    return simulated(h('h2', {}, t('持ち主としてサインイン', 'Sign in as the owner')),
      h('p', {}, t('本来は端末メーカーのアカウントで確かめます。ここでは氏名と生年月日で代えます。', 'In life the phone maker’s account decides. Here name and birth date stand for it.')),
      name, birth, out,
      button(t('サインイン', 'Sign in'), { kind: 'primary', do: 'sign-in', onclick: enter(() => ({ name: name.value, birth_date: birth.value })) }));
  }
  const staff = field({ label: t('職員', 'Member of staff'), name: 'staff', options: accounts.filter((one) => one.role === role).map((one) => [one.name, one.name]), 'data-do': 'staff' });
  return simulated(h('h2', {}, t('職員のサインイン', 'Staff sign-in')),
    h('p', {}, t('本来は職員証とその暗証番号で確かめます。', 'In life a staff card and its PIN decide.')),
    staff, out, button(t('サインイン', 'Sign in'), { kind: 'primary', do: 'sign-in', onclick: enter(() => ({ staff: staff.value })) }));
}

/** What lies on the desk's reader; in life it is simply laid there. */
export function readerPanel(changed) {
  const panel = simulated();
  const draw = async () => {
    const hand = await api.get('/api/hand');
    const cards = hand.items.filter((item) => item.kind === 'card');
    const select = field({
      label: t('窓口のカードリーダーに置く', 'Lay on the desk’s card reader'), name: 'hand', value: hand.laid ?? '', 'data-do': 'hand',
      options: [['', t('何も置かない', 'Nothing')], ...cards.map((item) => [item.id, t(item.label_ja ?? item.label, item.label)])],
      onchange: async () => { await api.post('/api/hand', { item: select.value || null }); changed?.(); },
    });
    fill(panel, select);
  };
  draw().catch((error) => fill(panel, refusalNotice(error)));
  return panel;
}

const STATES = () => ({
  active: [t('有効', 'active'), 'good'], held: [t('停止（紛失）', 'stopped (lost)'), 'bad'], pending: [t('利用開始待ち', 'pending'), 'wait'],
  suspended: [t('一時利用停止中', 'suspended'), 'wait'], valid: [t('有効', 'valid'), 'good'], revoked: [t('失効', 'revoked'), 'bad'],
  none: [t('なし', 'none'), 'info'], reserved: [t('発行中', 'being issued'), 'wait'], ended: [t('終了', 'ended'), 'bad'],
});
export const stateBadge = (state) => badge(...(STATES()[state] ?? [state, 'info']));

export const SEX = () => ({ 1: t('男', 'male'), 2: t('女', 'female'), 9: t('適用不能', 'not applicable') });

/** A person's file as the register has it; never the My Number. */
export function personFile(file) {
  const card = file.card, phone = file.phone;
  return h('section.card', { dataset: { person: file.person } },
    h('h2', {}, file.name), h('p.soft', {}, file.kana),
    h('div.portraits', {}, file.portrait ? h('img.portrait', { src: `data:image/png;base64,${standard(file.portrait)}`, alt: t('カードの写真', 'Photograph on the card') }) : null,
      facts([
        [t('住所', 'Address'), file.address], [t('生年月日', 'Born'), `${japanDay(file.birth_date)} (${file.age})`], [t('性別', 'Sex'), SEX()[file.sex]],
        [t('カード', 'Card'), card ? stateBadge(card.state) : t('なし', 'none')],
        [t('有効期限', 'Expires'), card ? japan(card.expires) : null],
        [t('署名用電子証明書', 'Signing certificate'), card ? stateBadge(card.signing) : null],
        [t('スマートフォン', 'Phone'), phone ? [`${phone.model} `, stateBadge(phone.state)] : t('なし', 'none')],
        [t('成年被後見人', 'Ward'), file.ward ? t('はい', 'yes') : null],
        [t('死亡', 'Died'), file.died ? t('はい', 'yes') : null]])));
}
export const standard = (text) => text.replaceAll('-', '+').replaceAll('_', '/');

/** The desk does not lift a suspension: it says so, and why. */
export function resumeRefused(out) {
  return button(t('一時利用停止を解除する', 'Lift a suspension'), { kind: 'quiet', do: 'resume', onclick: async () => {
    try { await api.post('/api/resume', {}); } catch (error) { fill(out, refusalNotice(error)); }
  } });
}

export { notice };
