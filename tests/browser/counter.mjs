// The counter: a clerk asks, scans a phone's code, its holder agrees, and the clerk sees what was asked and nothing else.
import {test} from './harness/harness.mjs';
import {agree, bring_up, holds_a_card, open_phone} from './harness/people.mjs';

let clerk, holder, name;

/** The phone shows its code for a counter. */
async function show_code(page) {
  await bring_up(page);
  await page.click('[data-do="engage"]');
  await page.locator('.qr').waitFor();
}
async function scan(page, ask) {
  await page.click(`[data-do="ask-${ask}"]`);
  await page.click('[data-do="to-scan"]');
  await page.click('[data-do="look"]');
  await page.click('[data-do="scan-phone-1"]');
  await page.locator('[data-do="cancel"]').waitFor();
}

test('a driving licence cannot be asked for', async ({town, page, check}) => {
  await page.goto(town.url('counter'));
  await check.text(page, 'main', /運転免許証の代わりにはなりません/);
  await page.click('[data-do="ask-driving"]');
  await check.refusal_shown(page, 'NOT_A_DRIVING_LICENCE');
  for (const ask of ['org.iso.18013.5.1.mDL', 'driving_privileges']) check.refused(await town.post('counter', '/api/read', {ask, engagement: 'mdoc:x'}), 'NOT_A_DRIVING_LICENCE');
  await check.look(page, 'ask');
  await check.keyboard(page, ['[data-do="to-scan"]', '[data-do="ask-driving"]', '[data-do="ask-age_over_20"] input']);
});

test('a picture or somebody’s old code is not accepted: there is no way but the phone’s own signature', async ({town, page, check}) => {
  await page.goto(town.url('counter'));
  await page.click('[data-do="to-scan"]');
  await check.text(page, 'main', /写真や録画では受け付けません/);
  await check.look(page, 'scan');
  await page.click('details summary');
  await page.fill('[data-do="engagement"]', 'a picture of a screen');
  await page.click('[data-do="paste"]');
  await check.refusal_shown(page, 'MALFORMED');
  const buttons = await page.locator('main button').allInnerTexts();
  check.no_match(buttons.join('\n'), /承認|許可|OK|accept/i, 'no button to accept by the look');
});

test('an identity check shows exactly what was asked, with the portrait to compare', async ({town, page, open, check, step}) => {
  holder = await open();
  await holds_a_card(town);
  await open_phone(town, holder);
  await step('the phone shows its code', () => show_code(holder));
  clerk = page;
  await clerk.goto(town.url('counter'));
  await step('the clerk scans it', () => scan(clerk, 'identity'));
  await check.look(clerk, 'wait');
  await step('the holder sees who asks for what', () => check.text(holder, '.consent', /顔写真/));
  await check.look(holder, 'consent');
  await agree(holder);
  await check.text(clerk, '[data-verdict="good"]', /確認できました/);
  await check.text(clerk, '.shown', /氏名/);
  name = await clerk.locator('.shown dd').first().innerText();
  check.equal(await clerk.locator('.portrait').count(), 1, 'the portrait');
  check.ok(await clerk.locator('.portrait').evaluate((image) => image.complete && image.naturalWidth > 0), 'the portrait is a picture');
  check.no_match(await clerk.locator('main').innerText(), /住所|Address/, 'the address was not asked');
  await check.look(clerk, 'identity');
  await clerk.click('[data-do="next"]');
  check.no_match(await clerk.locator('main').innerText(), new RegExp(name), 'the next customer sees nothing of it');
});

test('an age check is one answer, and the birth date goes nowhere (SVC-5)', async ({town, page, open, check}) => {
  const heard = [];
  page.on('response', async (response) => { if (response.url().includes('/api/read')) heard.push(await response.text().catch(() => '')); });
  const phone = await open();
  await open_phone(town, phone);
  await show_code(phone);
  await page.goto(town.url('counter'));
  await scan(page, 'age_over_20');
  check.no_match(await phone.locator('.consent').innerText(), /生年月日/, 'the birth date is not asked');
  await agree(phone);
  await check.text(page, '[data-verdict="good"]', /20歳以上です/);
  await page.waitForTimeout(100);
  check.match(heard.join('\n'), /age_over_20/, 'the answer');
  check.no_match(heard.join('\n'), /birth_date|19\d\d-\d\d-\d\d/, 'no birth date in any answer');
  check.no_match(town.log.join('\n'), /birth_date|19\d\d-\d\d-\d\d/, 'no birth date in the log');
  await check.look(page, 'age');
});

test('who declines hands over nothing', async ({town, page, open, check}) => {
  const phone = await open();
  await open_phone(town, phone);
  await show_code(phone);
  await page.goto(town.url('counter'));
  await scan(page, 'address');
  await phone.click('[data-do="consent-no"]');
  await check.text(page, '[data-verdict="refused"]', /受け付けられません/);
  check.equal(await page.locator('.shown').count(), 0, 'nothing is shown');
  await check.look(page, 'declined');
});

test('a suspended phone that heard nothing shows its card; the counter refuses it', async ({town, page, open, check}) => {
  const phone = await open();
  await open_phone(town, phone);
  await town.post('phone', '/api/phone-1/settings', {network: false});
  const desk = await open();
  await desk.goto(town.url('desk', '/hotline'));
  await desk.click('[data-do="sign-in"]');
  await desk.fill('[data-do="name"]', '見留　花子');
  await desk.fill('[data-do="birth"]', '1980-02-17');
  await desk.click('[data-do="suspend"]');
  await check.text(desk, '.notice.good', /一時停止しました/);
  await show_code(phone);
  await page.goto(town.url('counter'));
  await scan(page, 'age_over_20');
  await agree(phone);
  await check.refusal_shown(page, 'DOCUMENT_WITHDRAWN');
  check.equal(await page.locator('.shown').count(), 0, 'nothing is shown');
  // No text at a counter says what happened to the phone.
  check.no_match(await page.locator('main').innerText(), /停止/, 'nor why');
});

test('an answer is shown once', async ({town, check}) => {
  check.refused(await town.post('counter', '/api/reads/take', {id: 'guessed'}), 'NOT_FOUND');
  check.refused(await town.get('counter', '/api/reads/events?id=guessed'), 'NOT_FOUND');
});
