// City hall: cards for invented people, what the counter changes, the hotline, the finder, the operator, and a paper's code.
import {test} from './harness/harness.mjs';

const person = {name: '窓口　花子', kana: 'マドグチ　ハナコ', address: '架空都架空市見本町１－２－３', birth_date: '1990-04-01', sex: '2'};

async function enter(page, town, room) {
  await page.goto(town.url('desk', `/${room}`));
  await page.click('[data-do="sign-in"]');
  await page.locator('[data-do="sign-out"]').waitFor();
}

async function fill_in(page, who) {
  await page.fill('[data-do="new-name"]', who.name);
  await page.fill('[data-do="new-kana"]', who.kana);
  await page.fill('[data-do="new-address"]', who.address);
  await page.fill('[data-do="new-birth"]', who.birth_date);
  await page.check(`[data-do="sex-${who.sex}"] input`);
}

async function look_up(page, why, who = person) {
  await page.selectOption('[data-do="why"]', why);
  await page.fill('[data-do="name"]', who.name);
  await page.fill('[data-do="birth"]', who.birth_date);
  await page.click('[data-do="look-up"]');
}

test('the hall leads to every room', async ({town, page, check}) => {
  await page.goto(town.url('desk', '/'));
  for (const room of ['counter', 'hotline', 'findmy', 'operator', 'verify']) await page.locator(`[data-do="to-${room}"]`).waitFor();
  await check.look(page, 'hall');
  await check.keyboard(page, ['[data-do="to-counter"]', '[data-do="to-verify"]']);
});

test('a card for a new person, its PINs shown once', async ({town, page, check}) => {
  await page.goto(town.url('desk', '/counter'));
  await check.look(page, 'sign-in');
  await page.click('[data-do="sign-in"]');
  await page.click('[data-do="invent"]');
  await page.waitForFunction(() => document.querySelector('[data-do="new-name"]').value);
  await fill_in(page, person);
  await page.click('[data-do="issue"]');
  const pin = await page.locator('[data-pin="auth"]').textContent();
  check.match(pin, /^\d{4}$/, 'a PIN of four digits');
  await check.look(page, 'made');
  await page.reload();
  await page.locator('[data-do="issue"]').waitFor();
  check.equal(await page.locator('[data-pin="auth"]').count(), 0, 'the PINs are gone');
});

test('a child gets a card without a signing certificate, and is told why', async ({town, page, check}) => {
  await enter(page, town, 'counter');
  await fill_in(page, {...person, name: '子供　一', birth_date: '2018-05-05'});
  await page.click('[data-do="issue"]');
  await check.text(page, 'main', /15歳未満/);
  check.equal(await page.locator('[data-pin="sign"]').count(), 0, 'no signing password');
});

test('a look-up needs a reason, and shows no My Number', async ({town, page, check}) => {
  await enter(page, town, 'counter');
  await look_up(page, '');
  await check.refusal_shown(page, 'FORM_INVALID');
  await look_up(page, 'moving');
  await check.text(page, 'section[data-person] h2', /窓口　花子/);
  await check.look(page, 'person');
});

test('moving house revokes the signing certificate', async ({town, page, check}) => {
  await enter(page, town, 'counter');
  await look_up(page, 'moving');
  await page.click('[data-do="open-move"]');
  await page.fill('[data-do="new-address-of"]', '架空都架空市見本町９－９');
  await page.click('[data-do="move"]');
  await check.text(page, 'section[data-person]', /架空都架空市見本町９－９/);
  await check.text(page, 'section[data-person]', /失効/);
});

test('the card on the reader is updated, and its forgotten PIN set', async ({town, page, check}) => {
  await enter(page, town, 'counter');
  const hand = page.locator('[data-do="hand"]');
  await page.selectOption('[data-do="why"]', 'pin-forgotten');
  await page.click('[data-do="look-up-card"]');
  await check.refusal_shown(page, 'CARD_SILENT');
  await hand.selectOption({label: await hand.locator('option', {hasText: '窓口　花子'}).first().textContent()});
  await page.click('[data-do="look-up-card"]');
  await page.click('[data-do="open-update"]');
  await page.click('[data-do="update-card"]');
  await check.text(page, '.notice.good', /更新しました/);
  await page.click('[data-do="open-pin"]');
  await page.fill('[data-do="new-pin"]', '12');
  await page.click('[data-do="reset-pin"]');
  await check.refusal_shown(page, 'PIN_FORMAT');
  await page.fill('[data-do="new-pin"]', '4321');
  await page.click('[data-do="reset-pin"]');
  await check.text(page, '.notice.good', /設定しました/);
});

test('a lost card is stopped for good, and the next one has its fee', async ({town, page, check}) => {
  await enter(page, town, 'counter');
  await look_up(page, 'lost-card');
  await page.click('[data-do="open-stop"]');
  await page.click('[data-do="stop"]');
  await page.click('[data-do="dialog-yes"]');
  await check.text(page, 'section[data-person]', /停止（紛失）/);
  await page.click('[data-do="open-replace"]');
  await page.click('[data-do="replace"]');
  await check.text(page, 'section[data-card]', /1000円/);
});

test('nobody at the desk resumes a phone', async ({town, page, check}) => {
  await enter(page, town, 'counter');
  await page.click('[data-do="resume"]');
  await check.refusal_shown(page, 'PHONE_SUSPENDED');
});

test('the hotline finds nobody it does not know', async ({town, page, check}) => {
  await enter(page, town, 'hotline');
  await page.fill('[data-do="name"]', '誰か　知らない');
  await page.fill('[data-do="birth"]', '1980-01-01');
  await page.click('[data-do="suspend"]');
  await check.refusal_shown(page, 'NOT_FOUND');
  await check.look(page, 'hotline');
});

test('who has no phone cannot sign in as its owner', async ({town, page, check}) => {
  await page.goto(town.url('desk', '/findmy'));
  await page.fill('[data-do="owner-name"]', person.name);
  await page.fill('[data-do="owner-birth"]', person.birth_date);
  await page.click('[data-do="sign-in"]');
  await check.refusal_shown(page, 'NOT_FOUND');
  await check.look(page, 'findmy');
});

test('one room’s sign-in opens no other', async ({town, page, check}) => {
  await enter(page, town, 'hotline');
  await page.goto(town.url('desk', '/operator'));
  await page.locator('[data-do="sign-in"]').waitFor();
  check.refused(await town.post('desk', '/api/operator/mode', {auto: false}), 'LOGIN_REQUIRED');
});

test('the operator sees the log, and that its chain holds', async ({town, page, check}) => {
  await enter(page, town, 'operator');
  await check.text(page, 'table', /card-issued/);
  await page.click('[data-do="verify-chain"]');
  await check.text(page, '.notice.good', /つながっています/);
  await check.look(page, 'operator');
});

test('anybody asks about a paper’s code', async ({town, page, check}) => {
  await page.goto(town.url('desk', '/verify'));
  await page.fill('[data-do="code"]', 'no-such-code');
  await page.click('[data-do="check"]');
  await check.text(page, '.notice.bad', /発行されていません/);
  await check.look(page, 'verify');
});
