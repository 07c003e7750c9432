// The phone by itself: the nine steps of adding the card and everything that can be refused on the way (article A12 to A30).
import {test} from './harness/harness.mjs';
import {bring_up, enrol, handed_over, open_phone} from './harness/people.mjs';

const press = (page, name) => page.click(`[data-do="${name}"]`);
const state = async (town, phone) => (await town.get('phone', `/api/${phone}/state`)).body;
const set = (town, phone, settings) => town.post('phone', `/api/${phone}/settings`, settings);

/** Opens a phone where nothing of an earlier test is on its screen. */
async function calm(town, page, phone = 'phone-1', rest = '') {
  await town.post('phone', `/api/${phone}/wallet/close`, {});
  await open_phone(town, page, phone, rest);
}

/** The app's first step, where a phone that does not fit is refused. */
async function start_adding(town, page, phone = 'phone-1') {
  await calm(town, page, phone, '#/app');
  await press(page, 'enrol-open');
  await press(page, 'enrol-start');
}
/** From the face to the reading, with these PINs of the card. */
async function read_with(page, text_pin, password) {
  await page.fill('[data-do="text-pin"]', text_pin);
  await press(page, 'next');
  await page.fill('[data-do="sign-password"]', password);
  await press(page, 'next');
  await page.locator('.scene [data-lay="card"]').first().waitFor();
  if (!(await page.locator('.scene [data-lay="card"][aria-pressed="true"]').count())) {
    await page.locator('.scene [data-lay="card"]').first().click();
    await page.locator('.scene [data-lay="card"][aria-pressed="true"]').waitFor();
  }
  await press(page, 'read');
}

test('the town’s phones are there to choose from', async ({town, page, check}) => {
  await handed_over(town, 'phone-1', 'phone-2', 'phone-3');
  await page.goto(town.url('phone', '/'));
  await page.locator('[data-do="phone-phone-1"]').waitFor();
  await page.locator('[data-do="phone-phone-2"]').waitFor();
  await check.look(page, 'chooser');
  await press(page, 'phone-phone-1');
  await page.locator('.device').waitFor();
  check.equal(await page.locator('[data-do="side"]').getAttribute('aria-label'), 'サイドボタン');
});

test('what a phone lacks refuses the adding, each with its own reason', async ({town, page, check, step}) => {
  const before = (await town.get('phone', '/api/phone-1/settings')).body;
  await calm(town, page, 'phone-1');
  const cases = [['OS_TOO_OLD', {os: '18.4'}, {os: before.os}], ['APP_TOO_OLD', {app: '0.9'}, {app: before.app}], ['UNREACHABLE', {network: false}, {network: true}],
    ['BIOMETRICS_NOT_SET_UP', {biometrics_on: false}, {biometrics_on: true}]];
  for (const [reason, worse, better] of cases) {
    await step(reason, async () => {
      check.equal((await set(town, 'phone-1', worse)).status, 200, 'the setting');
      await start_adding(town, page);
      await check.refusal_shown(page, reason);
      check.equal((await set(town, 'phone-1', better)).status, 200, 'the setting again');
    });
  }
  await press(page, 'open-settings');
  await check.look(page, 'settings');
});

test('a still picture is no face, another movement can be chosen, and a reload goes on where it was', async ({town, page, check}) => {
  await start_adding(town, page);
  const first = await page.locator('.film-says').innerText();
  await press(page, 'motion');
  await page.locator('.film-says', {hasNotText: first}).waitFor();
  await press(page, 'film-still');
  await check.refusal_shown(page, 'LIVENESS_FAILED');
  await check.look(page, 'face');
  await press(page, 'film-sample');
  await page.locator('[data-do="text-pin"]').waitFor();
  await page.reload();
  await page.locator('[data-do="text-pin"]').waitFor();
  await check.text(page, '.enrol-progress', /手順 3 \/ 9/);
  await check.look(page, 'text-pin');
});

test('no card, a wrong PIN, and after three wrong ones a locked PIN', async ({town, page, check}) => {
  await calm(town, page, 'phone-2', '#/enrol');
  await press(page, 'enrol-start');
  await press(page, 'film-sample');
  await page.fill('[data-do="text-pin"]', '0000');
  await press(page, 'next');
  await page.fill('[data-do="sign-password"]', 'sign1234');
  check.equal(await page.inputValue('[data-do="sign-password"]'), 'SIGN1234', 'capitals by themselves');
  await press(page, 'next');
  await press(page, 'read');
  await check.refusal_shown(page, 'CARD_SILENT');
  // The last card of the town is spoilt by this.
  const last = page.locator('.scene [data-lay="card"]').last();
  await last.click();
  await page.locator('.scene [data-lay="card"][aria-pressed="true"]').waitFor();
  await press(page, 'read');
  await check.refusal_shown(page, 'PIN_WRONG');
  for (const reason of ['PIN_WRONG', 'PIN_BLOCKED']) {
    await read_with(page, '0000', 'SIGN1234');
    await check.refusal_shown(page, reason);
  }
  check.equal(page.refusals.map((one) => one.reason).filter((reason) => reason !== 'CARD_SILENT'), ['PIN_WRONG', 'PIN_WRONG', 'PIN_BLOCKED']);
  await press(page, 'enrol-cancel');
  await press(page, 'dialog-yes');
  await page.locator('[data-do="enrol-open"]').waitFor();
});

