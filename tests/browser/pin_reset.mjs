// A forgotten PIN without a way to city hall: reserved in the app with the face and the card's other PIN, set anew at a kiosk within 24 hours.
import {test} from './harness/harness.mjs';
import {decided, film, handed_over, holder, lay_card, later, open_phone} from './harness/people.mjs';
import {by_card, login_by_card} from './harness/services.mjs';

const at_the_kiosk = async (town, page, shop) => {
  await page.goto(town.url('kiosk', `/?shop=${shop}`));
  await page.click('[data-do="start-ja"]');
};
/** The reservation without the page: the scene for what a kiosk does with it. */
async function reserve(town, pin, other_pin) {
  await film(town);
  await town.post('phone', '/api/phone-1/hand', {item: (await holder(town)).card});
  const asked = async () => (await town.post('phone', '/api/phone-1/app/pin-reset', {pin, other_pin})).body;
  if ((await asked()).reason !== 'REVIEW_PENDING') throw new Error('the desk decides before it is reserved');
  await decided(town, async () => (await asked()).expires);
}
/** At the kiosk: the card on its reader, its other PIN and the new one. */
async function set_anew(town, page, which, other, fresh) {
  await page.click(`[data-do="reset-${which}"]`);
  const lay = `[data-do="lay-${(await holder(town)).card}"]`;
  await page.locator(lay).waitFor();
  if (await page.locator(lay).getAttribute('aria-pressed') !== 'true') await page.click(lay);
  await page.locator(`${lay}[aria-pressed="true"]`).waitFor();
  await again(page, other, fresh);
}
async function again(page, other, fresh) {
  await page.fill('[data-do="other"]', other);
  await page.fill('[data-do="fresh"]', fresh);
  await page.click('[data-do="reset-enter"]');
}

test('reserved in the app, with the face and the card’s other PIN', async ({town, page, check}) => {
  await handed_over(town, 'phone-1');
  await open_phone(town, page, 'phone-1', '#/app/menu');
  await page.click('[data-do="menu-reset"]');
  await page.check('[data-do="forgot-sign"] input');
  await page.click('[data-do="pin-reset-start"]');
  await page.click('[data-do="film-sample"]');
  await lay_card(page, 1);
  await page.fill('[data-do="other-pin"]', '0000');
  await page.click('[data-do="pin-reset-reserve"]');
  await check.refusal_shown(page, 'PIN_WRONG');
  await page.fill('[data-do="other-pin"]', '1234');
  // The desk compares the faces first; the app says so, and the holder asks again.
  for (let status = 503; status === 503;) {
    const [answer] = await Promise.all([page.waitForResponse('**/app/pin-reset'), page.click('[data-do="pin-reset-reserve"]')]);
    status = answer.status();
    if (status === 503) await check.refusal_shown(page, 'REVIEW_PENDING');
  }
  check.ok(page.refusals.some((one) => one.reason === 'REVIEW_PENDING'), 'the desk was asked');
  await check.text(page, '.notice.good', /予約しました/);
  await check.text(page, '.notice.good', /2026年6月2日.*10:0\d.*まで/, 'within 24 hours');
  await check.look(page, 'reserved');
});

test('completed at a kiosk: the new password signs, the old one no more', async ({town, page, check, step}) => {
  await step('the kiosk', async () => {
    await at_the_kiosk(town, page, 'minamo-1');
    await set_anew(town, page, 'sign', '0000', 'NEWPASS1');
    await check.refusal_shown(page, 'PIN_WRONG');
    await again(page, '1234', 'short');
    await check.refusal_shown(page, 'PIN_FORMAT');
    await again(page, '1234', 'NEWPASS1');
    await check.text(page, '.notice.good', /設定し直しました/);
    await page.click('[data-do="stop"]');
  });
  await login_by_card(town, page, 'portal');
  await page.click('[data-do="register"]');
  await by_card(page, 1, 'SIGN1234');
  await check.refusal_shown(page, 'PIN_WRONG');
  await page.fill('[data-do="sign-password"]', 'NEWPASS1');
  await page.click('[data-do="card-sign"]');
  await check.text(page, 'main', /利用登録が完了しました/);
});

test('one reservation is one reset', async ({town, page, check}) => {
  await at_the_kiosk(town, page, 'minamo-1');
  await set_anew(town, page, 'sign', '1234', 'NEWPASS2');
  await check.refusal_shown(page, 'REPLAY');
});

test('the four digits are set anew only where the chain does it', async ({town, page, check}) => {
  await reserve(town, 'auth', 'NEWPASS1');
  await at_the_kiosk(town, page, 'minamo-1');
  await page.locator('[data-do="reset-sign"]').waitFor();
  check.equal(await page.locator('[data-do="reset-auth"]').count(), 0, 'this chain offers the signing password alone');
  const forced = await page.evaluate(async () => (await (await fetch('/api/pin-reset', {method: 'POST', headers: {'content-type': 'application/json'},
    body: JSON.stringify({pin: 'auth', other_pin: 'NEWPASS1', new_pin: '4321'})})).json()).reason);
  check.equal(forced, 'FORBIDDEN', 'nor does it when asked to');
  await page.click('[data-do="stop"]');
  await at_the_kiosk(town, page, 'akane-1');
  await set_anew(town, page, 'auth', 'NEWPASS1', '4321');
  await check.text(page, '.notice.good', /設定し直しました/);
  await page.goto(town.url('tax', '/'));
  await page.click('[data-do="login"]');
  await by_card(page, 1, '4321');
  await page.locator('[data-do="logout"]').waitFor();
});

test('after 24 hours the reservation is over', async ({town, page, check}) => {
  await reserve(town, 'sign', '4321');
  await later(town, 86400);
  await at_the_kiosk(town, page, 'minamo-1');
  await set_anew(town, page, 'sign', '4321', 'TOOLATE1');
  await check.refusal_shown(page, 'SESSION_EXPIRED');
});

test('a kiosk that is closed sets nothing; in the morning it still does', async ({town, page, check}) => {
  await town.clock('22:58');
  await reserve(town, 'sign', '4321');
  await town.clock('23:00');
  await at_the_kiosk(town, page, 'minamo-1');
  await check.refusal_shown(page, 'KIOSK_CLOSED');
  check.match(await page.locator('[data-do="move-clock"]').getAttribute('href'), /clock=06%3A30/, 'it says until when');
  await town.clock('06:29');
  await page.reload();
  await page.click('[data-do="start-ja"]');
  await check.refusal_shown(page, 'KIOSK_CLOSED');
  await town.clock('06:30');
  await at_the_kiosk(town, page, 'minamo-1');
  await set_anew(town, page, 'sign', '4321', 'MORNING1');
  await check.text(page, '.notice.good', /設定し直しました/);
});
