// Who may add the card and from when it works: not under 15, not as a ward; before 19:30 after minutes, from 19:30 at 08:00; and the way back.
import {test} from './harness/harness.mjs';
import {made_at_the_desk} from './harness/desk.mjs';
import {handed_over, later, open_phone, prepare} from './harness/people.mjs';

const state = async (town, phone) => (await town.get('phone', `/api/${phone}/state`)).body;

/** The steps up to the reading, in the page; a card without a signing certificate has no password to type, so any is typed. */
async function read(town, page, card) {
  await town.post('phone', '/api/phone-1/app/cancel');
  await open_phone(town, page, 'phone-1', '#/enrol');
  for (const name of ['enrol-start', 'film-sample']) await page.click(`[data-do="${name}"]`);
  await page.fill('[data-do="text-pin"]', '5678');
  await page.click('[data-do="next"]');
  await page.fill('[data-do="sign-password"]', 'SIGN1234');
  await page.click('[data-do="next"]');
  await page.click(`.scene [data-do="lay-${card}"]`);
  await page.locator(`.scene [data-do="lay-${card}"][aria-pressed="true"]`).waitFor();
  await page.click('[data-do="read"]');
}

test('one step back, and on again', async ({town, page, check}) => {
  await handed_over(town, 'phone-1');
  await open_phone(town, page, 'phone-1', '#/enrol');
  for (const name of ['enrol-start', 'film-sample']) await page.click(`[data-do="${name}"]`);
  await page.fill('[data-do="text-pin"]', '5678');
  await page.click('[data-do="next"]');
  await page.locator('[data-do="sign-password"]').waitFor();
  await page.click('[data-do="back"]');
  await check.text(page, '.enrol-progress', /手順 3 \/ 9/);
  await page.fill('[data-do="text-pin"]', '5678');
  await page.click('[data-do="next"]');
  await check.text(page, '.enrol-progress', /手順 4 \/ 9/);
});

test('a model that is too old is refused with its own reason; old software is brought up to date by its button', async ({town, page, check}) => {
  await handed_over(town, 'phone-2');
  const be = async (model, os) => {
    await open_phone(town, page, 'phone-2', '#/settings/about');
    await page.selectOption('[data-do="set-model"]', model);
    await page.fill('[data-do="set-os"]', os);
    await page.click('[data-do="set-device"]');
    await check.text(page, '.scene', /変えました/);
  };
  const start = async () => {
    await page.goto(town.url('phone', '/?phone=phone-2#/enrol'));
    await page.click('[data-do="enrol-start"]');
  };
  const newest = (await town.get('phone', '/api/phone-2/settings')).body.newest.os;
  await be('MT-9', newest);
  await start();
  await check.refusal_shown(page, 'DEVICE_UNSUPPORTED');
  await be('MT-11', '18.4');
  await start();
  await check.refusal_shown(page, 'OS_TOO_OLD');
  await page.click('[data-do="open-settings"]');
  await page.click('[data-do="settings-about"]');
  await page.click('[data-do="update-os"]');
  await check.text(page, '.scene', /更新しました/);
  await start();
  await page.locator('[data-do="film-sample"]').waitFor();
});

test('under 15: refused with its own reason', async ({town, page, check}) => {
  const {card} = await made_at_the_desk(town, {name: '見本　小夏', birth_date: '2014-05-05'});
  await read(town, page, card);
  await check.refusal_shown(page, 'UNDER_AGE');
  check.equal((await state(town, 'phone-1')).card, null, 'no card');
});

test('an adult ward: refused with its own reason', async ({town, page, check}) => {
  const {card} = await made_at_the_desk(town, {name: '見本　後見', birth_date: '1950-05-05', ward: true});
  await read(town, page, card);
  await check.refusal_shown(page, 'NO_SIGNING_CERTIFICATE');
  check.equal((await state(town, 'phone-1')).card, null, 'no card');
});

test('added at 19:29, usable after some minutes of the same evening', async ({town, page, check}) => {
  await town.clock('19:20');
  await prepare(town, 'phone-1');
  await open_phone(town, page, 'phone-1', '#/enrol');
  await town.clock('19:29');
  await page.click('[data-do="add"]');
  await page.click('[data-do="touch-owner"]');
  await check.text(page, '.scene', /2026年6月1日.*19:3\d から使えます/);
  const {card} = await state(town, 'phone-1');
  check.equal(card.state, 'pending', 'not yet');
  await later(town, card.active_at - (await state(town, 'phone-1')).now);
  await page.locator('.banner[data-notice="usable"]').waitFor();
  check.equal((await state(town, 'phone-1')).card.state, 'active', 'usable');
});

test('added at 19:30, usable from 08:00 and not a minute before', async ({town, page, check, step}) => {
  await town.clock('19:20');
  await prepare(town, 'phone-2', 2);
  await open_phone(town, page, 'phone-2', '#/enrol');
  await town.clock('19:30');
  await page.click('[data-do="add"]');
  await page.click('[data-do="touch-owner"]');
  await check.text(page, '.scene', /6月3日.*08:00 から使えます/);
  await check.look(page, 'from-eight');
  check.match(await page.locator('[data-do="move-clock"]').getAttribute('href'), /clock=08%3A00/, 'it offers to move the clock there');
  await town.clock('07:59');
  await step('one minute before', async () => {
    await page.goto(town.url('portal', '/'));
    await page.click('[data-do="login"]');
    await page.click('[data-do="phone"]');
    await page.click('[data-do="phone-phone-2"]');
    await check.refusal_shown(page, 'PENDING_UNTIL_0800');
    await page.click('[data-do="close-outcome"]');
  });
  await town.clock('08:00');
  await page.locator('.banner[data-notice="usable"]').waitFor();
  check.equal((await state(town, 'phone-2')).card.state, 'active', 'usable');
});

test('guardianship registered at the counter ends a phone that was live', async ({town, page, open, check}) => {
  const phone = await open();
  await open_phone(town, phone, 'phone-1', '#/app');
  await check.text(phone, '.scene', /ログイン、署名、対面の確認に使えます/);
  await page.goto(town.url('desk', '/counter'));
  await page.click('[data-do="sign-in"]');
  await page.selectOption('[data-do="why"]', 'ward');
  await page.fill('[data-do="name"]', '見留　花子');
  await page.fill('[data-do="birth"]', '1980-02-17');
  await page.click('[data-do="look-up"]');
  await page.click('[data-do="open-ward"]');
  await page.click('[data-do="ward"]');
  await page.click('[data-do="dialog-yes"]');
  await check.text(page, 'section[data-person]', /署名用電子証明書\s+失効/);
  await check.text(phone, '.scene', /この電話のカードは失効しました/);
});
