// What the counter does for the person whose file is open. Each answer brings the file as it is afterwards.
import { h, fill, show, t, api, button, field, choices, notice, refusalNotice, confirm, passwordField, pinPad } from '/ui/ui.js';
import { madeCard } from '/made.js';

/** A section that opens, with its own place for the answer. */
function action(name, title, ...body) {
  return h('details', {}, h('summary', { dataset: { do: `open-${name}` } }, title), h('div.stack', {}, body));
}

export function personActions(file, again) {
  const out = h('div', { 'aria-live': 'polite' });
  const run = (path, body, said) => async () => {
    try {
      const answer = await api.post(path, body());
      await again({ ...answer, portrait: file.portrait });
      if (said) document.querySelector('main').append(said());
    } catch (error) { fill(out, refusalNotice(error)); }
  };
  const asked = (question, text, then) => async (event) => {
    if (await confirm({ title: question, body: text, danger: true })) await then(event);
  };
  const person = { person: file.person };
  const parts = [moving(file, run)];
  if (file.card) parts.push(cardOnReader(file, out), pinReset(file, out));
  if (file.card?.state === 'active') {
    parts.push(action('stop', t('カードの紛失', 'A lost card'), h('p', {}, t('カードの証明書は停止され、戻りません。スマートフォンも一緒に終わります。', 'The card’s certificates are held for good, and the phone ends with the card.')),
      button(t('紛失として停止する', 'Stop it as lost'), { kind: 'danger', do: 'stop', onclick: asked(t('カードを停止しますか？', 'Stop the card?'), t('元には戻せません。', 'There is no way back.'), run('/api/city/stop', () => ({ card: file.card.card }))) })));
  }
  if (!file.died) parts.push(newCard(file, out));
  if (!file.ward && !file.died) {
    parts.push(action('ward', t('成年後見の登録', 'Guardianship'), h('p', {}, t('署名用電子証明書は失効し、スマートフォンは終わります。', 'The signing certificate is revoked and the phone ends.')),
      button(t('成年被後見人として登録', 'Register as a ward'), { kind: 'danger', do: 'ward', onclick: asked(t('登録しますか？', 'Register?'), file.name, run('/api/city/ward', () => person)) })));
  }
  if (!file.died) {
    parts.push(action('depart', t('死亡・返納', 'Death, or giving the card back'),
      h('div.buttons', {},
        button(t('死亡の届け出', 'Report a death'), { kind: 'danger', do: 'died', onclick: asked(t('死亡を登録しますか？', 'Register the death?'), file.name, run('/api/city/depart', () => ({ ...person, why: 'died' }))) }),
        button(t('カードの返納', 'Give the card back'), { do: 'renounce', onclick: asked(t('返納を受け付けますか？', 'Take the card back?'), file.name, run('/api/city/depart', () => ({ ...person, why: 'renounced' }))) }))));
  }
  return h('section.stack', {}, h('h3', {}, t('手続き', 'What is to be done')), parts, out);
}

function moving(file, run) {
  const address = field({ label: t('新しい住所', 'New address'), name: 'address', value: file.address, 'data-do': 'new-address-of' });
  const name = field({ label: t('新しい氏名', 'New name'), name: 'name', value: file.name, 'data-do': 'new-name-of' });
  const kana = field({ label: t('新しいフリガナ', 'In kana'), name: 'kana', value: file.kana });
  return action('move', t('引っ越し・氏名の変更', 'Moving house, or a new name'),
    h('p', {}, t('カードとスマートフォンの署名用電子証明書が、同時に失効します。ログインはそのまま使えます。', 'The signing certificates of card and phone are revoked at once. Logging in goes on working.')),
    address, name, kana,
    button(t('登録する', 'Register'), { kind: 'primary', do: 'move', onclick: run('/api/city/move', () => ({ person: file.person, address: address.value, name: name.value, kana: kana.value }), () => notice('good', t('登録しました。', 'Registered.'),
      t('カードをリーダーに置いて記載を更新し、スマートフォンはアプリで登録し直してください。', 'Now lay the card on the reader and update it; the phone must be registered again in its app.'))) }));
}

