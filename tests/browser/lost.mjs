// A phone is lost and found, and a card is lost: who can stop what, what the phone then shows and refuses, and who can bring it back.
import {test} from './harness/harness.mjs';
import {holds_a_card, open_phone} from './harness/people.mjs';
import {by_card, by_phone, login_by_card} from './harness/services.mjs';

const [name, born] = ['見留　花子', '1980-02-17'];

async function call_the_hotline(town, page, what) {
  await page.goto(town.url('desk', '/hotline'));
  const sign_in = page.locator('[data-do="sign-in"]');
  await sign_in.or(page.locator('[data-do="suspend"]')).first().waitFor();
  if (await sign_in.count()) await sign_in.click();
  await page.fill('[data-do="name"]', name);
  await page.fill('[data-do="birth"]', born);
  await page.click(`[data-do="${what}"]`);
}
/** The login at the portal, by the phone on this device, up to the phone's answer to being asked. */
async function ask_the_phone(town, page) {
  await page.goto(town.url('portal', '/'));
  await page.click('[data-do="login"]');
  await page.click('[data-do="phone"]');
  await page.click('[data-do="phone-phone-1"]');
  await page.locator('.device').waitFor();
}
async function resumed(page, check) {
  await page.click('[data-do="resume"]');
  await page.click('[data-do="touch-owner"]');
  await check.text(page, '.notice.good', /利用を再開しました/);
}

test('the hotline suspends a live phone, and the phone says so at once', async ({town, page, open, check}) => {
  await holds_a_card(town);
  const phone = await open();
  await open_phone(town, phone, 'phone-1', '#/app');
  await check.text(phone, '.scene', /利用できます/);
  await call_the_hotline(town, page, 'suspend');
  await check.text(page, '.notice.good', /一時停止しました/);
  await check.text(page, '.notice.good', /実物のカードはそのまま使えます/);
  await phone.locator('.banner[data-notice="suspended"]').waitFor();
  await check.text(phone, '.scene', /一時利用停止中です/);
  await phone.locator('[data-do="resume"]').waitFor();
  await check.look(phone, 'suspended');
});

test('a suspended phone refuses a login with its reason; the physical card works on', async ({town, page, open, check}) => {
  await ask_the_phone(town, page);
  await check.refusal_shown(page, 'PHONE_SUSPENDED');
  const other = await open();
  await login_by_card(town, other, 'portal');
});

test('nobody but the app resumes it, and there nobody but its owner', async ({town, page, open, check}) => {
  await page.goto(town.url('desk', '/hotline'));
  await page.click('[data-do="sign-in"]');
  await page.click('[data-do="resume"]');
  await check.refusal_shown(page, 'PHONE_SUSPENDED');
  const phone = await open();
  await open_phone(town, phone, 'phone-1', '#/app');
  await phone.click('[data-do="resume"]');
  await phone.click('[data-do="touch-stranger"]');
  await check.refusal_shown(phone, 'USER_AUTH_FAILED');
  await phone.click('[data-do="touch-owner"]');
  await check.text(phone, '.notice.good', /利用を再開しました/);
  await check.text(phone, '.scene', /ログイン、署名、対面の確認に使えます/);
});

test('resumed, it logs in again', async ({town, page, check}) => {
  await page.goto(town.url('portal', '/'));
  await page.click('[data-do="login"]');
  await by_phone(page);
  await check.text(page, 'main h1', /利用登録/);
});

test('Find My suspends the owner’s live phone, and does not bring it back', async ({town, page, open, check}) => {
  await page.goto(town.url('desk', '/findmy'));
  await page.fill('[data-do="owner-name"]', name);
  await page.fill('[data-do="owner-birth"]', born);
  await page.click('[data-do="sign-in"]');
  await page.click('[data-do="suspend"]');
  await check.text(page, '.notice.good', /一時利用停止にしました/);
  await page.click('[data-do="resume"]');
  await check.refusal_shown(page, 'PHONE_SUSPENDED');
  const phone = await open();
  await open_phone(town, phone, 'phone-1', '#/app');
  await resumed(phone, check);
  await phone.goto(town.url('phone', '/?phone=phone-1#/app/log'));
  await check.text(phone, '.scene .list', /利用再開[\s\S]*一時利用停止[\s\S]*利用再開[\s\S]*一時利用停止/);
});

test('a lost card ends the phone with it', async ({town, page, open, check}) => {
  const phone = await open();
  await open_phone(town, phone, 'phone-1', '#/app');
  await check.text(phone, '.scene', /利用できます/);
  await call_the_hotline(town, page, 'stop-card');
  await check.text(page, 'dialog', /停止したまま戻りません/);
  await page.click('[data-do="dialog-yes"]');
  await check.text(page, '.notice.good', /スマートフォンの証明書も失効しました/);
  await check.text(phone, '.scene', /もとのカードが停止されたため、この電話のカードは失効しました/);
  check.equal(await phone.locator('[data-do="resume"]').count(), 0, 'no way back');
  await phone.locator('[data-do="enrol-open"]').waitFor();
});

test('neither the ended phone nor the stopped card logs in any more', async ({town, page, open, check}) => {
  await ask_the_phone(town, page);
  await check.refusal_shown(page, 'PHONE_ENDED');
  const computer = await open();
  await computer.goto(town.url('portal', '/'));
  await computer.click('[data-do="login"]');
  await by_card(computer);
  await check.refusal_shown(computer, 'CERT_SUSPENDED');
});
