// A phone that keeps the certificates behind its own PINs: added in nine steps, used by PIN at portal and kiosk, of no use at a counter, and still known to
// the authority after a factory reset.
import {test} from './harness/harness.mjs';
import {enrol, handed_over, holds_a_card, later, open_phone, reach_consent} from './harness/people.mjs';

const [name, born] = ['架空　太郎', '1995-11-03'];
const state = async (town, phone = 'phone-3') => (await town.get('phone', `/api/${phone}/state`)).body;

const own = async (page, secret) => {
  await page.fill('[data-do="own-pin"]', secret);
  await page.click('[data-do="own-pin-send"]');
};
/** The staff of that room at the desk, signed in. */
async function at_the_desk(town, page, room, first) {
  await page.goto(town.url('desk', room));
  const sign_in = page.locator('[data-do="sign-in"]');
  await sign_in.or(page.locator(first)).first().waitFor();
  if (await sign_in.count()) await sign_in.click();
  await page.locator(first).waitFor();
}
/** What the authority's file says of the person's phone. */
async function listed(town, open, check, pattern) {
  const desk = await open();
  await at_the_desk(town, desk, '/counter', '[data-do="why"]');
  await desk.selectOption('[data-do="why"]', 'question');
  await desk.fill('[data-do="name"]', name);
  await desk.fill('[data-do="birth"]', born);
  await desk.click('[data-do="look-up"]');
  await check.text(desk, 'section[data-person]', pattern);
}

test('the nine steps: certificates behind the PIN that was chosen, and no record to show', async ({town, page, check}) => {
  await handed_over(town, 'phone-3');
  await enrol(town, page, 'phone-3', 2);
  await check.text(page, '.scene', /追加されました/);
  await later(town, 600);
  await town.post('phone', '/api/phone-3/app/sync', {});
  const {profile, card} = await state(town);
  check.equal([profile, card.state, card.mdocs_left], ['pin', 'active', 0]);
  await page.goto(town.url('phone', '/?phone=phone-3#/app'));
  await check.text(page, '.scene', /暗証番号で使えます。対面の確認には使えません/);
});

test('no button calls the card up: it is opened in the wallet’s list', async ({town, page, check}) => {
  await open_phone(town, page, 'phone-3');
  for (const key of ['home', 'home-double', 'side-double']) check.equal(await page.locator(`[data-do="${key}"]`).count(), 0, key);
  for (const button of ['side', 'home']) check.refused(await town.post('phone', '/api/phone-3/button', {button, presses: 2}), 'WRONG_BUTTON');
  await check.keyboard(page, ['[data-do="side"]', '[data-do="open-wallet"]', '[data-do="nav-back"]', '[data-do="go-home"]']);
  await check.look(page, 'home');
  await page.click('[data-do="open-wallet"]');
  await page.locator('[data-do="item-card"]').waitFor();
  await check.look(page, 'wallet');
  await page.click('[data-do="item-transit"]');
  await page.locator('.barcode').waitFor();
  await page.click('[data-do="nav-back"]');
  await page.click('[data-do="item-card"]');
  await check.text(page, '.scene', /ボタンは押しません。電話をかざし、この電話のカードの暗証番号（4桁）を機械に入力します/);
  await check.look(page, 'card');
  await page.click('[data-do="go-home"]');
  await page.locator('.home').waitFor();
});

test('portal: a wrong PIN is refused with the tries left, the right one logs in, the password signs', async ({town, page, check}) => {
  await page.goto(town.url('portal', '/'));
  await page.click('[data-do="login"]');
  await page.click('[data-do="phone"]');
  await reach_consent(page, 'phone-3');
  await check.text(page, '[data-do="consent-yes"]', /暗証番号を入力/);
  await page.click('[data-do="consent-yes"]');
  await page.locator('[data-do="own-pin"]').waitFor();
  check.equal(await page.locator('[data-do="touch-owner"]').count(), 0, 'a finger does not stand for the PIN');
  await check.look(page, 'pin');
  await own(page, '0000');
  check.match(await check.refusal_shown(page, 'PIN_WRONG'), /あと2回/);
  await own(page, '1234');
  await check.text(page, 'main h1', /利用登録/);
  await page.click('[data-do="register"]');
  await page.click('[data-do="phone"]');
  await reach_consent(page, 'phone-3');
  await check.text(page, '[data-do="consent-yes"]', /パスワードを入力/);
  await page.click('[data-do="consent-yes"]');
  await own(page, 'sign1234');
  await check.text(page, 'main', /利用登録が完了しました/);
});

