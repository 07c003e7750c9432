// Adding the card in the article's nine steps (A17 to A25). The phone keeps the step; this page draws it, so a reload goes on where it was.
import { h, fill, t, button, notice, refusalNotice, busy, pinPad, passwordField, confirm, simulated, japan, to, Refusal } from '/ui/ui.js';
import { phone, act, now } from './remote.js';
import { view, primary, second, go, sayNext, saidBefore } from './screen.js';
import { withTouch } from './touch.js';
import { cameraView, sampleFilm, stillFilm, motionText } from './camera.js';
import { handPicker, somebodyElse } from './hand.js';
import { icon } from './icons.js';
import { sensorName } from './elements.js';
import { isPin } from './pin-phone.js';

const NUMBER = { start: 1, face: 2, 'text-pin': 3, 'sign-password': 4, 'read-card': 5, 'auth-pin': 6, 'own-password': 7, add: 8, waiting: 8, added: 9 };

const begin = { step: 0, name: 'start' };
/** A card that is locked for good is added anew, from the beginning. */
const enrolment = () => {
  const { enrolment: it, card } = phone.state;
  return !it || (it.name === 'added' && card?.state === 'needs_reproof') ? begin : it;
};
export const key = () => `enrol ${enrolment().name} ${enrolment().motion ?? ''} ${enrolment().active_at ?? ''}`;

export function enrolScene() {
  const { name } = enrolment();
  const number = NUMBER[name] ?? 1;
  const said = saidBefore();
  const body = { start, face, 'text-pin': textPin, 'sign-password': signPassword, 'read-card': readCard, 'auth-pin': ownPin, 'own-password': ownPassword, add, waiting, added }[name] ?? start;
  return view(t('カードを追加', 'Add the card'), { back: number > 2 && number < 9 ? goBack : 'app', class: 'enrol' },
    h('div', { class: 'enrol-progress' }, h('progress', { max: 9, value: number, 'aria-label': t('進み具合', 'Progress') }),
      h('p', { class: 'small soft' }, t(`手順 ${number} / 9 ・ 全部で約5分`, `Step ${number} of 9 · about five minutes in all`))),
    said, body(), number > 1 && number < 9 ? button(t('追加をやめる', 'Stop adding'), { kind: 'quiet', do: 'enrol-cancel', wide: true, onclick: cancel }) : null);
}

async function goBack() {
  try {
    await act('/app/back', {});
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    go('app');
  }
}
async function cancel() {
  if (await confirm({ title: t('追加をやめますか', 'Stop adding?'), body: t('ここまでの入力は消えます。もう一度はじめからになります。', 'What was entered is forgotten; you would begin again.'), yes: t('やめる', 'Stop'), no: t('続ける', 'Go on') })) {
    await act('/app/cancel', {});
    go('app');
  }
}

