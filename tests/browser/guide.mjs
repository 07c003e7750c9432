// The pictures of docs/guide.md and docs/guide.ja.md, taken while doing what the guide says; MITOME_WRITE_PICTURES=1 puts them into docs/pictures/.
import {copyFileSync, mkdirSync, readFileSync, readdirSync, statSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {test} from './harness/harness.mjs';
import {agree, bring_up, lay_card, open_phone, reach_consent} from './harness/people.mjs';

export const seconds = 300;

const docs = resolve(dirname(fileURLToPath(import.meta.url)), '../../docs');
const LIMIT = 3_000_000;
const PEOPLE = {ja: {phone: 'phone-1', n: 1, name: '見留　花子', born: '1980-02-17'}, en: {phone: 'phone-2', n: 2, name: '架空　太郎', born: '1995-11-03'}};

function camera(check, lang) {
  const folder = join(check.pictures, 'guide');
  mkdirSync(folder, {recursive: true});
  return async (page, name, selector = '.device') => {
    const path = join(folder, `${name}-${lang}.jpg`);
    // A phone by itself; elsewhere what the window shows.
    await (selector ? page.locator(selector).first() : page).screenshot({path, type: 'jpeg', quality: 62, animations: 'disabled'});
    if (process.env.MITOME_WRITE_PICTURES) {
      mkdirSync(join(docs, 'pictures'), {recursive: true});
      copyFileSync(path, join(docs, 'pictures', `${name}-${lang}.jpg`));
    }
  };
}

async function add_the_card(page, town, who, take) {
  await open_phone(town, page, who.phone);
  await take(page, 'phone-home');
  await page.click('[data-do="open-app"]');
  await page.click('[data-do="enrol-open"]');
  await take(page, 'add-1-start');
  await page.click('[data-do="enrol-start"]');
  await page.locator('[data-do="film-sample"]').waitFor();
  await take(page, 'add-2-face');
  await page.click('[data-do="film-sample"]');
  await page.fill('[data-do="text-pin"]', '5678');
  await take(page, 'add-3-pin');
  await page.click('[data-do="next"]');
  await page.fill('[data-do="sign-password"]', 'SIGN1234');
  await take(page, 'add-4-password');
  await page.click('[data-do="next"]');
  await lay_card(page, who.n);
  await take(page, 'add-5-read');
  await page.click('[data-do="read"]');
  for (let i = 0; i < 2; i += 1) {
    await page.fill('[data-do="own-pin"]', '1234');
    if (i === 0) await take(page, 'add-6-own-pin');
    await page.click('[data-do="next"]');
  }
  await page.fill('[data-do="own-password"]', 'SIGN1234');
  await page.fill('[data-do="own-password-again"]', 'SIGN1234');
  await take(page, 'add-7-own-password');
  await page.click('[data-do="next"]');
  await page.locator('[data-do="add"]').waitFor();
  await take(page, 'add-8-wallet');
  await page.click('[data-do="add"]');
  await page.click('[data-do="touch-owner"]');
  await page.locator('.done-mark').waitFor({timeout: 20000});
  await take(page, 'add-9-added');
}

async function at_the_kiosk(page, town, who, take, lang) {
  await open_phone(town, page, who.phone);
  await page.click('[data-do="side-once"]');
  await bring_up(page);
  await page.locator('.ready').waitFor();
  await take(page, 'wallet-ready');
  await page.goto(town.url('kiosk', '/?shop=minamo-1'));
  await page.click(`[data-do="start-${lang}"]`);
  await page.click('[data-do="document-residence"]');
  await page.locator('[data-do="holder-phone"]').waitFor();
  await take(page, 'kiosk-choose', null);
  await page.click('[data-do="holder-phone"]');
  await page.click(`[data-do="lay-${who.phone}"]`);
  await page.click('[data-do="read"]');
  await page.locator('.sheet').waitFor();
  await take(page, 'kiosk-paper', null);
  await page.click('[data-do="taken"]');
}

async function at_the_portal(page, town, who, take) {
  await page.goto(town.url('portal'));
  await page.click('[data-do="login"]');
  await page.locator('[data-do="phone"]').waitFor();
  await take(page, 'gate', null);
  await page.click('[data-do="phone"]');
  await reach_consent(page, who.phone);
  await take(page, 'consent');
  await agree(page);
  await page.click('[data-do="register"]');
  await page.click('[data-do="phone"]');
  await reach_consent(page, who.phone);
  await take(page, 'consent-sign');
  await agree(page);
  await page.locator('[data-do="to-health"]').waitFor();
  await take(page, 'portal', null);
  await page.click('[data-do="to-health"]');
  await page.locator('main h1').waitFor();
  await page.waitForTimeout(300);
  await take(page, 'portal-health', null);
}

async function at_a_counter(page, town, who, take, open, lang) {
  await open_phone(town, page, who.phone);
  await page.click('[data-do="side-once"]');
  await bring_up(page);
  await page.click('[data-do="engage"]');
  await page.locator('.qr').waitFor();
  const clerk = await open({lang, width: 900, height: 700});
  await clerk.goto(town.url('counter'));
  await clerk.click('[data-do="ask-age_over_20"]');
  await clerk.click('[data-do="to-scan"]');
  await clerk.click('[data-do="look"]');
  await clerk.click(`[data-do="scan-${who.phone}"]`);
  await page.locator('.consent').waitFor();
  await take(page, 'counter-consent');
  await agree(page);
  await clerk.locator('[data-verdict="good"]').waitFor();
  await take(clerk, 'counter-age', null);
}

async function lost_and_found(page, town, who, take) {
  await page.goto(town.url('desk', '/hotline'));
  const sign_in = page.locator('[data-do="sign-in"]');
  await sign_in.or(page.locator('[data-do="suspend"]')).first().waitFor();
  if (await sign_in.count()) await sign_in.click();
  await page.fill('[data-do="name"]', who.name);
  await page.fill('[data-do="birth"]', who.born);
  await page.click('[data-do="suspend"]');
  await page.locator('.notice.good').waitFor();
  await take(page, 'hotline', null);
  await open_phone(town, page, who.phone);
  await page.click('[data-do="open-app"]');
  const unlock = page.locator('[data-do="unlock"]');
  await unlock.or(page.locator('[data-do="resume"]')).first().waitFor();
  if (await unlock.count()) {
    await unlock.click();
    await page.click('[data-do="touch-owner"]');
  }
  await page.locator('[data-do="resume"]').waitFor();
  await take(page, 'suspended');
  await page.click('[data-do="resume"]');
  await page.click('[data-do="touch-owner"]');
  await page.locator('.notice.good').first().waitFor();
}

async function change_of_phone(page, take) {
  await page.click('[data-do="tab-menu"]');
  await page.click('[data-do="menu-card"]');
  await page.locator('[data-do="delete"]').waitFor();
  await take(page, 'delete');
  await page.click('[data-do="delete"]');
  await page.click('[data-do="dialog-yes"]');
  await page.click('[data-do="touch-owner"]');
  await page.click('[data-do="open-wallet"]');
  await page.locator('[data-do="wallet-remove"]').waitFor();
  await take(page, 'remove');
}

for (const lang of ['ja', 'en']) {
  test(`what the guide says, done as it says, in ${lang}`, async ({town, open, check, step}) => {
    const who = PEOPLE[lang], take = camera(check, lang);
    const page = await open({lang, width: 1000, height: 860});
    await step('the town', async () => {
      await page.goto(town.url('town'));
      await page.locator('[data-do^="phone-"]').first().waitFor();
      await take(page, 'town', null);
    });
    await step('adding the card', () => add_the_card(page, town, who, take));
    await step('the clock', async () => {
      await page.goto(town.url('town'));
      await page.click('[data-do="clock-later"]');
      await page.locator('.notice.good').waitFor();
    });
    await step('the kiosk', () => at_the_kiosk(page, town, who, take, lang));
    await step('the portal', () => at_the_portal(page, town, who, take));
    await step('the counter', () => at_a_counter(page, town, who, take, open, lang));
    await step('lost and found', () => lost_and_found(page, town, who, take));
    await step('change of phone', () => change_of_phone(page, take));
  });
}

test('the guide shows only these pictures, and they are light', async ({check}) => {
  const made = new Set(readdirSync(join(check.pictures, 'guide')));
  for (const name of ['guide.md', 'guide.ja.md']) {
    for (const [, path] of readFileSync(join(docs, name), 'utf8').matchAll(/!\[[^\]]*\]\(pictures\/([^)]+)\)/g)) check.ok(made.has(path), `${name}: ${path} is taken here`);
  }
  const kept = readdirSync(join(docs, 'pictures'));
  const size = kept.reduce((sum, name) => sum + statSync(join(docs, 'pictures', name)).size, 0);
  check.ok(size < LIMIT, `docs/pictures has ${size} bytes, at most ${LIMIT}`);
  for (const name of kept) check.ok(made.has(name), `docs/pictures/${name} is taken here`);
});
