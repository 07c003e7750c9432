// The guided tour, played to its end in the real pages: the article's chapters, each step done by the page's own buttons.
import {mkdirSync} from 'node:fs';
import {test} from './harness/harness.mjs';

export const seconds = 600;

const say = (page) => page.locator('.tour-say').innerText();
const position = (page) => page.evaluate(() => document.querySelector('.tour')?.dataset.ready ?? '');

async function begin(town, page) {
  await page.goto(town.url('town'));
  await page.click('[data-do="tour"]');
  await page.locator('.tour').waitFor();
}

test('the tour can be left, and its panel is accessible', async ({town, open, check}) => {
  const page = await open({motion: false});
  await begin(town, page);
  check.equal(await page.locator('[data-do="tour-play"]').innerText(), '自動で進める', 'it stands still for who wants no motion');
  await check.look(page, 'panel');
  await check.keyboard(page, ['[data-do="tour-next"]', '[data-do="tour-back"]', '[data-do="tour-leave"]']);
  await page.click('[data-do="lang-en"]');
  await check.text(page, '.tour-say', /Welcome/);
  await page.focus('[data-do="tour-next"]');
  await page.keyboard.press('ArrowRight');
  await check.text(page, '.tour-say', /Card and phone compared/);
  await page.reload();
  await check.text(page, '.tour-say', /Card and phone compared/, 'a reload goes on where it was');
  await page.focus('[data-do="tour-next"]');
  await page.keyboard.press('Escape');
  check.equal(await page.locator('.tour').count(), 0, 'Escape leaves');
  await page.click('[data-do="go-counter"]');
  await page.waitForURL(`${town.origin('counter')}/**`);
  check.equal(await page.locator('.tour').count(), 0, 'it stays away');
});

test('played to its end, every step finds its button and every place is reached', async ({town, open, check}) => {
  const page = await open({motion: false});
  const folder = `${check.pictures}/tour`;
  mkdirSync(folder, {recursive: true});
  await begin(town, page);
  const seen = [];
  for (let last = ''; seen.length < 400;) {
    await page.waitForFunction((before) => {
      const panel = document.querySelector('.tour');
      return !panel || panel.dataset.lost || (panel.dataset.ready && panel.dataset.ready !== before);
    }, last, {timeout: 45000});
    // Between two pages there is no panel for a moment; at the end there is none any more.
    if (!await page.locator('.tour').count()) {
      if (await page.locator('.tour').waitFor({timeout: 12000}).then(() => true, () => false)) continue;
      break;
    }
    // The page may be on its way to the next place: then the step is seen there.
    const seen_here = await page.evaluate(() => { const {lost = '', ready = ''} = document.querySelector('.tour')?.dataset ?? {}; return {lost, ready}; }).catch(() => null);
    if (!seen_here || (!seen_here.lost && !seen_here.ready)) continue;
    const {lost} = seen_here;
    last = seen_here.ready;
    check.ok(!lost, `${last} (${page.url()}): “${await say(page)}” finds ${lost}`);
    seen.push([last, new URL(page.url()).hostname.split('.')[0]]);
    await page.screenshot({path: `${folder}/${String(seen.length).padStart(3, '0')}-${last}.jpg`, type: 'jpeg', quality: 70});
    await page.click('[data-do="tour-next"]');
  }
  const chapters = new Set(seen.map(([at]) => at.split('.')[0]).filter((id) => id));  // none while a page is left
  check.equal([...chapters], ['what', 'add', 'face', 'finger', 'kiosk', 'portal', 'can', 'safety', 'change'], 'the article’s chapters in their order');
  const places = new Set(seen.map(([, place]) => place));
  for (const place of ['town', 'phone', 'gate', 'portal', 'kiosk', 'counter', 'desk']) check.ok(places.has(place), `${place} was visited`);
});

test('by itself, and with the visitor’s own hand', async ({town, page, check}) => {
  await begin(town, page);
  await check.text(page, '.tour-say', /カードとスマホのちがい/, 'it goes on by itself');
  await page.click('[data-do="tour-play"]');
  const here = await say(page);
  await page.waitForTimeout(4000);
  check.equal(await say(page), here, 'paused');
  await page.selectOption('[data-do="tour-chapter"]', {index: 2});
  await page.waitForURL(`${town.origin('phone')}/**`);
  await page.locator('[data-do="tour-mine"]').waitFor();
  await page.waitForFunction(() => document.querySelector('.tour')?.dataset.ready);
  const before = await position(page);
  await page.locator('[data-do="side-double"]').click();
  await page.waitForFunction((at) => ![undefined, '', at].includes(document.querySelector('.tour')?.dataset.ready), before)
    .catch(() => { throw new Error(`what the visitor presses does not count as the step ${before}`); });
});
