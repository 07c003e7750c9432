// What several specs need done before their own story begins: a phone that holds a card, a phone that is unlocked.

/** POST to a phone; throws with the refusal when it is refused. */
async function phone_post(town, phone, path, body = {}) {
  return phone_answer(phone, path, await town.post('phone', `/api/${phone}${path}`, body));
}
function phone_answer(phone, path, answer) {
  if (answer.status !== 200) throw new Error(`${phone} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
const phone_get = async (town, phone, path) => (await town.get('phone', `/api/${phone}${path}`)).body;

/** Opens a phone's page and unlocks it with the owner's face or finger (the simulated sensor). */
export async function open_phone(town, page, phone = 'phone-1', rest = '') {
  await page.goto(town.url('phone', `/?phone=${phone}${rest}`));
  await page.locator('.device').waitFor();
  if (await page.locator('.scene .asleep').count()) await page.click('[data-do="side-once"]');
  const unlock = page.locator('[data-do="unlock"], [data-do="unlock-plain"]').first();
  await Promise.race([unlock.waitFor(), page.locator('.home, .view').first().waitFor()]);
  if (await unlock.count()) {
    await unlock.click();
    const owner = page.locator('[data-do="touch-owner"]');
    await Promise.race([owner.waitFor(), page.locator('.home').waitFor()]);
    if (await owner.count()) await owner.click();
  }
  await page.locator('.home, .view').first().waitFor();
}

const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** The town hands its first phones to their owners within its first seconds. */
export async function handed_over(town, ...phones) {
  for (const phone of phones)
    for (let i = 0; i < 80 && !(await phone_get(town, phone, '/state')).enrolled; i += 1) await sleep(250);
}

/** Who of the town holds the n-th card, as a simulated sensor and a sample film know them: {name, card, sample}. */
export const holder = async (town, n = 1) => (await town.get('phone', '/api/people')).body.people[n - 1];
/** What the n-th person answers where a phone asks for face or finger. */
export const touch = async (town, n = 1) => ({sample: (await holder(town, n)).sample});

/** The first two steps without the page: the phone is unlocked and the n-th person's movement filmed. */
export async function film(town, phone = 'phone-1', n = 1) {
  await handed_over(town, phone);
  await phone_post(town, phone, '/unlock', await touch(town, n));
  const {motion} = await phone_post(town, phone, '/app/start');
  const {card} = await holder(town, n);
  await phone_post(town, phone, '/app/face', {film: (await town.get('phone', `/api/sample-film?motion=${motion}&who=${card}`)).body});
}

/** The nine steps without the page, all but the last: a scene is set by it, nothing is proved. */
export async function prepare(town, phone = 'phone-1', n = 1) {
  await film(town, phone, n);
  const {card} = await holder(town, n);
  await phone_post(town, phone, '/app/text-pin', {pin: '5678'});
  await phone_post(town, phone, '/app/sign-password', {pin: 'SIGN1234'});
  await phone_post(town, phone, '/hand', {item: card});
  await phone_post(town, phone, '/app/read-card');
  await phone_post(town, phone, '/hand', {item: null});
  await phone_post(town, phone, '/app/pins', {auth_pin: '1234', sign_password: 'SIGN1234'});
}

/** What has to wait for the desk's decision. The desk's three seconds are passed over by the clock; until `done` says so, it is asked again. */
export async function decided(town, done) {
  await later(town, 5);
  for (let i = 0; i < 100; i += 1) {
    const found = await done();
    if (found) return found;
    await sleep(100);
  }
  throw new Error('the desk does not decide');
}

/** A phone with the n-th card in it, usable now: the scene is set without the page, and the clock goes ten minutes on. */
export async function holds_a_card(town, phone = 'phone-1', n = 1) {
  await prepare(town, phone, n);
  await town.post('phone', `/api/${phone}/app/add`, await touch(town, n));
  await decided(town, async () => (await phone_get(town, phone, '/state')).card);  // the phone asks by itself
  await later(town, 600);
  await phone_post(town, phone, '/app/sync');
}

/** The town's clock so many seconds on, to the next full minute. */
export async function later(town, seconds) {
  const {now} = (await town.get('town', '/api/clock')).body;
  await town.clock(new Date((now + seconds + 9 * 3600 + 59) * 1000).toISOString().slice(0, 16));
}

/** The n-th of the town's cards at the phone's back. */
export async function lay_card(page, n) {
  const card = page.locator('.scene [data-lay="card"]').nth(n - 1);
  await card.waitFor();
  if (await card.getAttribute('aria-pressed') !== 'true') await card.click();
  await page.locator('.scene [data-lay="card"][aria-pressed="true"]').waitFor();
}

/** The nine steps in the phone's own page, with the sample film and the n-th card of the town. */
export async function enrol(town, page, phone = 'phone-1', n = 1) {
  await open_phone(town, page, phone);
  await page.click('[data-do="open-app"]');
  for (const name of ['enrol-open', 'enrol-start', 'film-sample']) await page.click(`[data-do="${name}"]`);
  await page.fill('[data-do="text-pin"]', '5678');
  await page.click('[data-do="next"]');
  await page.fill('[data-do="sign-password"]', 'SIGN1234');
  await page.click('[data-do="next"]');
  await lay_card(page, n);
  await page.click('[data-do="read"]');
  for (let i = 0; i < 2; i += 1) {
    await page.fill('[data-do="own-pin"]', '1234');
    await page.click('[data-do="next"]');
  }
  await page.fill('[data-do="own-password"]', 'SIGN1234');
  await page.fill('[data-do="own-password-again"]', 'SIGN1234');
  await page.click('[data-do="next"]');
  await page.click('[data-do="add"]');
  await page.click('[data-do="touch-owner"]');
  await page.locator('.done-mark').waitFor({timeout: 20000});
}

/** Enrolled and usable: the clock goes ten minutes on, within the day. */
export async function enrolled(town, page, phone = 'phone-1', n = 1) {
  await enrol(town, page, phone, n);
  const now = (await town.get('town', '/api/clock')).body.now;
  const then = new Date((now + 600 + 9 * 3600) * 1000).toISOString().slice(11, 16);
  await town.clock(then);
  await phone_post(town, phone, '/app/sync');
  return phone_get(town, phone, '/state');
}

/** A request that a service sent to this device's phone: choose the phone, unlock it; the consent screen is up afterwards. */
export async function reach_consent(page, phone = 'phone-1') {
  const choice = page.locator(`[data-do="phone-${phone}"]`);
  await choice.or(page.locator('.device')).first().waitFor();
  if (await choice.count()) await choice.click();
  await page.locator('.device').waitFor();
  const consent = page.locator('.consent');
  for (let i = 0; i < 4 && !await consent.count(); i += 1) {
    if (await page.locator('.wallet-up').count()) await page.click('.wallet-up [data-do="back"]');
    else if (await page.locator('.asleep').count()) await page.click('[data-do="side-once"]');
    else if (await page.locator('[data-do="unlock"]').count()) {
      await page.click('[data-do="unlock"]');
      await page.click('[data-do="touch-owner"]');
    }
    await page.locator('.consent, .locked, .view').first().waitFor();
    await page.waitForTimeout(400);
  }
  await consent.waitFor();
}

/** Agrees to what the phone shows. */
export async function agree(page) {
  await page.click('[data-do="consent-yes"]');
  await page.click('[data-do="touch-owner"]');
}

/** The wallet is brought up, the card chosen and confirmed by its owner. */
export async function bring_up(page) {
  const finger = await page.locator('.device[data-sensor="finger"]').count();
  if (finger) await page.click('[data-do="side-once"]');
  await page.click(finger ? '[data-do="home-double"]' : '[data-do="side-double"]');
  await page.locator('.wallet-up').waitFor();
  await page.locator('[data-do^="choose-"]:has(.my-number)').click();
  await page.click('[data-do="touch-owner"]');
}