/** Does one step; a refusal is shown in `out`, or on top of the step that comes next when the phone went elsewhere. */
async function step(out, path, body) {
  const before = key();
  try {
    return await act(path, body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const shown = refusalNotice(error, helpFor(error));
    if (key() === before && out.isConnected) fill(out, shown);
    else sayNext(shown);
    return null;
  }
}
const SETTINGS_REASONS = new Set(['DEVICE_UNSUPPORTED', 'OS_TOO_OLD', 'APP_TOO_OLD', 'BIOMETRICS_NOT_SET_UP', 'UNREACHABLE']);
const helpFor = (error) => (SETTINGS_REASONS.has(error.reason) ? button(t('設定を開く', 'Open settings'), { do: 'open-settings', onclick: () => go('settings') }) : null);

function start() {
  const out = h('div', {});
  const need = (text) => h('li', {}, icon('check', 20), h('span', {}, text));
  const sensor = sensorName(phone.state.sensor);
  return [h('h2', {}, t('マイナンバーカードをこの電話に', 'Your My Number Card on this phone')),
    h('p', {}, t('画面の案内にしたがって進めます。ゆっくりでも5分ほどです。', 'Follow what the screen says. Taken slowly, five minutes are enough.')),
    h('h3', {}, t('用意するもの', 'What you need')),
    h('ul', { class: 'needs' }, need(t('実物のマイナンバーカード', 'The real card')), need(t('券面事項入力補助用の暗証番号（数字4桁）', 'Its card-surface PIN (4 digits)')),
      need(t('署名用パスワード（英大文字と数字 6〜16文字）', 'Its signing password (6 to 16 letters and digits)')),
      need(t('対応機種（MT-10以降、OS 18.5以降）と最新の認めアプリ', 'A phone of model MT-10 or later with OS 18.5 or later, and the newest app')),
      need(t(`${sensor}による認証の設定`, `Unlocking by ${sensor}, switched on`))),
    h('p', { class: 'small soft' }, t('暗証番号を忘れたときは、市役所の窓口か、アプリと証明書交付機で再設定できます。15歳未満の方と成年被後見人の方は、署名用電子証明書がないため原則として利用できません。',
      'A forgotten PIN is reset at city hall, or with the app and a kiosk. People under 15 and adult wards hold no signing certificate and in principle cannot add the card.')),
    out, primary(t('追加をはじめる', 'Start adding'), 'enrol-start', () => step(out, '/app/start', {}))];
}

function face() {
  const { motion, motions } = enrolment();
  const out = h('div', {});
  const says = h('p', { class: 'film-says', role: 'status' }, motionText(motion));
  const camera = cameraView();
  const send = async (film) => {
    fill(out, busy(t('動きを確認しています…', 'Judging the movement…')));
    const answer = await step(out, '/app/face', { film });
    camera.stop();
    if (answer) sayNext(notice('good', t('顔の動きを確認しました', 'Your movement was recorded')));
  };
  const film = async () => {
    fill(out);
    try {
      await camera.start();
    } catch (error) {
      fill(out, notice('bad', t('カメラを使えません', 'The camera cannot be used'),
        t('カメラの許可を確認するか、下の見本の動画を使ってください。', 'Allow the camera, or use a sample film below.')));
      return;
    }
    for (const count of ['3', '2', '1']) {
      says.textContent = count;
      await new Promise((resolve) => { setTimeout(resolve, 600); });
    }
    says.textContent = motionText(motion);
    await send(await camera.film());
  };
  const sample = (who, change = (it) => it) => async () => {
    fill(out, busy(t('見本の動画を映しています…', 'Showing the sample film…')));
    try {
      const shown = change(await sampleFilm(motion, who()));
      await camera.play(shown);
      await send(shown);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      fill(out, refusalNotice(error));
    }
  };
  const others = (motions ?? []).filter((name) => name !== motion);
  return [h('h2', {}, t('顔の動きを撮影します', 'Film the movement of your face')), says, camera, out,
    primary(t('撮影する（約3秒）', 'Film (about 3 seconds)'), 'film', film),
    others.length ? second(t('ほかの動きにする', 'Use another movement'), 'motion', () => step(out, '/app/motion', {})) : null,
    h('div', { class: 'simulated stack' }, h('p', { class: 'small' }, t('カメラがないときは、見本の動画を映せます。', 'Without a camera, a sample film can be shown.')),
      second(t('本人の見本の動画', 'Sample film of the owner'), 'film-sample', sample(() => phone.id)),
      second(t('本人の写真（動かない）', 'A photo of the owner (no movement)'), 'film-still', sample(() => phone.id, stillFilm)),
      somebodyElse() ? second(t('別の人の見本の動画', 'Sample film of somebody else'), 'film-stranger', sample(somebodyElse)) : null),
    h('p', { class: 'small soft' }, t('映像は小さな白黒にして送り、判定が終わると消えます。人が確認する場合でも24時間以内に消えます。', 'The film is sent small and grey and is gone once decided; where a person looks at it, within 24 hours.'))];
}

function pinStep({ title, text, label, path, action, pad }) {
  const out = h('div', {});
  const send = async () => {
    if (pad.value.length !== 4) {
      pad.setError(t('4桁の数字を入力してください', 'Enter four digits'));
      pad.focus();
      return;
    }
    await step(out, path, { pin: pad.value });
  };
  pad.input.addEventListener('keydown', (event) => { if (event.key === 'Enter') send(); });
  return [h('h2', {}, title), h('p', {}, text), out, pad, primary(label ?? t('次へ', 'Next'), action, send)];
}

const textPin = () => pinStep({
  title: t('カードの暗証番号（4桁）', 'The card’s PIN (4 digits)'),
  text: t('券面事項入力補助用の暗証番号です。カードを作ったときに決めたものを入力します。3回続けて間違えるとロックされます。', 'The card-surface PIN that was set when the card was made. Three wrong tries in a row lock it.'),
  path: '/app/text-pin', action: 'next', pad: pinPad({ label: t('券面事項入力補助用の暗証番号', 'Card-surface PIN'), do: 'text-pin' }),
});

function passwordStep({ title, text, path, again, do: action }) {
  const out = h('div', {});
  const first = passwordField({ label: t('署名用パスワード', 'Signing password'), do: action, onEnter: () => send() });
  const second_ = again ? passwordField({ label: t('もう一度', 'Once more'), hint: t('同じものを入力してください', 'The same again'), do: `${action}-again`, onEnter: () => send() }) : null;
  async function send() {
    first.setError('');
    if (!/^[A-Z0-9]{6,16}$/.test(first.value)) {
      first.setError(t('英大文字と数字で6〜16文字です', '6 to 16 upper-case letters and digits'));
      first.focus();
    } else if (second_ && second_.value !== first.value) {
      second_.setError(t('2回の入力が違います', 'The two differ'));
      second_.focus();
    } else {
      await step(out, path, { pin: first.value });
    }
  }
  return [h('h2', {}, title), h('p', {}, text), out, first, second_, primary(t('次へ', 'Next'), 'next', send)];
}

const signPassword = () => passwordStep({
  title: t('カードの署名用パスワード', 'The card’s signing password'),
  text: t('署名用電子証明書のパスワードです。5回続けて間違えるとロックされます。', 'The password of the signing certificate. Five wrong tries in a row lock it.'),
  path: '/app/sign-password', do: 'sign-password',
});

function readCard() {
  const out = h('div', {});
  const says = h('p', { class: 'film-says', role: 'status' }, t('カードを電話の上端に当ててください', 'Put the top of the phone on the card'));
  const bar = h('progress', { max: 4, value: 0, hidden: true, 'aria-label': t('読み取り', 'Reading') });
  const phases = [t('カードを探しています', 'Looking for the card'), t('鍵を作り、券面の情報を読んでいます', 'Making keys and reading the card’s text'), t('カードが署名しています', 'The card is signing'), t('もう少しで終わります。動かさないでください', 'Nearly done: hold still')];
  const read = async () => {
    fill(out);
    bar.hidden = false;
    let at = 0;
    const say = () => { says.textContent = phases[Math.min(at, 3)]; bar.value = Math.min(at + 0.5, 3.5); at += 1; };
    say();
    const timer = setInterval(say, 900);
    const answer = await step(out, '/app/read-card', {});
    clearInterval(timer);
    bar.hidden = true;
    says.textContent = t('カードを電話の上端に当ててください', 'Put the top of the phone on the card');
    if (answer) sayNext(notice('good', t('読み取り完了 ✔', 'Done ✔'), t(`${answer.name} さんの本人確認が終わりました。カードを離してかまいません。`, `The proof of identity of ${answer.name} is complete. You may take the card away.`)));
  };
  return [h('h2', {}, t('カードを読み取ります', 'Read the card')), h('div', { class: 'hold-picture', 'aria-hidden': 'true' }, icon('card', 96), icon('contactless', 40)), says, bar, out,
    handPicker(), primary(t('読み取り開始', 'Start reading'), 'read', read)];
}

function ownPin() {
  const first = pinPad({ label: t('スマホ用の利用者証明用 暗証番号', 'The phone’s own user-authentication PIN'), do: 'own-pin', hint: t('数字4桁。カードと同じでもかまいません', '4 digits; it may equal the card’s') });
  const out = h('div', {});
  let chosen = null;
  const label = first.querySelector('label');
  const send = async () => {
    if (first.value.length !== 4) {
      first.setError(t('4桁の数字を入力してください', 'Enter four digits'));
    } else if (chosen === null) {
      chosen = first.value;
      first.clear();
      first.setError('');
      label.textContent = t('確認のため、もう一度入力してください', 'Enter it once more to be sure');
    } else if (chosen !== first.value) {
      chosen = null;
      first.clear();
      label.textContent = t('スマホ用の利用者証明用 暗証番号', 'The phone’s own user-authentication PIN');
      first.setError(t('2回の入力が違います。はじめから入力してください', 'The two differ. Enter it again from the beginning'));
    } else {
      await step(out, '/app/auth-pin', { pin: first.value });
      return;
    }
    first.focus();
  };
  first.input.addEventListener('keydown', (event) => { if (event.key === 'Enter') send(); });
  return [h('h2', {}, t('この電話の暗証番号を決めます', 'Choose this phone’s own PIN')),
    h('p', {}, isPin() ? t('ログインや証明書交付機で、毎回この暗証番号を使います。3回続けて間違えるとロックされます。', 'Logins and kiosks ask for this PIN each time. Three wrong tries in a row lock it.')
      : t('ふだんは顔や指で確認します。暗証番号はその代わりに使うものです。', 'Face or finger is what you use; the PIN stands in their place.')), out, first, primary(t('次へ', 'Next'), 'next', send)];
}

const ownPassword = () => passwordStep({
  title: t('この電話の署名用パスワードを決めます', 'Choose this phone’s own signing password'),
  text: t('カードと同じでもかまいません。', 'It may equal the card’s.'), path: '/app/own-password', again: true, do: 'own-password',
});

const askFor = () => ({
  title: t('ウォレットに追加', 'Add to the wallet'),
  text: t('この電話の持ち主であることを確認します。', 'Confirm that you are this phone’s owner.'),
});

function add() {
  const out = h('div', {});
  return [h('h2', {}, t('ウォレットに追加します', 'Add to the wallet')),
    h('p', {}, isPin() ? t('2つの電子証明書と新しい鍵が、この電話の安全な領域に保存されます。対面で見せる記録は作られず、個人番号と顔写真は入りません。', 'Two certificates and new keys are kept in this phone’s secure area. No record for checks in person is made: neither My Number nor portrait is in it.')
      : t('カードの情報と新しい鍵は、この電話の安全な領域に保存されます。個人番号は、見せる相手に法律上の権限がないかぎり渡されません。', 'The card’s data and new keys are kept in this phone’s secure area. The My Number is shown to nobody who may not ask for it by law.')),
    h('p', { class: 'small soft' }, t('すでに別のスマートフォンで使っている場合、そちらは使えなくなります（1人1台）。実物のカードはこれまでどおり使えます。', 'If another phone of yours holds the card, that one stops (one phone per person). The real card stays usable.')),
    out, primary(t('ウォレットに追加', 'Add to the wallet'), 'add', async () => {
      try {
        await withTouch('/app/add', {}, askFor());
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.reason === 'REVIEW_PENDING') return;
        if (out.isConnected) fill(out, refusalNotice(error, helpFor(error)));
        else sayNext(refusalNotice(error));
      }
    })];
}

