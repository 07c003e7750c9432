// A change of phone (article A49 to A54): one phone for one person, what an account brings along and what not, a factory reset, a changed finger.
import {test} from './harness/harness.mjs';
import {bring_up, holds_a_card, open_phone, reach_consent} from './harness/people.mjs';

const state = async (town, phone) => (await town.get('phone', `/api/${phone}/state`)).body;
const to_the_gate = async (town, page) => {
  await page.goto(town.url('portal', '/'));
  await page.click('[data-do="login"]');
  await page.click('[data-do="phone"]');
};

test('added on a second phone, the card leaves the first by itself', async ({town, page, check}) => {
  await holds_a_card(town, 'phone-2', 2);
  await open_phone(town, page, 'phone-2', '#/app');
  await check.text(page, '.scene', /ログイン、署名、対面の確認に使えます/);
  await holds_a_card(town, 'phone-3', 2);
  await page.locator('.banner[data-notice="replaced"]').waitFor();
  await check.text(page, '.scene', /カードは別の電話に移りました/);
  await page.locator('[data-do="enrol-open"]').waitFor();
  await check.look(page, 'old-phone');
  check.equal((await state(town, 'phone-2')).card, null, 'no card on the old phone');
  check.equal((await state(town, 'phone-3')).card.state, 'active', 'the new phone has it');
  await page.click('[data-do="side-once"]');
  await page.click('[data-do="home-double"]');
  await page.locator('[data-do="choose-transit"]').waitFor();
  check.equal(await page.locator('.my-number').count(), 0, 'the wallet shows what else was in it');
  await page.click('[data-do="choose-loyalty"]');
  await check.text(page, '.barcode', /800 7702 3/, 'another item is no proof of anybody: it shows its number');
});

test('the old phone logs in nowhere', async ({town, page, check}) => {
  await to_the_gate(town, page);
  await page.click('[data-do="phone-phone-2"]');
  await page.locator('.device').waitFor();
  await page.locator('.wallet-up [data-do="back"]').click();
  await page.click('[data-do="unlock"]');
  await page.click('[data-do="touch-owner"]');
  await check.refusal_shown(page, 'NOTHING_TO_PRESENT');
});

test('the Android phone answers with its own PIN, and has nothing to show in person', async ({town, page, check}) => {
  await to_the_gate(town, page);
  await reach_consent(page, 'phone-3');
  await page.click('[data-do="consent-yes"]');
  await page.fill('[data-do="own-pin"]', '0000');
  await page.click('[data-do="own-pin-send"]');
  await check.refusal_shown(page, 'PIN_WRONG');
  await page.fill('[data-do="own-pin"]', '1234');
  await page.click('[data-do="own-pin-send"]');
  await check.text(page, 'main h1', /利用登録/);
  check.refused(await town.post('phone', '/api/phone-3/wallet/engage'), 'NOTHING_TO_PRESENT');
  await open_phone(town, page, 'phone-3', '#/app/contents');
  await page.click('[data-do="contents-show"]');
  await page.click('[data-do="touch-owner"]');
  await check.text(page, '.scene', /利用者証明用電子証明書/);
  check.no_match(await page.locator('.scene').innerText(), /対面で見せる記録/, 'no mdoc');
});

test('a factory reset revokes nothing, and the phone says so', async ({town, page, open, check}) => {
  await open_phone(town, page, 'phone-3', '#/settings/erase');
  await check.text(page, '.scene', /これだけでは証明書は失効しません/);
  await page.click('[data-do="erase"]');
  await page.click('[data-do="dialog-yes"]');
  await check.text(page, '.scene', /証明書は失効していません/);
  check.equal((await state(town, 'phone-3')).card, null, 'nothing is on it');
  const desk = await open();
  await desk.goto(town.url('desk', '/counter'));
  await desk.click('[data-do="sign-in"]');
  await desk.selectOption('[data-do="why"]', 'question');
  await desk.fill('[data-do="name"]', '架空　太郎');
  await desk.fill('[data-do="birth"]', '1995-11-03');
  await desk.click('[data-do="look-up"]');
  await check.text(desk, 'section[data-person]', /スマートフォン\s+MT-14 有効/, 'the authority still knows this phone');
});

test('signing in brings the two other items back, and not the card', async ({town, page, check}) => {
  await open_phone(town, page, 'phone-3', '#/wallet');
  await check.text(page, '.scene', /ウォレットは空です/);
  await page.goto(town.url('phone', '/?phone=phone-3#/settings/account'));
  await page.click('[data-do="sign-in"]');
  await check.text(page, '.scene', /2 件が戻りました/);
  await check.text(page, '.scene', /マイナンバーカードは戻りません/);
  await check.look(page, 'restored');
  await page.goto(town.url('phone', '/?phone=phone-3#/wallet'));
  await check.text(page, '.scene', /¥860/);
  await check.text(page, '.scene', /45 ポイント/);
  check.equal(await page.locator('.my-number').count(), 0, 'no card');
});

test('switched off, face and finger confirm nothing; switched on again, the card is as it was', async ({town, page, check}) => {
  await holds_a_card(town, 'phone-1');
  await open_phone(town, page, 'phone-1', '#/settings/touch');
  await page.click('[data-do="sensor-on"]');
  await page.locator('[data-do="sensor-on"][aria-checked="false"]').waitFor();
  await page.goto(town.url('phone', '/?phone=phone-1#/app/contents'));
  await page.click('[data-do="contents-show"]');
  await page.click('[data-do="touch-owner"]');
  await check.refusal_shown(page, 'BIOMETRICS_NOT_SET_UP');
  await page.goto(town.url('phone', '/?phone=phone-1#/settings/touch'));
  await page.click('[data-do="sensor-on"]');
  await page.locator('[data-do="sensor-on"][aria-checked="true"]').waitFor();
  await page.click('[data-do="go-home"]');
  await bring_up(page);
  await page.locator('.ready').waitFor();
});

test('a face that was changed locks the card until it is added again', async ({town, page, check}) => {
  await town.post('phone', '/api/phone-1/wallet/close', {});
  await open_phone(town, page, 'phone-1', '#/settings/touch');
  await page.click('[data-do="sensor-delete"]');
  await check.text(page, 'dialog', /カードはロックされ、もう一度追加が必要/);
  await page.click('[data-do="dialog-yes"]');
  await check.text(page, '.scene', /削除しました/);
  // Setting the same face up again does not bring the card back.
  await page.click('[data-do="sensor-simulated"]');
  const sure = page.locator('[data-do="dialog-yes"]');
  await sure.click();
  await check.text(page, '.scene', /登録しました/);
  await page.goto(town.url('phone', '/?phone=phone-1#/app'));
  await check.text(page, '.scene', /顔または指紋が変わったため、カードはロックされました/);
  await page.locator('[data-do="enrol-open"]').waitFor();
  await check.look(page, 'locked');
  await to_the_gate(town, page);
  await page.click('[data-do="phone-phone-1"]');
  await check.refusal_shown(page, 'NEEDS_REPROOF');
  await page.click('[data-do="close-outcome"]');
  await page.goto(town.url('phone', '/?phone=phone-1#/notices'));
  await page.locator('li[data-notice="needs-reproof"]').first().waitFor();
});
