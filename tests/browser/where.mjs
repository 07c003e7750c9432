// Where it works: chains, municipalities and clinics differ; what each takes can be looked up, and a refusal says what to use instead.
import {execFileSync} from 'node:child_process';
import {test} from './harness/harness.mjs';
import {bring_up, holds_a_card, open_phone} from './harness/people.mjs';
import {made_at_the_desk} from './harness/desk.mjs';

const begin = async (town, page, shop, document, holder) => {
  await page.goto(town.url('kiosk', `/?shop=${shop}`));
  await page.click('[data-do="start-ja"]');
  await page.click(`[data-do="document-${document}"]`);
  await page.click(`[data-do="holder-${holder}"]`);
};
const lay = async (page, id) => {
  await page.click(`[data-do="lay-${id}"]`);
  await page.locator(`[data-do="lay-${id}"][aria-pressed="true"]`).waitFor();
};
const pin = async (page, digits) => {
  await page.fill('[data-do="pin"]', digits);
  await page.click('[data-do="pin-enter"]');
};
let code, away;

test('the front page says who takes what', async ({town, page, check}) => {
  await page.goto(town.url('town', '/'));
  for (const [place, branch, takes] of [['kiosk', 'みなもマート駅前店', 'スマホ'], ['kiosk', 'ほしの木ストア仮名店', 'カード'], ['clinic', 'はとり歯科', 'カード']]) {
    const line = page.locator(`[data-place="${place}"] li`, {hasText: branch});
    check.match(await line.innerText(), new RegExp(takes), branch);
    check.equal(/スマホ/.test(await line.innerText()), takes === 'スマホ', `${branch}: phones`);
  }
});

test('a seal registration certificate by phone, signed, with a code that anybody can check', async ({town, page, open, check, step}) => {
  await holds_a_card(town);
  const phone = await open();
  await step('the phone is made ready', async () => {
    await open_phone(town, phone);
    await bring_up(phone);
    await phone.locator('.ready').waitFor();
  });
  await begin(town, page, 'minamo-1', 'seal', 'phone');
  await lay(page, 'phone-1');
  await page.click('[data-do="read"]');
  await page.locator('.sheet').waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-do="download"]')]);
  const file = await download.path();
  check.match(execFileSync('pdfsig', ['-nocert', file]).toString(), /Signature is Valid/, 'signed inside');
  const text = execFileSync('pdftotext', [file, '-']).toString();
  check.match(text, /見留[^]*花子/, 'the holder');
  [code] = text.match(/\b[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\b/);
  await page.click('[data-do="taken"]');
  await check.text(page, 'main h1', /言語を選んでください/);
  await begin(town, page, 'minamo-1', 'seal', 'phone');
  await page.click('[data-do="read"]');
  await check.refusal_shown(page, 'CARD_REFUSED');  // ready for one reading: a second asks the holder again
});

test('the code of a paper that was handed out is known, and tells nothing about its holder', async ({town, page, check}) => {
  await page.goto(town.url('desk', '/verify'));
  await page.fill('[data-do="code"]', code);
  await page.click('[data-do="check"]');
  const said = await check.text(page, '.notice.good', /./);
  const main = await page.locator('main').innerText();
  check.match(main, /印鑑登録証明書/, `which paper: ${said}`);
  check.match(main, /架空市/, 'by whom');
  check.no_match(main, /見留|花子|1980/, 'not whose');
});

test('a municipality that does not issue it says so; the paper it does issue comes', async ({town, page, check}) => {
  away = (await made_at_the_desk(town, {name: '仮名　見本', address: '架空都仮名町見本１－１', birth_date: '1975-03-03', pins: {auth: '2468'}})).card;
  await begin(town, page, 'hoshinoki-1', 'seal', 'card');
  await lay(page, away);
  await page.click('[data-do="read"]');
  await pin(page, '2468');
  await check.refusal_shown(page, 'MUNICIPALITY_NOT_SERVED');
  await begin(town, page, 'hoshinoki-1', 'residence', 'card');
  await page.click('[data-do="read"]');
  await pin(page, '2468');
  await page.locator('.sheet').waitFor();
  await page.click('[data-do="taken"]');
});

test('three wrong PINs at a kiosk, each with the tries that are left', async ({town, page, check}) => {
  await begin(town, page, 'akane-1', 'residence', 'card');
  await lay(page, away);
  await page.click('[data-do="read"]');
  for (const left of [3, 2, 1]) {
    await check.text(page, 'main', new RegExp(`あと${left}回`), `${left} tries left`);
    await pin(page, '0000');
  }
  await check.refusal_shown(page, 'PIN_BLOCKED');
  check.equal(page.refusals.map(({reason}) => reason), ['PIN_WRONG', 'PIN_WRONG', 'PIN_BLOCKED']);
  check.equal(await page.locator('.sheet').count(), 0, 'no paper');
});

test('another start at the same terminal ends what was there: no paper goes to the next person (SVC-2)', async ({town, page, open, check}) => {
  await town.post('kiosk', '/api/hand', {reader: 'kiosk-1', item: null});
  const {card} = (await town.get('phone', '/api/people')).body.people[1];
  await begin(town, page, 'minamo-1', 'residence', 'card');
  await lay(page, card);
  await page.click('[data-do="read"]');
  await page.locator('[data-do="pin"]').waitFor();
  const next = await open();
  await next.goto(town.url('kiosk', '/?shop=minamo-1'));
  await next.click('[data-do="start-ja"]');
  await next.locator('[data-do="document-residence"]').waitFor();
  await pin(page, '1234');
  await check.text(page, 'main', /前の操作は消去しました/);
  check.equal(page.refusals[0].reason, 'SESSION_EXPIRED', 'the first session is gone');
  check.equal(await next.evaluate(async () => (await (await fetch('/api/paper', {method: 'POST', headers: {'content-type': 'application/json'}, body: '{}'})).json()).reason),
    'TRANSITION_REFUSED', 'and the next one has nothing of it');
});
