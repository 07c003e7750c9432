// The front page: the places, the clock for all of them together, the people; and the person's own computer with its card reader.
import {test} from './harness/harness.mjs';
import {handed_over, open_phone} from './harness/people.mjs';

test('the town shows its places, its people and their phones', async ({town, page, check}) => {
  await page.goto(town.url('town'));
  for (const place of ['phone', 'portal', 'kiosk', 'counter', 'clinic', 'tax', 'desk']) {
    const link = page.locator(`[data-do="go-${place}"]`);
    check.match(await link.getAttribute('href'), new RegExp(`^${town.origin(place)}/`), `the way to ${place}`);
  }
  await page.locator('[data-do^="phone-"]').first().waitFor();
  check.ok(await page.locator('.person').count() >= 2, 'two people');
  check.ok(await page.locator('[data-do^="phone-"]').count() >= 2, 'two phones');
  await check.text(page, 'main', /運転免許証の代わりにはなりません/);
  await check.keyboard(page, ['[data-do="tour"]', '[data-do="clock-19:29"]', '[data-do="go-portal"]', '[data-do="more-people"]', '[data-do="theme"]']);
});

test('a fresh town begins at 10:00 whatever the wall clock says, and its clock goes forward only', async ({town, page, check}) => {
  await page.goto(town.url('town'));
  await check.text(page, '[data-clock]', /^10:0\d$/);
  await page.click('[data-do="clock-19:29"]');
  await check.text(page, '[data-clock]', /^19:29$/);
  const {body} = await town.get('town', '/api/clock');
  const before = body.now;
  await page.click('[data-do="clock-08:00"]');
  await check.text(page, '[data-clock]', /^08:00$/);
  const after = (await town.get('town', '/api/clock')).body.now;
  check.ok(after > before, 'the next 08:00, not the last');
  check.ok(after - before < 86400, 'within a day');
});

test('a place that waits for an hour leads here, and the person moves the clock', async ({town, page, check}) => {
  await page.goto(town.url('town', '/?clock=08:00'));
  await page.click('[data-do="clock-wished"]');
  await check.text(page, '[data-clock]', /^08:00$/);
});

test('a wrong hour is refused with its reason', async ({town, page, check}) => {
  await page.goto(town.url('town'));
  await page.click('details summary');
  await page.fill('[data-do="clock-to"]', '25:99');
  await page.click('[data-do="clock-move"]');
  await check.refusal_shown(page, 'MALFORMED');
});

test('the card reader opens only requests of the gate', async ({town, page, check}) => {
  await page.goto(town.url('town', '/reader'));
  await check.text(page, 'main', /何も求められていません/);
  await page.goto(town.url('town', '/reader#request=' + encodeURIComponent('http://elsewhere.localhost/requests/1')));
  await page.reload();
  await check.refusal_shown(page, 'SSRF_BLOCKED');
});

test('language and theme go along to the next place', async ({town, page, check}) => {
  await page.goto(town.url('town'));
  await page.click('[data-do="lang-en"]');
  await page.click('[data-do="theme"]');
  await page.click('[data-do="go-counter"]');
  await page.waitForURL(`${town.origin('counter')}/**`);
  check.equal(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dataset.theme]), ['en', 'dark'], 'language and theme');
});

test('stopped and started again, it is the same town: its clock, its people, a card that was begun to be added', async ({town, page, check}) => {
  await handed_over(town, 'phone-1');
  await open_phone(town, page, 'phone-1', '#/enrol');
  for (const name of ['enrol-start', 'film-sample']) await page.click(`[data-do="${name}"]`);
  await page.locator('[data-do="text-pin"]').waitFor();
  const people = (await town.get('town', '/api/people')).body.people;
  const {now} = (await town.get('town', '/api/clock')).body;
  await page.goto('about:blank');
  await town.restart();
  check.equal((await town.get('town', '/api/people')).body.people, people, 'the same people');
  const since = (await town.get('town', '/api/clock')).body.now - now;
  check.ok(since >= 0 && since < 600, `the clock went on (${since} s)`);
  await open_phone(town, page, 'phone-1', '#/app');
  await page.click('[data-do="enrol-resume"]');
  await check.text(page, '.enrol-progress', /手順 3 \/ 9/);
});
