// A town where only a real face or finger counts: the device's own authenticator, asked with user verification, for everything that the simulated sensor does elsewhere.
import {test} from './harness/harness.mjs';
import {holder, lay_card, later, reach_consent} from './harness/people.mjs';

export const town = {args: ['--require-webauthn']};

const owner_or_other = ['touch-owner', 'touch-stranger', 'touch-nobody', 'sensor-simulated'];
const state = async (town) => (await town.get('phone', '/api/phone-1/state')).body;
/** The device of all these tests: each has a browser of its own, whose authenticator holds what the last one left, its counter too. */
let credentials = [], copied = [];
const no_simulated_sensor = async (page, check) => {
  for (const name of owner_or_other) check.equal(await page.locator(`[data-do="${name}"]`).count(), 0, name);
};

test('no simulated sensor: not in the pages, and refused where somebody sends it all the same', async ({town, page, check}) => {
  for (let i = 0; i < 40 && (await state(town)).model !== 'MT-16'; i += 1) await page.waitForTimeout(250);
  const {sample} = await holder(town);
  check.refused(await town.post('phone', '/api/phone-1/settings', {biometrics: 'face', enrol_sample: sample}), 'SENSOR_REQUIRED');
  await page.goto(town.url('phone', '/?phone=phone-1#/enrol'));
  await page.click('[data-do="enrol-start"]');
  await check.refusal_shown(page, 'BIOMETRICS_NOT_SET_UP');
  await page.click('[data-do="open-settings"]');
  await page.click('[data-do="settings-touch"]');
  await no_simulated_sensor(page, check);
  await page.click('[data-do="sensor-register"]');
  await check.text(page, '.scene', /登録しました/);
  credentials = copied = await page.authenticator.credentials();
  check.equal(credentials.length, 1, 'one credential, made here');
  check.refused(await town.post('phone', '/api/phone-1/wallet/contents', {sample}), 'NOTHING_TO_PRESENT');
});

test('the card is added by the device’s own sensor, and by no other', async ({town, page, check, step}) => {
  await page.authenticator.holds(credentials);
  const {sample} = await holder(town);
  await step('the steps before the last', async () => {
    await page.goto(town.url('phone', '/?phone=phone-1#/enrol'));
    for (const name of ['enrol-start', 'film-sample']) await page.click(`[data-do="${name}"]`);
    await page.fill('[data-do="text-pin"]', '5678');
    await page.click('[data-do="next"]');
    await page.fill('[data-do="sign-password"]', 'SIGN1234');
    await page.click('[data-do="next"]');
    await lay_card(page, 1);
    await page.click('[data-do="read"]');
    for (let i = 0; i < 2; i += 1) {
      await page.fill('[data-do="own-pin"]', '1234');
      await page.click('[data-do="next"]');
    }
    for (const name of ['own-password', 'own-password-again']) await page.fill(`[data-do="${name}"]`, 'SIGN1234');
    await page.click('[data-do="next"]');
  });
  check.refused(await town.post('phone', '/api/phone-1/app/add', {sample}), 'SENSOR_REQUIRED');
  await page.click('[data-do="add"]');
  await no_simulated_sensor(page, check);
  await page.authenticator.matches(false);
  await page.click('[data-do="touch-real"]');
  await check.text(page, 'dialog .notice', /確認できませんでした/);
  check.equal((await state(town)).enrolment.name, 'add', 'nothing was sent');
  await page.authenticator.matches(true);
  await page.click('[data-do="touch-real"]');
  await page.locator('.done-mark').waitFor({timeout: 20000});
  await later(town, 600);
  await page.reload();
  await page.click('[data-do="go-home"]');
  check.equal((await state(town)).card.state, 'active', 'usable');
  credentials = await page.authenticator.credentials();
});

test('a login is confirmed by it; a finger that does not fit logs nobody in', async ({town, page, check}) => {
  await page.authenticator.holds(credentials);
  await page.goto(town.url('portal', '/'));
  await page.click('[data-do="login"]');
  await page.click('[data-do="phone"]');
  await reach_consent(page);
  await page.click('[data-do="consent-yes"]');
  await no_simulated_sensor(page, check);
  await page.authenticator.matches(false);
  await page.click('[data-do="touch-real"]');
  await check.text(page, 'dialog .notice', /確認できませんでした/);
  const {request} = await state(town);
  check.refused(await town.post('phone', '/api/phone-1/request/answer', {id: request.id, sample: (await holder(town)).sample}), 'SENSOR_REQUIRED');
  await page.authenticator.matches(true);
  await page.click('[data-do="touch-real"]');
  await check.text(page, 'main h1', /利用登録/);
  credentials = await page.authenticator.credentials();
});

test('an authenticator that was never registered here opens nothing', async ({town, page, check}) => {
  await page.goto(town.url('phone', '/?phone=phone-1#/app/contents'));
  await page.click('[data-do="contents-show"]');
  await page.click('[data-do="touch-real"]');
  await check.text(page, 'dialog .notice', /確認できませんでした/);
  check.equal(await page.locator('.facts').count(), 0, 'nothing is shown');
});

test('what a finger agreed to cannot be used for something else', async ({town, page, check}) => {
  await page.authenticator.holds(credentials);
  await page.goto(town.url('phone', '/?phone=phone-1#/app/contents'));
  await page.locator('[data-do="contents-show"]').waitFor();
  const answered = [];
  // Somebody in between takes the assertion for the contents and uses it for a deletion.
  await page.route('**/wallet/contents', async (route) => {
    const {assertion} = route.request().postDataJSON();
    answered.push(await town.post('phone', '/api/phone-1/app/delete', {assertion}), await town.post('phone', '/api/phone-1/wallet/contents', {assertion}));
    await route.continue();
  });
  await page.click('[data-do="contents-show"]');
  await page.click('[data-do="touch-real"]');
  await check.refusal_shown(page, 'REPLAY');
  check.refused(answered[0], 'CONSENT_SET_MISMATCH');
  check.refused(answered[1], 'REPLAY', 'once spoilt it is spent');
  check.equal((await state(town)).card.state, 'active', 'the card is still there');
});

test('a copy of the authenticator is found by its counter', async ({town, page, check}) => {
  await page.authenticator.holds(copied);
  await page.goto(town.url('phone', '/?phone=phone-1#/app/contents'));
  await page.click('[data-do="contents-show"]');
  await page.click('[data-do="touch-real"]');
  await check.refusal_shown(page, 'WEBAUTHN_COUNTER');
  check.equal(await page.locator('.facts').count(), 0, 'nothing is shown');
});
