// The phone: its frame and buttons, what is on its screen, and the choice among the town's phones where the address names none.
import { h, fill, t, page, api, button, busy, refusalNotice, notice, japanTime, japanDate, to, Refusal, toast } from '/ui/ui.js';
import { phone, get, act, refresh, onChange, follow, now } from './remote.js';
import { go, route, primary, second, saidBefore, sayNext, onRedraw } from './screen.js';
import { withTouch } from './touch.js';
import { meetPeople, handPicker, holderName } from './hand.js';
import { walletUpScene, walletUpKey, walletAppScene, walletAppKey, walletItemScene } from './wallet.js';
import { requestScene, requestKey, readerScene, readerKey, outcomeScene, outcomeKey, keepLink, waitingLink, openWaiting, isOpening, openingScene } from './consent.js';
import { noticesScene, noticeList, banner } from './notices.js';
import { isPin, navigation, openItem, cardKey, cardSettingsScene } from './pin-phone.js';
import { sensorName } from './elements.js';
import { icon } from './icons.js';

/** A scene of a module that is fetched when it is first opened. */
function later(load, draws) {
  let module = null;
  const fetched = async () => {
    module = await load();
    draw(true);
  };
  return Object.fromEntries(Object.entries(draws).map(([where, name]) => [where, [() => (module ? `${where} ${module.key()}` : `${where} …`), () => {
    if (module) return module[name]();
    fetched();
    return busy(t('開いています…', 'Opening…'));
  }]]));
}
const ROUTES = {
  wallet: [walletAppKey, walletAppScene],
  notices: [() => `notices ${phone.notices.length}`, noticesScene],
  'app/notices': [() => `notices ${phone.notices.length}`, noticesScene],
  ...later(() => import('./enrol.js'), { enrol: 'enrolScene' }),
  ...later(() => import('./app.js'), { app: 'appHome', 'app/scan': 'scanScene', 'app/log': 'logScene', 'app/menu': 'menuScene', 'app/card': 'cardScene',
    'app/contents': 'contentsScene', 'app/privacy': 'privacyScene', 'app/lost': 'lostScene' }),
  ...later(() => import('./pin-reset.js'), { 'app/pin-reset': 'pinResetScene' }),
  ...later(() => import('./settings.js'), { settings: 'settingsScene', 'settings/touch': 'touchScene', 'settings/about': 'aboutScene', 'settings/account': 'accountScene',
    'settings/erase': 'eraseScene' }),
  'settings/card': [cardKey, cardSettingsScene],
};

/** [key, draw]: drawn again when the key is another, so that what is being typed is not lost to a notification. */
function scene() {
  const { screen, wallet, request, reader } = phone.state;
  if (request && screen === 'unlocked') return [requestKey(), requestScene];
  if (reader) return [readerKey(), readerScene];
  if (outcomeKey()) return [outcomeKey(), outcomeScene];
  if (wallet) return [walletUpKey(), walletUpScene];
  if (screen === 'asleep') return ['asleep', asleep];
  if (screen === 'locked') return [`locked ${phone.notices.length} ${phone.state.locked} ${Boolean(waitingLink() || request)}`, locked];
  if (isOpening()) return ['opening', openingScene];
  if (openItem()) return [`${route()} ${walletAppKey()}`, walletItemScene];
  const [key, draw] = ROUTES[route()] ?? [() => `home ${phone.notices.length}`, home];
  return [`${route()} ${key()}`, draw];
}

