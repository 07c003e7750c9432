// Moving house: the signing certificates of card and phone end at once, logging in goes on, and what was updated signs again.
import {test} from './harness/harness.mjs';
import {agree, holds_a_card, open_phone, reach_consent} from './harness/people.mjs';
import {by_card, by_phone, login_by_card} from './harness/services.mjs';

async function at_the_counter(town, page) {
  await page.goto(town.url('desk', '/counter'));
  await page.click('[data-do="sign-in"]');
  await page.selectOption('[data-do="why"]', 'moving');
  await page.fill('[data-do="name"]', '見留　花子');
  await page.fill('[data-do="birth"]', '1980-02-17');
  await page.click('[data-do="look-up"]');
}

test('the counter registers the new address, and the phone hears of it', async ({town, page, open, check}) => {
  await holds_a_card(town);
  const phone = await open();
  await open_phone(town, phone, 'phone-1', '#/app');
  await at_the_counter(town, page);
  await check.text(page, 'section[data-person]', /署名用電子証明書\s+有効/);
  await page.click('[data-do="open-move"]');
  await page.fill('[data-do="new-address-of"]', '架空都架空市見本町２－２－２');
  await page.click('[data-do="move"]');
  await check.text(page, 'section[data-person]', /署名用電子証明書\s+失効/);
  await check.text(phone, '.banner[data-notice="moved"]', /署名用電子証明書は失効しました/);
});

test('the phone still logs in; its signature is refused, and the phone says so', async ({town, page, check}) => {
  await page.goto(town.url('portal', '/'));
  await page.click('[data-do="login"]');
  await by_phone(page);
  await page.click('[data-do="register"]');
  await page.click('[data-do="phone"]');
  await reach_consent(page);
  await check.text(page, '.consent', /署名する文書/);
  await agree(page);
  await check.refusal_shown(page, 'CERT_REVOKED');
  check.no_match(await page.locator('.scene').innerText(), /署名しました/, 'not signed');
});

test('the card’s signature is refused until the counter has updated it', async ({town, page, open, check}) => {
  await login_by_card(town, page, 'portal');
  await page.click('[data-do="register"]');
  await by_card(page, 1, 'SIGN1234');
  await check.refusal_shown(page, 'CERT_REVOKED');
  const desk = await open();
  await at_the_counter(town, desk);
  const hand = desk.locator('[data-do="hand"]');
  await hand.selectOption({label: await hand.locator('option', {hasText: '見留　花子'}).first().textContent()});
  await desk.click('[data-do="open-update"]');
  await desk.click('[data-do="update-card"]');
  await check.text(desk, '.notice.good', /更新しました/);
  await page.goto(town.url('portal', '/'));
  await page.click('[data-do="register"]');
  await by_card(page, 1, 'SIGN1234');
  await check.text(page, 'main', /利用登録が完了しました/);
});