function cardOnReader(file, out) {
  const signing = file.age >= 15 && !file.ward;
  const password = passwordField({ label: t('署名用パスワード（はじめて証明書を持つときだけ）', 'Signing password, only for a first certificate'), do: 'first-sign-password' });
  return action('update', t('カードの記載と署名用電子証明書を更新', 'Update the card: text and signing certificate'),
    h('p', {}, t('カードを窓口のリーダーに置いてください。チップの中で新しい鍵が作られます。', 'Lay the card on the desk’s reader. A new key is made inside its chip.')), signing ? password : null,
    button(t('更新する', 'Update'), { kind: 'primary', do: 'update-card', onclick: async () => {
      try {
        await api.post('/api/city/update', { card: file.card.card, signing, sign_password: signing ? password.value : '' });
        fill(out, notice('good', t('カードを更新しました。', 'The card is up to date.')));
      } catch (error) { fill(out, refusalNotice(error)); }
    } }));
}

function pinReset(file, out) {
  const box = h('div', {});
  let input;
  const draw = (which) => {
    input = which === 'sign' ? passwordField({ label: t('新しい署名用パスワード', 'New signing password'), do: 'new-pin' })
      : pinPad({ label: t('新しい暗証番号', 'New PIN'), do: 'new-pin' });
    fill(box, input);
  };
  const which = choices({ legend: t('どの暗証番号？', 'Which PIN?'), name: 'which', value: 'auth', onchange: draw, options: [
    { value: 'auth', label: t('利用者証明用（4桁）', 'User authentication (4 digits)'), dataset: { do: 'pin-auth' } },
    { value: 'sign', label: t('署名用（6〜16文字）', 'Signing (6 to 16)'), dataset: { do: 'pin-sign' } },
    { value: 'text', label: t('券面事項入力補助用（4桁）', 'Text on the card (4 digits)'), dataset: { do: 'pin-text' } }] });
  draw('auth');
  return action('pin', t('暗証番号の再設定', 'A forgotten PIN'),
    h('p', {}, t('本人確認のうえ、カードを窓口のリーダーに置き、新しい暗証番号をご本人が入力します。', 'With the holder’s identity checked and the card on the desk’s reader, the holder types a new one.')), which, box,
    button(t('再設定する', 'Set it'), { kind: 'primary', do: 'reset-pin', onclick: async () => {
      try {
        await api.post('/api/city/pin-reset', { card: file.card.card, pin: which.value, new_pin: input.value });
        input.value = '';
        fill(out, notice('good', t('新しい暗証番号を設定しました。', 'The new PIN is set.')));
      } catch (error) { fill(out, refusalNotice(error)); }
    } }));
}

function newCard(file, out) {
  const why = choices({ legend: t('理由', 'Why'), name: 'why', value: file.card?.state === 'held' ? 'lost' : 'damaged', options: [
    { value: 'lost', label: t('紛失（手数料 1,000円）', 'Lost (fee 1,000 yen)'), dataset: { do: 'why-lost' } },
    { value: 'damaged', label: t('破損（手数料 1,000円）', 'Damaged (fee 1,000 yen)'), dataset: { do: 'why-damaged' } },
    { value: 'expiring', label: t('有効期限（無料）', 'Expiring (free)'), dataset: { do: 'why-expiring' } },
    { value: 'full', label: t('追記欄の余白なし（無料）', 'No room left for notes (free)'), dataset: { do: 'why-full' } }] });
  return action('replace', t('新しいカードを交付', 'Issue a new card'), h('p', {}, t('前のカードは終わり、スマートフォンも登録し直しになります。', 'The old card ends, and the phone must be registered again.')), why,
    button(t('再交付する', 'Issue it'), { kind: 'primary', do: 'replace', onclick: async () => {
      try {
        show(out, madeCard(await api.post('/api/city/replace', { person: file.person, why: why.value, signing: file.age >= 15 && !file.ward })));
      } catch (error) { fill(out, refusalNotice(error)); }
    } }));
}