let shownKey = null;
let place = null;
function draw(force) {
  if (!phone.state || !place?.isConnected) return;
  const [key, make] = scene();
  place.closest('.device').dataset.screen = phone.state.wallet || phone.state.screen !== 'asleep' ? 'lit' : 'asleep';
  drawStatus();
  if (key === shownKey && !force) return;
  const moved = shownKey !== null;
  shownKey = key;
  for (const video of place.querySelectorAll('video')) for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  fill(place, make());
  place.scrollTop = 0;
  const heading = place.querySelector('h1');
  if (moved && heading && !document.querySelector('dialog[open]')) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

// ---- screens of the phone itself ----

const asleep = () => h('div', { class: 'asleep' }, h('h1', { class: 'visually-hidden' }, t('画面は消えています', 'The screen sleeps')), h('p', {}, isPin() ? t('電源ボタンで画面が点きます。', 'The power button wakes it.') : phone.state.sensor === 'finger'
  ? t('サイドボタンで画面が点きます。ホームボタンを2回押すとウォレットが開きます。', 'The side button wakes it. Pressing the home button twice brings up the wallet.') : t('サイドボタンで画面が点きます。2回押すとウォレットが開きます。', 'The side button wakes it. Pressed twice, it brings up the wallet.')));

function locked() {
  const waits = waitingLink() || phone.state.request;
  return h('div', { class: 'locked' }, h('h1', { class: 'clock-face' }, h('span', { dataset: { live: 'time' } }, japanTime(now()))), h('p', { class: 'clock-date' }, japanDate(now())), saidBefore(),
    waits ? notice('info', t('認証の依頼が届いています', 'A request is waiting'), t('ロックを解除すると確認できます。', 'Unlock to see it.')) : null,
    phone.state.locked ? notice('bad', t('生体認証はロックされています', 'The sensor is locked'), t('パスコードで解除してください。', 'Unlock with the passcode.')) : null,
    noticeList(phone.notices.slice(0, 3)), h('div', { class: 'locked-bottom stack' }, h('p', { class: 'row', 'aria-hidden': 'true' }, icon('lock', 28)),
      phone.state.enrolled && !phone.state.locked ? primary(t(`${sensorName(phone.state.sensor)}で解除`, `Unlock by ${sensorName(phone.state.sensor)}`), 'unlock', unlock) : null,
      phone.state.passcode ? passcodeForm() : null,
      !phone.state.passcode && !phone.state.enrolled ? second(t('解除', 'Unlock'), 'unlock-plain', () => act('/unlock', {})) : null));
}

async function unlock() {
  try {
    await withTouch('/unlock', {}, { title: t('ロックを解除', 'Unlock'), text: t('この電話を使い始めます。', 'Begin to use this phone.') });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    sayNext(refusalNotice(error));
  }
}

function passcodeForm() {
  const input = h('input', { type: 'password', autocomplete: 'off', name: 'passcode', 'aria-label': t('パスコード', 'Passcode'), placeholder: t('パスコード', 'Passcode'), dataset: { do: 'unlock-passcode' } });
  return h('form', { class: 'with-button', onsubmit: async (event) => {
    event.preventDefault();
    try {
      await act('/unlock', { passcode: input.value });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      sayNext(refusalNotice(error));
    }
  } }, input, h('button', { class: 'button', dataset: { do: 'unlock-passcode-send' } }, t('解除', 'Unlock')));
}

function home() {
  const app = (name, label, where, count) => h('a', { class: 'app-icon', href: `#/${where}`, dataset: { do: `open-${name}` } }, h('span', { class: `app-tile ${name}` }, icon(name, 34), count ? h('span', { class: 'count' }, String(count)) : null), h('span', {}, label));
  return h('div', { class: 'home' }, h('h1', { class: 'visually-hidden' }, t('ホーム画面', 'Home screen')), h('div', { class: 'home-clock' }, h('strong', { dataset: { live: 'time' } }, japanTime(now())), h('span', {}, japanDate(now()))), saidBefore(),
    h('div', { class: 'app-icons' }, app('app', t('認めアプリ', 'Mitome app'), 'app'), app('wallet', t('ウォレット', 'Wallet'), 'wallet'), app('notices', t('お知らせ', 'Notifications'), 'notices', phone.notices.length), app('settings', t('設定', 'Settings'), 'settings')));
}

// ---- the frame ----

/** One press, or two within a moment: told to the phone as such. */
function presses(name) {
  if (isPin()) return () => press(name, 1);
  let timer = null;
  return () => {
    if (timer) {
      clearTimeout(timer);
      timer = null;
      press(name, 2);
    } else {
      timer = setTimeout(() => { timer = null; press(name, 1); }, 380);
    }
  };
}
async function press(name, times) {
  if (name === 'home' && times === 1 && phone.state.screen === 'unlocked' && !phone.state.wallet) go('');
  try {
    await act('/button', { button: name, presses: times });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    toast(`${error.text} ${error.next}`, { reason: error.reason });
  }
}

let status = null;
function drawStatus() {
  if (!status) return;
  fill(status, h('span', { class: 'number', dataset: { live: 'time' } }, japanTime(now())), h('span', { class: 'status-right' }, phone.state.name ?? phone.id, icon(phone.state.network === false ? 'no-wifi' : 'wifi', 16),
    h('span', { class: 'visually-hidden' }, phone.state.network === false ? t('ネットワークなし', 'No network') : t('ネットワークあり', 'Network on'))));
}
setInterval(() => {
  if (!phone.state) return;
  for (const element of document.querySelectorAll('[data-live="time"]')) {
    const time = japanTime(now());
    if (element.textContent !== time) element.textContent = time;
  }
}, 1000);

function device() {
  const finger = phone.state.sensor === 'finger';
  const goHome = () => {
    if (phone.state.wallet) act('/wallet/close', {}).catch(() => {});
    go('');
  };
  const goBack = () => (place.querySelector('.view-back') ?? { click: goHome }).click();
  status = h('div', { class: 'status' });
  place = h('div', { class: 'scene', role: 'region', 'aria-label': t('電話の画面', 'The phone’s screen') });
  const key = (name, label) => h('button', { type: 'button', class: `key ${name}-key`, 'aria-label': label, title: label, dataset: { do: name }, onclick: presses(name) });
  return h('div', { class: 'device phone-frame', dataset: { sensor: phone.state.sensor, profile: phone.state.profile } }, key('side', isPin() ? t('電源ボタン', 'Power button') : t('サイドボタン', 'Side button')),
    h('div', { class: 'phone-screen' }, status, h('div', { class: 'banners', role: 'status', 'aria-live': 'polite' }), place,
      isPin() ? navigation(goBack, goHome) : finger ? null : h('button', { type: 'button', class: 'home-bar', dataset: { do: 'go-home' }, 'aria-label': t('ホーム画面へ', 'To the home screen'), onclick: goHome })),
    finger && !isPin() ? key('home', t('ホームボタン', 'Home button')) : null);
}

/** Beside the phone: its buttons in words, and the hand that holds it. */
function beside() {
  const finger = phone.state.sensor === 'finger';
  const press_ = (name, times, label, action) => button(label, { do: action, onclick: () => press(name, times) });
  return h('aside', { class: 'beside stack', 'aria-label': t('電話のまわり', 'Around the phone') },
    h('h2', {}, t(`${holderName()}さんの電話`, `The phone of ${holderName()}`)), h('p', { class: 'soft' }, `${phone.state.name ?? phone.id} · ${phone.state.model} · ${finger ? t('指紋センサー', 'finger sensor') : t('顔センサー', 'face sensor')}`),
    h('h3', {}, t('ボタン', 'Buttons')), h('div', { class: 'row' }, press_('side', 1, isPin() ? t('電源', 'Power') : t('サイド 1回', 'Side once'), 'side-once'), isPin() ? null : finger ? press_('home', 2, t('ホーム 2回', 'Home twice'), 'home-double') : press_('side', 2, t('サイド 2回', 'Side twice'), 'side-double')),
    h('p', { class: 'small soft' }, isPin() ? t('カードを呼び出すボタンはありません。ウォレットの一覧から開きます。', 'No button brings up the card: it is opened in the wallet’s list.') : finger ? t('ホームボタンの2回押しは、画面が消えているかロックされているときだけ効きます。', 'The home button’s double press works only while the screen sleeps or is locked.') : t('サイドボタンを2回押すとウォレットが開きます。', 'Pressing the side button twice brings up the wallet.')),
    h('h3', {}, t('手', 'The hand')), handPicker(),
    h('p', {}, h('a', { href: '/', dataset: { do: 'other-phones' } }, t('ほかの電話を見る', 'Other phones'))), h('p', {}, h('a', { href: to('town'), dataset: { do: 'back-to-town' } }, t('町へ戻る', 'Back to the town'))));
}

// ---- which phone ----

async function chooser(main) {
  fill(main, h('h1', {}, t('どの電話を使いますか', 'Which phone?')), busy(t('町の電話を調べています…', 'Looking for the town’s phones…')));
  const { phones } = await api.get('/api/phones');
  const states = await Promise.all(phones.map(({ id }) => api.get(`/api/${id}/state`).catch(() => null)));
  if (phone.id) return;
  fill(main, h('h1', {}, t('どの電話を使いますか', 'Which phone?')),
    waitingLink() ? notice('info', t('認証の依頼が届いています', 'A request is waiting'), t('あなたの電話を選んでください。', 'Choose your phone.')) : null,
    h('ul', { class: 'grid plain' }, phones.map(({ id }, i) => h('li', {}, h('a', { class: 'card phone-choice', href: `/?phone=${encodeURIComponent(id)}`, dataset: { do: `phone-${id}` } }, h('span', { class: 'mini-phone', 'aria-hidden': 'true', dataset: { sensor: states[i]?.profile === 'pin' ? 'behind' : states[i]?.sensor } }),
      h('span', {}, h('strong', {}, states[i]?.owner ? t(`${states[i].owner}さんの電話`, `The phone of ${states[i].owner}`) : id), h('span', { class: 'small soft' }, states[i] ? `${states[i].model} · ${states[i].profile === 'pin' ? t('暗証番号の機種', 'a PIN phone') : sensorName(states[i].sensor)}` : ''),
        h('span', { class: 'small' }, states[i]?.card ? t('カードあり', 'holds the card') : t('カードなし', 'no card yet'))))))));
}

async function start(main) {
  const asked = /^#request=(.+)$/.exec(location.hash);
  if (asked) {
    keepLink(decodeURIComponent(asked[1]));
    history.replaceState(null, '', `${location.pathname}${location.search}#/`);
  }
  const id = new URLSearchParams(location.search).get('phone');
  if (!id || !/^[\w-]+$/.test(id)) {
    await chooser(main);
    return;
  }
  phone.id = id;
  fill(main, busy(t('電話をつないでいます…', 'Reaching the phone…')));
  [phone.settings] = await Promise.all([get('/settings'), meetPeople()]);
  await refresh();
  document.documentElement.classList.add('with-phone');
  fill(main, h('div', { class: 'around' }, device(), beside()));
  shownKey = null;
  draw(true);
  await openWaiting();
}

let following = null;
page({ title: () => t('電話', 'Phone'), width: 'wide', render: async (main) => {
  try {
    await start(main);
    if (phone.id) following ??= follow(banner);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    fill(main, refusalNotice(error), h('p', {}, h('a', { href: '/' }, t('町の電話から選ぶ', 'Choose one of the town’s phones'))));
  }
} });
onChange(() => { draw(); openWaiting(); });
onRedraw(() => draw(true));
// The town's clock may have been moved meanwhile, at another page.
addEventListener('visibilitychange', () => { if (phone.id && !document.hidden) refresh().catch(() => {}); });
addEventListener('hashchange', () => {
  const asked = /^#request=(.+)$/.exec(location.hash);
  if (asked) {
    keepLink(decodeURIComponent(asked[1]));
    history.replaceState(null, '', `${location.pathname}${location.search}#/`);
    openWaiting();
  }
  draw();
});
