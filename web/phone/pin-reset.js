// A forgotten PIN of the real card: filmed face, the card's other PIN, and a reservation that a kiosk redeems within 24 hours.
import { h, fill, t, notice, refusalNotice, busy, choices, pinPad, passwordField, japan, to, Refusal } from '/ui/ui.js';
import { phone, act } from './remote.js';
import { view, primary, second, redraw, saidBefore, sayNext, go } from './screen.js';
import { cameraView, sampleFilm, motionText } from './camera.js';
import { handPicker } from './hand.js';

let pin = 'auth';
let done = null;
export const key = () => `pin-reset ${phone.state.enrolment?.name ?? ''} ${phone.state.enrolment?.motion ?? ''} ${pin} ${done?.expires ?? ''}`;

/** Does one thing on the phone; what it is refused stands in `out`, or on top of what comes next. */
async function step(out, path, body) {
  const before = key();
  try {
    return await act(path, body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (key() === before && out.isConnected) fill(out, refusalNotice(error));
    else sayNext(refusalNotice(error));
    return null;
  }
}

export function pinResetScene() {
  const name = phone.state.enrolment?.name;
  const body = done ? reserved : name === 'face' ? face : name === 'text-pin' ? proof : begin;
  return view(t('暗証番号の再設定', 'A forgotten PIN'), { back: 'app/menu' }, saidBefore(), body());
}

function begin() {
  const out = h('div', {});
  const which = choices({ legend: t('忘れた暗証番号', 'The PIN you forgot'), name: 'forgotten', value: pin, onchange: (value) => { pin = value; }, options: [
    { value: 'auth', label: t('利用者証明用（数字4桁）', 'User authentication (4 digits)'), hint: t('署名用パスワードが必要です', 'You need the signing password'), dataset: { do: 'forgot-auth' } },
    { value: 'sign', label: t('署名用パスワード', 'Signing password'), hint: t('利用者証明用の暗証番号が必要です', 'You need the user authentication PIN'), dataset: { do: 'forgot-sign' } }] });
  return [h('p', {}, t('顔の動きと、カードのもう一方の暗証番号で予約します。24時間以内に証明書交付機で新しい番号を決めます（6:30〜23:00）。',
    'You reserve with a film of your face and the card’s other PIN, and choose a new one at a kiosk within 24 hours (6:30 to 23:00).')), which,
  h('p', { class: 'small soft' }, t('両方を忘れたとき、券面事項入力補助用の番号を忘れたときは、市役所の窓口へ。', 'For both, or for the card-surface PIN, go to the city counter.'), ' ', h('a', { href: to('desk', '/counter') }, t('市役所', 'City hall'))),
  out, primary(t('はじめる', 'Begin'), 'pin-reset-start', () => step(out, '/app/start', {}))];
}

function face() {
  const { motion } = phone.state.enrolment;
  const out = h('div', {});
  const says = h('p', { class: 'film-says', role: 'status' }, motionText(motion));
  const camera = cameraView();
  const send = async (film) => {
    fill(out, busy(t('動きを確認しています…', 'Judging the movement…')));
    await step(out, '/app/face', { film });
    camera.stop();
  };
  const film = async () => {
    try {
      await camera.start();
    } catch {
      fill(out, notice('bad', t('カメラを使えません', 'The camera cannot be used'), t('下の見本の動画を使ってください。', 'Use the sample film below.')));
      return;
    }
    await send(await camera.film());
  };
  const sample = async () => {
    fill(out, busy(t('見本の動画を映しています…', 'Showing the sample film…')));
    try {
      const shown = await sampleFilm(motion, phone.id);
      await camera.play(shown);
      await send(shown);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      fill(out, refusalNotice(error));
    }
  };
  return [h('h2', {}, t('顔の動きを撮影します', 'Film the movement of your face')), says, camera, out, primary(t('撮影する（約3秒）', 'Film (about 3 seconds)'), 'film', film),
    h('div', { class: 'simulated stack' }, second(t('本人の見本の動画', 'Sample film of the owner'), 'film-sample', sample))];
}

function proof() {
  const out = h('div', {});
  const other = pin === 'auth' ? passwordField({ label: t('カードの署名用パスワード', 'The card’s signing password'), do: 'other-pin' })
    : pinPad({ label: t('カードの利用者証明用の暗証番号', 'The card’s user authentication PIN'), do: 'other-pin' });
  const reserve = async () => {
    done = await step(out, '/app/pin-reset', { pin, other_pin: other.value });
    if (done) redraw();
  };
  return [h('h2', {}, t('カードを当てて、もう一方の暗証番号を入力', 'Hold the card, and enter its other PIN')), handPicker(), other, out,
    primary(t('予約する', 'Reserve'), 'pin-reset-reserve', reserve)];
}

function reserved() {
  const { expires } = done;
  return [notice('good', t('予約しました', 'It is reserved'), t(`${japan(expires)}までに、証明書交付機で新しい暗証番号を決めてください。`, `Choose the new PIN at a kiosk before ${japan(expires)}.`)),
    h('p', {}, h('a', { href: to('kiosk'), dataset: { do: 'to-kiosk' } }, t('証明書交付機へ', 'To the kiosk'))),
    second(t('メニューへ', 'To the menu'), 'pin-reset-done', () => { done = null; go('app/menu'); })];
}
