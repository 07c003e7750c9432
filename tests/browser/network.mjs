// The town for other devices: one host name, TLS by a root that the device was told to trust, a sensor of its own, and no cookie of one
// place at another.
import {test} from './harness/harness.mjs';
import {enrolled, open_phone, reach_consent} from './harness/people.mjs';
import {by_card, login_by_card} from './harness/services.mjs';

export const town = {host: 'mitome.localhost'};
export const seconds = 120;

test('a page that tells the device what to trust', async ({town, page, check}) => {
  await page.goto(town.ready.root_url);
  await check.text(page, 'main', new RegExp(town.ready.root_sha256));
  check.equal(await page.locator('a').getAttribute('href'), '/mitome-town-root.crt', 'the certificate is one touch away');
});

test('logged in at two places at once, each by its own cookie', async ({town, page, check}) => {
  await login_by_card(town, page, 'portal');
  await page.goto(town.url('tax', '/'));
  await page.click('[data-do="login"]');
  await by_card(page);
  await page.locator('[data-do="logout"]').waitFor();
  await page.goto(town.url('portal', '/'));
  await page.locator('[data-do="logout"]').waitFor();
  const cookies = await page.context().cookies();
  check.equal(cookies.filter(({name}) => !name.startsWith('__Host-')), [], 'no cookie without its place');
  check.equal(cookies.filter(({secure, httpOnly}) => !secure || !httpOnly), [], 'none that a script or plain HTTP sees');
  check.equal(cookies.map(({name}) => name).filter((name) => name.endsWith('-session')).sort(), ['__Host-portal-session', '__Host-tax-session'], 'two sessions');
});

test('the device’s own sensor stands for the phone’s', async ({town, page, check, step}) => {
  await open_phone(town, page, 'phone-1');
  await page.goto(`${page.url().split('#')[0]}#/settings/touch`);
  await page.click('[data-do="sensor-register"]');
  await check.text(page, '.scene', /この機器のセンサー: 1 件/);
  check.equal((await page.authenticator.credentials()).map(({rpId}) => rpId), ['mitome.localhost'], 'a credential for this host');
  await step('the card is added to the phone', () => enrolled(town, page));
  await page.goto(town.url('portal', '/'));
  await page.click('[data-do="login"]');
  await page.click('[data-do="phone"]');
  await reach_consent(page);
  await page.click('[data-do="consent-yes"]');
  await page.click('[data-do="touch-real"]');
  await check.text(page, 'main', /スマートフォンでログイン中/);
});