test('the nine steps, from “start adding” to “added, usable from …”', async ({town, page, check}) => {
  await town.post('phone', '/api/phone-1/app/cancel', {});
  await town.post('phone', '/api/phone-1/wallet/close', {});
  await enrol(town, page, 'phone-1', 1);
  await check.text(page, '.scene', /追加されました/);
  await check.text(page, '.scene', /から使えます/);
  await check.look(page, 'added');
  await press(page, 'to-app');
  await press(page, 'tab-menu');
  await press(page, 'menu-notices');
  await page.locator('li[data-notice="added"]').waitFor();
});

test('the double press brings up the wallet, and somebody else’s face opens nothing', async ({town, page, check}) => {
  await enrolled_once(town);
  await calm(town, page, 'phone-1');
  await press(page, 'side-double');
  await page.locator('.wallet-up').waitFor();
  await page.locator('[data-do="choose-card"]').waitFor();
  await check.look(page, 'wallet');
  await press(page, 'choose-card');
  await press(page, 'touch-stranger');
  await check.refusal_shown(page, 'USER_AUTH_FAILED');
  await press(page, 'touch-nobody');
  await check.refusal_shown(page, 'USER_AUTH_REQUIRED');
  await press(page, 'touch-owner');
  await page.locator('.ready').waitFor();
  await check.look(page, 'ready');
});

test('the home button’s double press does nothing on an unlocked screen', async ({town, page, check}) => {
  await calm(town, page, 'phone-2');
  await press(page, 'home-double');
  await check.refusal_shown(page, 'HOME_BUTTON_UNLOCKED');
  await press(page, 'side-once');
  await page.locator('.asleep').waitFor();
  await press(page, 'home-double');
  await page.locator('.wallet-up').waitFor();
});

test('five wrong faces lock the sensor; the passcode opens it again', async ({town, page, check}) => {
  await set(town, 'phone-1', {passcode: '482911'});
  await calm(town, page, 'phone-1', '#/app/contents');
  await press(page, 'contents-show');
  for (let i = 0; i < 4; i += 1) {
    await press(page, 'touch-stranger');
    await check.refusal_shown(page, 'USER_AUTH_FAILED');
    await page.locator('dialog .busy').waitFor({state: 'detached'});
  }
  await press(page, 'touch-stranger');
  await page.locator('dialog .busy').waitFor({state: 'detached'});
  if (!(await page.locator('[data-do="passcode"]').count())) await press(page, 'touch-owner');
  await check.refusal_shown(page, 'USER_AUTH_LOCKED');
  await check.look(page, 'locked');
  await page.fill('[data-do="passcode"]', '482911');
  await press(page, 'passcode-send');
  await press(page, 'touch-owner');
  await page.locator('.facts').first().waitFor();
  await check.text(page, '.scene', /個人番号/);
  await check.look(page, 'contents');
});

test('declined: nothing is handed over, and the log says so', async ({town, page, check}) => {
  await calm(town, page, 'phone-1');
  await bring_up(page);
  await press(page, 'engage');
  await page.locator('.qr').waitFor();
  const engagement = (await state(town, 'phone-1')).engagement;
  check.equal((await town.post('counter', '/api/read', {ask: 'age_over_20', engagement})).status, 200, 'the counter asks');
  await check.text(page, '.consent', /20歳以上/);
  await check.look(page, 'consent');
  await press(page, 'consent-no');
  await check.text(page, '.scene', /何も渡していません/);
  await press(page, 'close-outcome');
  await page.goto(town.url('phone', '/?phone=phone-1#/app/log'));
  const entries = (await town.get('phone', '/api/phone-1/activity')).body.entries;
  check.equal(entries[0].kind, 'declined');
});

test('this device’s own sensor stands in for the simulated one (WebAuthn)', async ({town, page, check}) => {
  await calm(town, page, 'phone-2', '#/settings/touch');
  await press(page, 'sensor-register');
  await check.text(page, '.scene', /登録しました/);
  check.equal((await page.authenticator.credentials()).length, 1);
  await press(page, 'side-once');
  await press(page, 'side-once');
  await press(page, 'unlock');
  await press(page, 'touch-real');
  await page.locator('.home, .view').first().waitFor();
  check.equal((await state(town, 'phone-2')).screen, 'unlocked');
});

test('deleted at the very bottom, then removed from the wallet by hand', async ({town, page, check}) => {
  await calm(town, page, 'phone-1', '#/app/menu');
  await press(page, 'menu-card');
  check.ok(await page.locator('.at-the-bottom [data-do="delete"]').count(), 'the button is the last thing');
  await press(page, 'delete');
  await press(page, 'dialog-yes');
  await press(page, 'touch-owner');
  await check.text(page, '.scene', /証明書を失効させました/);
  check.equal((await state(town, 'phone-1')).card.state, 'ended');
  await check.look(page, 'deleted');
  await press(page, 'open-wallet');
  await press(page, 'wallet-remove');
  await press(page, 'dialog-yes');
  await page.locator('.pass.my-number').waitFor({state: 'detached'});
  check.equal((await state(town, 'phone-1')).card, null);
});

/** The card of phone-1 has become usable. */
async function enrolled_once(town) {
  const {now, card} = await state(town, 'phone-1');
  if (card.active_at > now) await town.clock(new Date((card.active_at + 60 + 9 * 3600) * 1000).toISOString().slice(11, 16));
  await town.post('phone', '/api/phone-1/app/sync', {});
}
