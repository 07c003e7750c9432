// The phone's settings. Each requirement of A12 and A14 can be unmet here, so that the refusal can be seen.
import { h, fill, t, to, notice, button, field, confirm, refusalNotice, badge, busy, Refusal, setLanguage, language, theme, pick } from '/ui/ui.js';
import { phone, act, post, refresh, refreshSettings } from './remote.js';
import { view, row, primary, second, go, saidBefore, sayNext, redraw } from './screen.js';
import { registerSensor } from './touch.js';
import { ownerOf, ownerPicker, sampleOf } from './hand.js';
import { isPin, resetText } from './pin-phone.js';
import { sensorName } from './elements.js';

export const key = () => `${location.hash} ${JSON.stringify([phone.settings, phone.state.account, phone.state.locked])} ${theme()}`;

/** Changes something; the refusal is shown on top. */
async function change(path, body, done) {
  let shown = done ? notice('good', done) : null;
  try {
    await act(path, body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    shown = refusalNotice(error);
  }
  await refreshSettings();
  sayNext(shown);
}

const toggle = (label, action, on, flip) => h('li', { class: 'pressable switch' }, h('button', { type: 'button', role: 'switch', 'aria-checked': String(on), dataset: { do: action }, onclick: flip }, h('span', {}, label), h('span', { class: 'knob', 'aria-hidden': 'true' })));

export function settingsScene() {
  const it = phone.settings;
  if (!it) return view(t('設定', 'Settings'), { back: '' }, busy(t('読み込んでいます…', 'Loading…')));
  const sensor = sensorName(it.sensor);
  const newest = (what) => (it[what] === it.newest?.[what] ? badge(t('最新', 'newest'), 'good') : badge(t('更新あり', 'update'), 'wait'));
  return view(t('設定', 'Settings'), { back: '' }, saidBefore(),
    h('ul', { class: 'list' }, row(t(`${sensor}とパスコード`, `${it.sensor === 'finger' ? 'Finger' : 'Face'} and passcode`), 'settings-touch', () => go('settings/touch'), { value: it.enrolled ? (it.biometrics_on === false ? t('オフ', 'off') : t('設定済み', 'set up')) : t('未設定', 'not set up') }),
      row(t('機種とソフトウェア', 'Model and software'), 'settings-about', () => go('settings/about'), { value: it.model }),
      toggle(t('ネットワーク', 'Network'), 'network', it.network !== false, () => change('/settings', { network: it.network === false })),
      row(t('アカウント', 'Account'), 'settings-account', () => go('settings/account'), { value: phone.state.account?.signed_in ? phone.state.account.name : t('未サインイン', 'not signed in') }),
      isPin() ? row(t('この電話のカード', 'The card on this phone'), 'settings-card', () => go('settings/card')) : null,
      row(t('工場出荷時に戻す', 'Factory reset'), 'settings-erase', () => go('settings/erase'))),
    h('h2', {}, t('表示', 'Display')),
    h('ul', { class: 'list' }, row(t('言語', 'Language'), 'settings-language', () => setLanguage(language() === 'ja' ? 'en' : 'ja'), { value: t('日本語', 'English') }),
      row(t('明るさ', 'Appearance'), 'settings-theme', () => {
        const next = theme() === 'dark' ? 'light' : 'dark';
        document.documentElement.dataset.theme = next;
        localStorage.setItem('theme', next);
        redraw();
      }, { value: theme() === 'dark' ? t('暗い', 'dark') : t('明るい', 'light') })),
    h('p', { class: 'row small' }, newest('os'), h('span', {}, `OS ${it.os}`), newest('app'), h('span', {}, t(`認めアプリ ${it.app}`, `Mitome app ${it.app}`))));
}

export function touchScene() {
  const it = phone.settings;
  if (!it) return settingsScene();
  const sensor = sensorName(it.sensor);
  const credentials = it.credentials ?? [];
  const out = h('div', {});
  const warn = () => (!isPin() && phone.state.card && phone.state.card.state !== 'ended'
    ? confirm({ title: t(`${sensor}を変えますか`, `Change the ${sensor}?`), body: t('この電話のカードはロックされ、もう一度追加が必要になります。', 'The card on this phone is locked by it and must be added again.'), yes: t('変える', 'Change'), danger: true }) : true);
  return view(t(`${sensor}とパスコード`, `${it.sensor === 'finger' ? 'Finger' : 'Face'} and passcode`), { back: 'settings' }, saidBefore(), out,
    h('p', { class: 'row' }, it.enrolled ? badge(t('設定済み', 'set up'), 'good') : badge(t('未設定', 'not set up'), 'wait'), it.locked || phone.state.locked ? badge(t('ロック中：パスコードで解除', 'locked: passcode needed'), 'bad') : null, it.biometrics_on === false ? badge(t('オフ', 'off'), 'wait') : null),
    h('p', {}, t(`${sensor}のデータは暗号化され、この機器の外に出ません。いつでも追加・停止・削除できます。`, `The data of your ${sensor} is encrypted and stays in this device. You may add, switch off or delete it at any time.`)),
    window.PublicKeyCredential ? primary(t(`この機器の${sensor}センサーを登録`, `Register this device’s own sensor`), 'sensor-register', async () => {
      if (!(await warn())) return;
      let shown = notice('good', t('登録しました', 'Registered'));
      try {
        await registerSensor();
      } catch (error) {
        if (error instanceof Refusal) shown = refusalNotice(error);
        else if (error instanceof DOMException) shown = notice('bad', t('この機器には使えるセンサーがないか、登録をやめました', 'This device has no usable sensor, or it was cancelled'));
        else throw error;
      }
      await Promise.all([refresh(), refreshSettings()]);
      sayNext(shown);
    }) : null,
    credentials.length ? h('p', { class: 'small' }, t(`この機器のセンサー: ${credentials.length} 件`, `This device’s sensors registered: ${credentials.length}`)) : null,
    it.simulated_sensor !== false ? h('div', { class: 'simulated stack' }, h('p', { class: 'small' }, t(`センサーのない機器では、${sensor}の登録を模擬できます。`, `Without a sensor, registering a ${sensor} can be simulated.`)), ownerPicker(),
      second(t(`${ownerOf()?.name ?? '持ち主'}さんの${sensor}を登録`, `Register the ${sensor} of ${ownerOf()?.name ?? 'the holder'}`), 'sensor-simulated', async () => {
        if (await warn()) await change('/settings', { biometrics: it.sensor, enrol_sample: sampleOf(ownerOf()) }, t('登録しました', 'Registered'));
      })) : null,
    h('ul', { class: 'list' }, toggle(t(`${sensor}を使う`, `Use the ${sensor}`), 'sensor-on', it.biometrics_on !== false && it.biometrics !== 'none', () => change('/settings', { biometrics_on: it.biometrics_on === false }))),
    it.enrolled ? button(t(`すべての${sensor}を削除`, `Delete every ${sensor}`), { kind: 'danger', do: 'sensor-delete', wide: true, onclick: async () => { if (await warn()) await change('/settings', { biometrics: 'none' }, t('削除しました', 'Deleted')); } }) : null,
    h('h2', {}, t('パスコード', 'Passcode')), passcodeForm(it));
}

function passcodeForm(it) {
  const code = field({ label: it.passcode ? t('パスコードを入力（ロックの解除）', 'Enter the passcode (unlocks the sensor)') : t('新しいパスコード（4文字以上）', 'A new passcode (at least 4 characters)'), name: 'passcode', type: 'password', autocomplete: 'off', 'data-do': 'passcode' });
  return h('form', { class: 'stack', onsubmit: (event) => {
    event.preventDefault();
    change('/settings', { passcode: code.value }, it.passcode ? t('解除しました', 'Unlocked') : t('設定しました', 'Set'));
  } }, code, h('button', { class: 'button secondary wide', 'data-do': 'passcode-send' }, it.passcode ? t('解除する', 'Unlock') : t('設定する', 'Set')));
}

export function aboutScene() {
  const it = phone.settings;
  if (!it) return settingsScene();
  const update = (what, label) => (it[what] === it.newest?.[what] ? h('p', {}, `${label} ${it[what]} `, badge(t('最新', 'newest'), 'good'))
    : [h('p', {}, `${label} ${it[what]} `, badge(t(`${it.newest?.[what]} があります`, `${it.newest?.[what]} is there`), 'wait')), primary(t(`${label}を更新`, `Update: ${label}`), `update-${what}`, () => change('/settings/update', { what }, t('更新しました', 'Updated')))]);
  const older = { model: field({ label: t('機種', 'Model'), name: 'model', value: it.model, 'data-do': 'set-model', options: it.models?.map(({ model, sensor }) => [model, t(`${model}（${sensorName(sensor)}）`, `${model} (${sensorName(sensor)})`)]) }), os: field({ label: 'OS', name: 'os', value: it.os, 'data-do': 'set-os' }), app: field({ label: t('認めアプリ', 'Mitome app'), name: 'app', value: it.app, 'data-do': 'set-app' }) };
  return view(t('機種とソフトウェア', 'Model and software'), { back: 'settings' }, saidBefore(), h('p', {}, t('機種 ', 'Model '), h('strong', {}, it.model)), update('os', 'OS'), update('app', t('認めアプリ', 'Mitome app')),
    h('form', { class: 'simulated', onsubmit: (event) => {
      event.preventDefault();
      change('/settings', { model: older.model.value, os: older.os.value, app: older.app.value }, t('変えました', 'Changed'));
    } }, h('p', { class: 'small' }, t('古い機種や古いソフトウェアで試せます。', 'Try an older phone or older software.')), older.model, older.os, older.app, h('button', { class: 'button secondary wide', 'data-do': 'set-device' }, t('この機種にする', 'Be this device'))));
}

export function accountScene() {
  const out = h('div', {});
  const { account } = phone.state;
  return view(t('アカウント', 'Account'), { back: 'settings' }, saidBefore(),
    account?.signed_in ? notice('good', t(`${account.name} でサインインしています`, `Signed in as ${account.name}`)) : h('p', {}, t('同じアカウントでサインインすると、支払い用や会員のカードがこの電話に戻ります。マイナンバーカードは戻りません。', 'Signing in with the same account brings payment and member cards to this phone. The My Number Card does not come.')),
    out, primary(account?.signed_in ? t('もう一度同期する', 'Synchronise again') : t('アカウントでサインイン', 'Sign in with your account'), 'sign-in', async () => {
      try {
        const answer = await act('/account/restore', {});
        sayNext([notice('good', t(`${answer.items.length} 件が戻りました`, `${answer.items.length} items came back`), h('ul', { class: 'plain' }, answer.items.map((item) => h('li', {}, pick(item, 'name'))))),
          (answer.not_restored ?? []).map((item) => notice('wait', t('マイナンバーカードは戻りません', 'The My Number Card does not come back'), pick(item, 'why'), button(t('カードを追加する', 'Add the card'), { do: 'enrol-open', onclick: () => go('enrol') })))]);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        fill(out, refusalNotice(error));
      }
    }));
}

export function eraseScene() {
  return view(t('工場出荷時に戻す', 'Factory reset'), { back: 'settings' }, saidBefore(),
    notice('wait', t('これだけでは証明書は失効しません', 'This alone revokes nothing'), isPin() ? resetText() : t('電話を手放すときは、先にアプリのメニューからカードを削除してください。', 'Before giving the phone away, delete the card in the app’s menu first.')),
    button(t('すべて消去する', 'Erase everything'), { kind: 'danger', do: 'erase', wide: true, onclick: async () => {
      if (!(await confirm({ title: t('すべて消去しますか', 'Erase everything?'), body: t('この電話のデータがすべて消えます。', 'All data on this phone is erased.'), yes: t('消去する', 'Erase'), danger: true }))) return;
      let shown;
      try {
        const done = await post('/phone/erase', {});
        shown = notice('wait', t('消去しました', 'Erased'), pick(done, 'note'), done.known ? h('p', {}, h('a', { href: to('desk', '/hotline'), 'data-do': 'to-hotline' }, t('電話窓口へ', 'To the hotline'))) : null);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        shown = refusalNotice(error);
      }
      await Promise.all([refresh(), refreshSettings()]);
      sayNext(shown);
    } }));
}
