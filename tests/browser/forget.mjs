// The phone's log: who received what, marked when only a simulated sensor stood for its owner; and asking a service to forget.
import {test} from './harness/harness.mjs';
import {holds_a_card, open_phone} from './harness/people.mjs';
import {by_phone} from './harness/services.mjs';

test('the holder asks the portal to forget, from the phone, and the portal answers', async ({town, page, open, check, step}) => {
  await step('the card is added to the phone', () => holds_a_card(town));
  const browser = await open({});
  await browser.goto(town.url('portal', '/'));
  await browser.click('[data-do="login"]');
  await by_phone(browser);
  await check.text(browser, 'main', /スマートフォンでログイン中/);

  await open_phone(town, page);
  await page.click('[data-do="open-app"]');
  await page.click('[data-do="tab-log"]');
  await check.text(page, '.scene', /相手が保存: このサービスだけで使われる番号/);
  await check.text(page, '.scene', /模擬センサーで確認/);
  await page.click('[data-do="ask-deletion"]');
  await page.click('[data-do="touch-owner"]');
  await check.text(page, '.scene', /相手の答え: 1 件を削除しました/);
  await check.look(page, 'answered', {widths: [360]});
  check.equal(await page.locator('[data-do="ask-deletion"]').count(), 0, 'it was answered');

  await browser.reload();
  await browser.locator('[data-do="login"]').waitFor();
});

test('the authority’s log says what was only simulated', async ({town, page, check}) => {
  await page.goto(town.url('desk', '/operator'));
  await page.click('[data-do="sign-in"]');
  const events = await page.evaluate(async () => (await (await fetch('/api/operator/events?after=0')).json()).events);
  const simulated = events.filter(({kind}) => kind === 'simulated').map(({body, staff}) => `${body} ${staff}`);
  check.ok(simulated.includes('sensor town town: phone-1'), 'the sensor of that phone');
  check.ok(simulated.includes('film town town: sample film'), 'the film');
});

test('the portal forgets for nobody else', async ({town, check}) => {
  check.refused(await town.post('portal', '/api/forget', {}), 'LOGIN_REQUIRED');
  check.refused(await town.post('portal', '/api/forget', {token: 'e30.e30.e30'}), 'BAD_SIGNATURE');
  const wish = {client: 'portal', certificate: 'AAAA', signature: 'AAAA', nonce: 'AAAAAAAAAAAAAAAAAAAAAA', expires: (await town.get('town', '/api/clock')).body.now + 60};
  check.refused(await town.post('gate', '/forget-tokens', wish), 'CERT_MALFORMED');
});
