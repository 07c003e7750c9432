// The likeness is the desk's decision: an enrolment waits, an operator looks at two pictures and decides, and the phone goes on or ends there.
import {test} from './harness/harness.mjs';
import {holder, open_phone, prepare} from './harness/people.mjs';

const state = async (town, phone) => (await town.get('phone', `/api/${phone}/state`)).body;

async function operators_room(town, page) {
  await page.goto(town.url('desk', '/operator'));
  const sign_in = page.locator('[data-do="sign-in"]');
  await sign_in.waitFor();
  await sign_in.click();
  await page.locator('[data-do="auto"]').waitFor();
}
/** Everything but the last press, with a film of the n-th person; then the last press, in the page. */
async function add(town, page, phone, n) {
  await prepare(town, phone, n);
  await open_phone(town, page, phone, '#/enrol');
  await page.click('[data-do="add"]');
  await page.click('[data-do="touch-owner"]');
  await check_waits(page);
}
const check_waits = (page) => page.locator('[data-do="add-again"]').waitFor();
const waiting = (page) => page.locator('section[data-review]:has([data-do="approve"])');

test('the town’s desk is told to wait, and an enrolment waits for it', async ({town, page, open, check, step}) => {
  const operator = await open();
  await operators_room(town, operator);
  await check.text(operator, 'main', /待っている人はいません/);
  await operator.click('[data-do="auto"]');
  await check.text(operator, 'main', /待っている人はいません/);
  const phone = page;
  await step('the phone adds the card and waits', () => add(town, phone, 'phone-1', 1));
  await check.text(phone, '.scene', /カードの顔写真と見比べています/);
  await phone.click('[data-do="add-again"]');
  await check.refusal_shown(phone, 'REVIEW_PENDING');
  await check.look(phone, 'waiting');
  await step('after a reload it still waits', async () => {
    await phone.reload();
    await check_waits(phone);
  });
  check.equal((await state(town, 'phone-1')).card, null, 'no card before the decision');
});

test('the operator sees film and photograph, approves, and the pictures are gone', async ({town, page, open, check}) => {
  const phone = await open();
  await phone.goto(town.url('phone', '/?phone=phone-1#/enrol'));
  await check_waits(phone);
  await operators_room(town, page);
  await check.text(page, 'section[data-review]', new RegExp((await holder(town)).name));
  await check.text(page, 'section[data-review]', /画像は決まるまで、長くても/);
  const pictures = await page.locator('section[data-review] img').evaluateAll((all) => Promise.all(all.map(async (image) => {
    await image.decode();
    return [image.getAttribute('src'), image.naturalWidth > 0];
  })));
  check.ok(pictures.length >= 2 && pictures.every(([, drawn]) => drawn), 'the photograph on the card, and frames of the film');
  await check.look(page, 'compare');
  await page.click('[data-do="approve"]');
  await check.text(page, 'section[data-review]', /承認/);
  check.equal(await page.locator('section[data-review] img').count(), 0, 'no picture is shown any more');
  const gone = await page.evaluate(async (all) => Promise.all(all.map(async (src) => (await (await fetch(src)).json()).reason)), pictures.map(([src]) => src));
  check.equal([...new Set(gone)], ['NOT_FOUND'], 'and none can be fetched');
  // The phone asks by itself; its holder need do nothing.
  await check.text(phone, '.scene', /追加されました/);
  await phone.click('[data-do="to-app"]');
  await phone.click('[data-do="tab-menu"]');
  await phone.click('[data-do="menu-notices"]');
  await phone.locator('li[data-notice="review-approved"]').waitFor();
});

test('refused: the phone says so, holds no card, and the enrolment is over', async ({town, page, open, check, step}) => {
  const phone = await open();
  await step('the other phone adds its card and waits', () => add(town, phone, 'phone-2', 2));
  await operators_room(town, page);
  await waiting(page).locator('[data-do="refuse"]').click();
  await check.text(page, 'section[data-review]:has(.badge.bad)', /却下/);
  await phone.locator('[data-do="enrol-start"]').waitFor();
  check.equal((await state(town, 'phone-2')).card, null, 'no card');
  await phone.goto(town.url('phone', '/?phone=phone-2#/notices'));
  await check.text(phone, 'li[data-notice="review-refused"]', /確認できませんでした/);
  await check.text(phone, 'li[data-notice="review-refused"]', /最初から追加し直してください/);
});

test('what was decided is decided, and the log says by whom', async ({town, page, check}) => {
  await operators_room(town, page);
  const id = await page.locator('section[data-review]').first().getAttribute('data-review');
  const again = await page.evaluate(async (which) => (await (await fetch('/api/operator/decide', {method: 'POST', headers: {'content-type': 'application/json'},
    body: JSON.stringify({id: which, decision: 'approve'})})).json()).reason, id);
  check.equal(again, 'TRANSITION_REFUSED', 'a second decision');
  for (const decided of [/likeness-approved/, /likeness-refused/]) await check.text(page, 'table', decided);
});
