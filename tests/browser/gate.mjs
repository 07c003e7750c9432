// The gate, where services send people to log in: the phone of this device, a phone elsewhere, a card on the computer's reader, and each no.
import {test} from './harness/harness.mjs';
import {agree, holds_a_card, later, open_phone, reach_consent} from './harness/people.mjs';

const to_the_gate = async (town, page, place = 'portal') => {
  await page.goto(town.url(place, '/'));
  await page.click('[data-do="login"]');
  await page.locator('[data-do="phone"]').waitFor();
};
/** A code for a phone elsewhere: what its QR code says. */
const code = async (page) => {
  await page.click('[data-do="qr"]');
  await page.locator('.qr').waitFor();
  return page.locator('[data-do="request-url"]').innerText();
};
/** A phone that is nowhere near reads it. */
const scanned = async (town, phone, link) => {
  await open_phone(town, phone, 'phone-1', '#/app/scan');
  await phone.fill('[data-do="link"]', link);
  await phone.click('[data-do="link-open"]');
};
const nobody = async (check, page) => check.equal(await page.evaluate(async () => (await (await fetch('/api/me')).json()).logged_in), false, 'nobody is logged in');

test('the phone of this device says who asks, what for, what they learn and what they keep', async ({town, page, check}) => {
  await holds_a_card(town);
  await to_the_gate(town, page);
  await check.text(page, 'main h1', /住民ポータルにログイン/);
  await check.look(page, 'ways');
  await check.keyboard(page, ['[data-do="phone"]', '[data-do="qr"]', '[data-do="card"]', '[data-do="cancel"]']);
  await page.click('[data-do="phone"]');
  await reach_consent(page);
  const asked = await page.locator('.consent').innerText();
  for (const said of [/住民ポータル/, new RegExp(town.origin('gate')), /目的/, /渡す項目\s+\S+/, /相手が保存するもの\s+\S+/, /期限\s+\d\d:\d\d/]) check.match(asked, said, 'the consent screen');
  await agree(page);
  await check.text(page, 'main h1', /利用登録/);
  check.match(page.url(), new RegExp(`^${town.origin('portal')}/`), 'back at the service');
});

test('a phone elsewhere reads the code, once, and the page goes on by itself', async ({town, page, open, check}) => {
  await to_the_gate(town, page);
  const link = await code(page);
  await check.text(page, 'main', /一度だけ使えます/);
  await check.look(page, 'qr');
  const phone = await open({width: 360, height: 740});
  await scanned(town, phone, link);
  await phone.locator('.consent').waitFor();
  check.refused(await town.post('gate', `/requests/open?id=${link.split('/').pop()}`, {holder: 'phone'}), 'REPLAY', 'a second phone');
  await agree(phone);
  await check.text(phone, '.scene', /ログインしました/);
  await check.text(page, 'main h1', /利用登録/);
  await phone.click('[data-do="close-outcome"]');
  await scanned(town, phone, link);
  await check.refusal_shown(phone, 'NOT_FOUND');
});

test('consent declined on the phone: the gate says so, and nothing was handed over', async ({town, page, open, check}) => {
  await to_the_gate(town, page);
  const link = await code(page);
  const phone = await open();
  await scanned(town, phone, link);
  await phone.click('[data-do="consent-no"]');
  await check.text(phone, '.scene', /何も渡していません/);
  await check.text(page, '.notice', /スマートフォンで拒否されました/);
  check.equal((await town.get('phone', '/api/phone-1/activity')).body.entries[0].kind, 'declined', 'the phone’s log');
  await page.click('[data-do="cancel"]');
  await check.refusal_shown(page, 'CONSENT_DECLINED');
  await nobody(check, page);
});

test('a code is good for two minutes', async ({town, page, open, check}) => {
  await to_the_gate(town, page);
  const link = await code(page);
  await later(town, 130);
  const phone = await open();
  await scanned(town, phone, link);
  await check.refusal_shown(phone, 'SESSION_EXPIRED');
  await page.reload();
  await check.text(page, '.notice', /有効期限が切れました/);
});

test('a link of somebody who is no gate is opened by no phone', async ({town, page, check}) => {
  await scanned(town, page, 'http://elsewhere.localhost/requests/abc');
  await check.refusal_shown(page, 'SSRF_BLOCKED');
});

test('the card on the computer’s reader: none there, three wrong PINs, and it is locked', async ({town, page, check}) => {
  await to_the_gate(town, page);
  await page.click('[data-do="card"]');
  await page.locator('[data-do="card-sign"]').waitFor();
  const typed = async (pin) => {
    await page.fill('[data-do="pin"]', pin);
    await page.click('[data-do="card-sign"]');
  };
  await typed('1234');
  await check.refusal_shown(page, 'CARD_SILENT');
  await page.locator('[data-do^="lay-"]').nth(1).click();
  await page.locator('[data-do="take-away"]').waitFor();
  await typed('12');
  await check.refusal_shown(page, 'PIN_FORMAT');
  for (const [pin, left] of [['0000', 2], ['1111', 1]]) {
    await typed(pin);
    await check.text(page, '[data-reason="PIN_WRONG"]', new RegExp(`${left}`), `${left} tries left`);
  }
  await typed('2222');
  await check.refusal_shown(page, 'PIN_BLOCKED');
  await typed('1234');
  await check.text(page, '[data-reason="PIN_BLOCKED"]', /./, 'also the right one comes too late');
  await check.look(page, 'card-locked');
  check.equal(page.refusals.map((one) => one.reason), ['CARD_SILENT', 'PIN_FORMAT', 'PIN_WRONG', 'PIN_WRONG', 'PIN_BLOCKED', 'PIN_BLOCKED']);
});

test('who stops at the gate is back at the service, logged in nowhere', async ({town, page, check}) => {
  await to_the_gate(town, page);
  await page.click('[data-do="cancel"]');
  await check.refusal_shown(page, 'CONSENT_DECLINED');
  await nobody(check, page);
});

test('the gate is nobody’s who did not begin there', async ({town, page, open, check}) => {
  await to_the_gate(town, page);
  const other = await open();
  await other.goto(page.url());
  await check.refusal_shown(other, 'SESSION_BINDING');
});