test('the holder asks the portal to forget, by the PIN', async ({town, page, check}) => {
  await open_phone(town, page, 'phone-3', '#/app/log');
  await page.locator('[data-do="ask-deletion"]').last().click();
  await own(page, '1234');
  await check.text(page, '.scene', /相手の答え: \d+ 件を削除しました/);
});

test('kiosk: the phone is held there as it is, and its certificate is read after the PIN', async ({town, page, check}) => {
  await page.goto(town.url('kiosk', '/?shop=minamo-1'));
  for (const press of ['start-ja', 'document-residence', 'holder-phone']) await page.click(`[data-do="${press}"]`);
  await page.click('[data-do="lay-phone-3"]');
  await page.locator('[data-do="lay-phone-3"][aria-pressed="true"]').waitFor();
  await page.click('[data-do="read"]');
  await check.text(page, 'main', /あと3回/);
  await check.look(page, 'kiosk');
  const type = async (pin) => {
    await page.fill('[data-do="pin"]', pin);
    await page.click('[data-do="pin-enter"]');
  };
  await type('9999');
  await check.refusal_shown(page, 'PIN_WRONG');
  await check.text(page, 'main', /あと2回/);
  await type('1234');
  await page.locator('[data-do="download"]').waitFor();
  await page.click('[data-do="taken"]');
});

test('counter: there is no mdoc, so no code is shown and nothing can be scanned', async ({town, page, open, check}) => {
  const phone = await open();
  await open_phone(town, phone, 'phone-3', '#/wallet/card');
  await check.text(phone, '.scene', /対面で見せる記録がありません。窓口では実物のカードを使います/);
  await phone.click('[data-do="engage"]');
  check.match(await check.refusal_shown(phone, 'NOTHING_TO_PRESENT'), /this phone holds certificates only/);
  await check.look(phone, 'counter');
  check.equal((await state(town)).engagement, null);
  check.equal((await town.get('counter', '/api/hand')).body.phones, [], 'no code at the counter');
  await page.goto(town.url('counter'));
  await page.click('[data-do="to-scan"]');
  await page.click('[data-do="look"]');
  check.equal(await page.locator('[data-do="scan-phone-3"]').count(), 0);
});

test('its settings say what is not there, and that a factory reset revokes nothing', async ({town, page, check}) => {
  await open_phone(town, page, 'phone-3', '#/settings');
  await page.click('[data-do="settings-card"]');
  await check.text(page, '.scene', /対面で見せる記録がありません/);
  await check.text(page, '.scene', /初期化しても証明書は失効しません/);
  await check.look(page, 'settings');
  await page.click('[data-do="settings-erase"]');
  await check.text(page, '.scene', /これだけでは証明書は失効しません/);
  await check.text(page, '.scene', /電話窓口に利用の停止を頼んでください/);
});

test('factory reset: all is gone from the phone, and the authority still lists it active', async ({town, page, open, check}) => {
  await open_phone(town, page, 'phone-3', '#/settings/erase');
  await page.click('[data-do="erase"]');
  await page.click('[data-do="dialog-yes"]');
  await check.text(page, '.scene', /証明書は失効していません/);
  await page.locator('[data-do="to-hotline"]').waitFor();
  await check.look(page, 'erased');
  check.equal((await state(town)).card, null);
  check.equal((await town.get('phone', '/api/phone-3/activity')).body.entries, []);
  await town.post('kiosk', '/api/hand', {reader: 'kiosk-1', item: 'phone-3'});
  await page.goto(town.url('kiosk', '/?shop=minamo-1'));
  for (const press of ['start-ja', 'document-residence', 'holder-phone', 'read']) await page.click(`[data-do="${press}"]`);
  await check.refusal_shown(page, 'CARD_REFUSED');
  await listed(town, open, check, /スマートフォン\s+MT-14 有効/);
});

test('the hotline suspends the phone that was reset, and another phone ends it', async ({town, page, open, check}) => {
  await at_the_desk(town, page, '/hotline', '[data-do="suspend"]');
  await page.fill('[data-do="name"]', name);
  await page.fill('[data-do="birth"]', born);
  await page.click('[data-do="suspend"]');
  await check.text(page, '.notice.good', /一時停止しました/);
  await listed(town, open, check, /スマートフォン\s+MT-14 一時利用停止中/);
  await holds_a_card(town, 'phone-2', 2);
  await listed(town, open, check, /スマートフォン\s+MT-11 有効/);
});
