// Face or finger. Where the device has a sensor of its own this is WebAuthn with user verification; otherwise, and marked as such, the simulated
// sensor. The page never learns whether it was the owner: it carries what the sensor said, and the phone judges.
import { h, fill, t, button, base64url, Refusal, refusalNotice, notice, field, busy } from '/ui/ui.js';
import { phone, post, act, refresh } from './remote.js';
import { sensorName } from './elements.js';
import { icon } from './icons.js';
import { overPhone } from './sheet.js';
import { ownerOf, strangerOf, sampleOf } from './hand.js';

const RETRY = new Set(['USER_AUTH_FAILED', 'USER_AUTH_REQUIRED', 'SESSION_EXPIRED', 'NONCE_MISMATCH']);

const realPossible = () => Boolean(window.PublicKeyCredential && phone.settings?.credentials?.length);

async function assertion(path, body) {
  const asked = await post('/touch/start', { path, body });
  const credential = await navigator.credentials.get({ publicKey: {
    challenge: base64url.decode(asked.challenge),
    rpId: asked.rp_id,
    allowCredentials: asked.credentials.map((id) => ({ type: 'public-key', id: base64url.decode(id) })),
    userVerification: 'required',
    timeout: 60000,
  } });
  const { response } = credential;
  return { assertion: {
    credential: base64url.encode(credential.rawId),
    client_data: base64url.encode(response.clientDataJSON),
    authenticator_data: base64url.encode(response.authenticatorData),
    signature: base64url.encode(response.signature),
  } };
}

/** Registers this device's own sensor with the phone. */
export async function registerSensor() {
  const asked = await post('/touch/register', {});
  const made = await navigator.credentials.create({ publicKey: {
    challenge: base64url.decode(asked.challenge),
    rp: { id: asked.rp_id, name: t('認めの町の電話', 'A phone of Mitome town') },
    user: { id: base64url.decode(asked.user.id), name: asked.user.name, displayName: asked.user.display_name },
    pubKeyCredParams: asked.algorithms.map((alg) => ({ type: 'public-key', alg })),
    excludeCredentials: asked.exclude.map((id) => ({ type: 'public-key', id: base64url.decode(id) })),
    authenticatorSelection: { residentKey: 'discouraged', userVerification: 'required', authenticatorAttachment: 'platform' },
    attestation: 'none',
    timeout: 60000,
  } });
  return post('/touch/registered', {
    client_data: base64url.encode(made.response.clientDataJSON),
    attestation_object: base64url.encode(made.response.attestationObject),
  });
}

/** POSTs `path` with `body` and a touch. Asks again after a wrong face; null when the holder gave up.
 *  ask: {title, text, pin?: 'auth'|'sign'} – with `pin`, the phone's own PIN or password is asked in its place. Other refusals are thrown. */
export async function withTouch(path, body, ask) {
  const message = h('div', {});
  const controls = h('div', { class: 'stack' });
  return overPhone(ask.title, (close, fail) => {
    const attempt = (make) => async () => {
      fill(message, busy(t('確認しています…', 'Checking…')));
      try {
        const touch = await make();
        close(await act(path, { ...body, ...touch }));
      } catch (error) {
        if (error instanceof Refusal && error.reason === 'USER_AUTH_LOCKED') {
          fill(message, refusalNotice(error));
          fill(controls, passcode(message, () => { fill(message); fill(controls, choices()); }));
        } else if (error instanceof Refusal && (RETRY.has(error.reason) || (ask.pin && error.reason === 'PIN_WRONG'))) {
          fill(message, refusalNotice(error));
        } else if (error instanceof DOMException) {
          fill(message, notice('bad', t('確認できませんでした', 'Not confirmed'), t('もう一度お試しください。', 'Please try again.')));
        } else {
          fail(error);
        }
      }
    };
    const choices = () => (ask.pin ? [pinChoice(attempt, ask.pin === 'sign')] : [
      realPossible() ? button(t(`この機器の${sensorName(phone.state.sensor)}で確認する`, `Confirm with this device’s own ${sensorName(phone.state.sensor)} sensor`),
        { kind: 'primary', do: 'touch-real', wide: true, onclick: attempt(() => assertion(path, body)) }) : null,
      phone.state.simulated_sensor ? simulatedSensor(attempt) : null,
    ]);
    fill(controls, choices());
    return h('div', { class: 'stack' },
      h('p', { class: 'touch-what' }, icon(ask.pin ? 'lock' : phone.state.sensor === 'finger' ? 'finger' : 'face', 48), h('span', {}, ask.text)),
      message, controls, button(t('やめる', 'Cancel'), { kind: 'quiet', do: 'touch-cancel', wide: true, onclick: () => close(null) }));
  });
}

function simulatedSensor(attempt) {
  const finger = phone.state.sensor === 'finger';
  const choice = (label, action, sample) => button(label, { do: action, wide: true, onclick: attempt(async () => ({ sample: sample() })) });
  return h('div', { class: 'simulated stack' },
    h('p', { class: 'small' }, finger ? t('だれの指がセンサーに触れますか', 'Whose finger touches the sensor?') : t('だれの顔がカメラの前にありますか', 'Whose face is before the camera?')),
    choice(t(`本人（${ownerOf()?.name ?? '持ち主'}）`, `The owner (${ownerOf()?.name ?? 'holder'})`), 'touch-owner', () => sampleOf(ownerOf())),
    choice(t('別の人', 'Somebody else'), 'touch-stranger', () => sampleOf(strangerOf()) ?? base64url.encode(new TextEncoder().encode('somebody else'))),
    choice(t('だれもいない', 'Nobody'), 'touch-nobody', () => null));
}

function pinChoice(attempt, password) {
  const label = password ? t('スマホ用の署名用パスワード', 'The phone’s own signing password') : t('スマホ用の暗証番号', 'The phone’s own PIN');
  const pin = field({ label, name: 'own-pin', type: 'password', inputmode: password ? 'text' : 'numeric', autocomplete: 'off', maxlength: 16, 'data-do': 'own-pin' });
  return h('form', { onsubmit: (event) => { event.preventDefault(); attempt(async () => ({ pin: pin.value.toUpperCase() }))(); } }, pin,
    h('button', { class: 'button primary wide', 'data-do': 'own-pin-send' }, t('確認する', 'Confirm')));
}

/** Five wrong faces: only the passcode helps (article A41). */
function passcode(message, done) {
  const code = field({ label: t('端末のパスコード', 'The phone’s passcode'), name: 'passcode', type: 'password', autocomplete: 'off', 'data-do': 'passcode' });
  return h('form', { onsubmit: async (event) => {
    event.preventDefault();
    try {
      // An unlocked phone takes its passcode in the settings; a locked one opens with it.
      await post(phone.state.screen === 'unlocked' ? '/settings' : '/unlock', { passcode: code.value });
      await refresh();
      done();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      fill(message, refusalNotice(error));
    }
  } }, code, h('button', { class: 'button primary wide', 'data-do': 'passcode-send' }, t('パスコードで解除する', 'Unlock with the passcode')));
}
