// The kiosk in a shop: by card and by phone, and what it refuses.
import {test} from './harness/harness.mjs';

const start = async (page, town, shop, lang = 'ja') => {
  await page.goto(town.url('kiosk', `/?shop=${shop}`));
  await page.click(`[data-do="start-${lang}"]`);
};
const choose = async (page, document, holder) => {
  await page.click(`[data-do="document-${document}"]`);
  await page.click(`[data-do="holder-${holder}"]`);
};
/** Lays the first thing of that kind on the terminal's reader. */
const lay = async (page, town, kind) => {
  const hand = await town.get('kiosk', '/api/hand?reader=kiosk-1');
  const thing = hand.body.items.find((each) => each.kind === kind);
  if (!thing.here) await page.click(`[data-do="lay-${thing.id}"]`);
};
const type = async (page, pin) => {
  await page.fill('[data-do="pin"]', pin);
  await page.click('[data-do="pin-enter"]');
};

test('shops say what they take', async ({town, page, check}) => {
  await page.goto(town.url('kiosk', '/'));
  await check.text(page, '[data-do="shop-hoshinoki-1"]', /カードのみ/);
  await check.look(page, 'shops');
});

test('a certificate of residence by card, after one wrong PIN', async ({town, page, check, step}) => {
  await start(page, town, 'minamo-1');
  await choose(page, 'residence', 'card');
  await lay(page, town, 'card');
  await page.click('[data-do="read"]');
  await page.locator('[data-do="pin"]').waitFor();
  await check.look(page, 'pin');
  await type(page, '9999');
  await check.refusal_shown(page, 'PIN_WRONG');
  await type(page, '1234');
  await page.locator('[data-do="download"]').waitFor();
  await check.look(page, 'paper');
  await step('the paper is a signed PDF', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-do="download"]')]);
    check.match(download.suggestedFilename(), /residence-specimen\.pdf/, 'file name');
  });
  await page.click('[data-do="taken"]');
  await check.text(page, 'main h1', /言語を選んでください/);
});

test('a shop that takes cards only says so', async ({town, page, check}) => {
  await start(page, town, 'hoshinoki-1');
  await choose(page, 'residence', 'phone');
  await check.refusal_shown(page, 'USE_PHYSICAL_CARD');
});

test('what lies there must be what was chosen, and nothing there is no card', async ({town, page, check}) => {
  await town.post('kiosk', '/api/hand', {reader: 'kiosk-1', item: null});
  await start(page, town, 'minamo-1', 'en');
  await choose(page, 'residence', 'phone');
  await page.click('[data-do="read"]');
  await check.refusal_shown(page, 'CARD_SILENT');
  await lay(page, town, 'card');
  await page.click('[data-do="read"]');
  await check.refusal_shown(page, 'HOLDER_MISMATCH');
});

test('the paper can be checked by anyone, without personal data', async ({town, page, check}) => {
  await page.goto(town.url('kiosk', '/verify?code=0000-0000-0000-0000'));
  await check.text(page, 'main', /発行されていません/);
  await check.look(page, 'verify');
});

test('a session left open is cleared', async ({town, page, check}) => {
  await start(page, town, 'minamo-1');
  await page.locator('[data-do="document-seal"]').waitFor();
  await page.locator('text=前の操作は消去しました').waitFor({timeout: 45_000});
  check.refused(await town.post('kiosk', '/api/paper', {}), 'SESSION_EXPIRED');
});

test('a PIN without a reservation is not set anew', async ({town, page, check}) => {
  await start(page, town, 'minamo-1');
  await page.click('[data-do="reset-sign"]');
  await lay(page, town, 'card');
  await page.fill('[data-do="other"]', '1234');
  await page.fill('[data-do="fresh"]', 'NEWPASS1');
  await check.look(page, 'reset');
  await page.click('[data-do="reset-enter"]');
  await check.refusal_shown(page, 'NOT_FOUND');
});

test('outside the hours it says until when', async ({town, page, check}) => {
  await town.clock('23:00');
  await page.goto(town.url('kiosk', '/?shop=minamo-1'));
  await page.locator('[data-do="move-clock"]').waitFor();
  await page.click('[data-do="start-ja"]');
  await check.refusal_shown(page, 'KIOSK_CLOSED');
});