function waiting() {
  const out = h('div', {});
  return [h('h2', {}, t('顔写真を確認しています', 'Your face is being compared')), busy(t('市役所の担当者が、カードの顔写真と見比べています。このまま待っていても、電話を閉じてもかまいません。', 'The desk compares the film with the card’s picture. You may wait here or put the phone away.')),
    simulated(h('p', { class: 'small' }, t('この町では、担当者の代わりに3秒で自動的に承認されます（市役所の設定で手動にできます）。', 'In this town the desk approves by itself after 3 seconds, unless it is set to wait.')),
      h('a', { href: to('desk') }, t('市役所の審査を見る', 'See the desk’s queue'))),
    out, second(t('もう一度たずねる', 'Ask again'), 'add-again', () => step(out, '/app/add', {}))];
}

function added() {
  const { active_at: at } = enrolment();
  const from = at ?? phone.state.card?.active_at;
  const waits = from && from > now();
  return [h('div', { class: 'done-mark', 'aria-hidden': 'true' }, icon('check', 56)), h('h2', { class: 'center' }, t('追加されました', 'Added')),
    waits ? notice('wait', t(`${japan(from)} から使えます`, `Usable from ${japan(from)}`), t('使えるようになると通知が届きます。8:00〜19:30に追加したときは数分後、それ以外は8:00からです。土日祝日も同じです。', 'A notification tells when. Added between 08:00 and 19:30: after some minutes; later: from 08:00, weekends and holidays too.'),
      h('a', { href: to('town', '/?clock=08:00'), dataset: { do: 'move-clock' } }, t('町の時計を進める', 'Move the town’s clock')))
      : notice('good', t('もう使えます', 'Ready to use')),
    h('p', {}, t('実物のカードは、これまでどおり使えます。', 'The real card stays usable.')),
    primary(t('ウォレットを開く', 'Open the wallet'), 'open-wallet', () => go('wallet')), second(t('アプリへ戻る', 'Back to the app'), 'to-app', () => go('app'))];
}

