// The residents' portal: by card and by phone, registration, an application from the first field to its receipt, one's own records only, forgetting.
import {test} from './harness/harness.mjs';
import {holds_a_card} from './harness/people.mjs';
import {by_card, by_phone, login_by_card} from './harness/services.mjs';

let receipt, cookie;

test('the entrance, and what a stranger is told', async ({town, page, check}) => {
  await page.goto(town.url('portal', '/'));
  await check.text(page, 'main h1', /住民ポータル/);
  await check.look(page, 'entrance');
  await check.keyboard(page, ['[data-do="login"]']);
  for (const path of ['/apply', '/applications', '/health']) {
    await page.goto(town.url('portal', path));
    await check.text(page, 'main', /ログインした方だけ/);
  }
  for (const path of ['/api/health-checks', '/api/medicines', '/api/applications', '/api/kept']) check.refused(await town.get('portal', path), 'LOGIN_REQUIRED');
  check.refused(await town.post('portal', '/api/forget', {}), 'LOGIN_REQUIRED');
});

test('a login that was not begun in this browser is refused', async ({town, page, check}) => {
  await page.goto(town.url('portal', '/login/callback?code=stolen&state=somebodys'));
  await check.refusal_shown(page, 'SESSION_EXPIRED');
  check.equal(new URL(page.url()).search, '', 'the address forgets it');
});

test('who says no at the gate is logged in nowhere', async ({town, page, check}) => {
  await page.goto(town.url('portal', '/'));
  await page.click('[data-do="login"]');
  await page.click('[data-do="card"]');
  await page.click('[data-do="card-decline"]');
  const {body} = await town.get('portal', '/api/me');
  check.equal(body.logged_in, false, 'nobody is logged in');
});

test('first login with the card, registration by signature', async ({town, page, check, step}) => {
  await step('login', () => login_by_card(town, page, 'portal'));
  await check.text(page, 'main h1', /利用登録/);
  await check.look(page, 'register');
  await page.click('[data-do="register"]');
  await step('signature', () => by_card(page, 1, 'SIGN1234'));
  await check.text(page, 'main', /利用登録が完了しました/);
  await check.look(page, 'hall');
  cookie = (await page.context().cookies()).find((one) => one.name === 'session');
  check.ok(cookie.httpOnly && cookie.sameSite === 'Lax', 'the session’s cookie is out of reach of scripts and other sites');
});

test('an application: filled in, refused beside its fields, checked, signed, received', async ({town, page, check, step}) => {
  await login_by_card(town, page, 'portal');
  await page.click('[data-do="to-apply"]');
  await page.click('[data-do="form-moving"]');
  await page.click('[data-do="check"]');
  await check.refusal_shown(page, 'FORM_INVALID');
  await check.text(page, 'main', /引越しの日: 入力してください/);
  await check.look(page, 'errors');
  await page.selectOption('[data-do="field-move"]', 'within');
  await page.fill('[data-do="field-new_address"]', '架空市西2丁目2番');
  await page.fill('[data-do="field-moving_date"]', '2030-01-01');
  await page.fill('[data-do="field-persons"]', '２');
  await page.click('[data-do="check"]');
  await check.text(page, 'main', /60日先まで/);
  const day = new Date(((await town.get('town', '/api/clock')).body.now + 9 * 3600 + 10 * 86400) * 1000).toISOString().slice(0, 10);
  await page.fill('[data-do="field-moving_date"]', day);
  await page.click('[data-do="check"]');
  await page.locator('[data-do="sign"]').waitFor();
  await check.text(page, 'main', /架空市西2丁目2番/);
  await check.look(page, 'check');
  await page.click('[data-do="sign"]');
  await step('signature', () => by_card(page, 1, 'SIGN1234'));
  await check.text(page, '[data-do="receipt"]', /^MP-\d{8}-/);
  receipt = await page.locator('[data-do="receipt"]').innerText();
  await check.look(page, 'receipt');
  await page.click('[data-do="withdraw"]');
  await page.click('[data-do="dialog-yes"]');
  await check.text(page, 'main', /取り下げ/);
});

test('health checks and medicines, one’s own alone', async ({town, page, open, check}) => {
  await login_by_card(town, page, 'portal');
  await page.click('[data-do="to-health"]');
  await check.text(page, 'main', /健診結果/);
  await check.look(page, 'health');
  const mine = await page.evaluate(async () => (await (await fetch('/api/health-checks')).json()).checks[0].id);
  const other = await open({});
  await login_by_card(town, other, 'portal', 2);
  await other.click('[data-do="register"]');
  await by_card(other, 2, 'SIGN1234');
  await other.locator('[data-do="to-health"]').waitFor();
  const asked = async (path) => other.evaluate(async (url) => (await fetch(url)).status, path);
  check.equal(await asked(`/api/health-check?id=${mine}`), 404, 'another’s health check is not there');
  check.equal(await asked(`/api/application?id=${receipt}`), 404, 'another’s application is not there');
});

test('the phone logs in as the same person', async ({town, page, check, step}) => {
  await step('the card is added to the phone', () => holds_a_card(town));
  await page.goto(town.url('portal', '/'));
  await page.click('[data-do="login"]');
  await by_phone(page);
  await check.text(page, 'main', /スマートフォンでログイン中/);
  await page.click('[data-do="to-applications"]');
  await check.text(page, 'main', /引越しの予告/);
  await page.click('[data-do="logout"]');
  await page.locator('[data-do="login"]').waitFor();
});

test('a session ends by the town’s clock', async ({town, page, check}) => {
  await login_by_card(town, page, 'portal');
  const now = (await town.get('town', '/api/clock')).body.now;
  await town.clock(new Date((now + 9 * 3600 + 31 * 60) * 1000).toISOString().slice(11, 16));
  await page.goto(town.url('portal', '/'));
  await check.text(page, 'main', /有効期限が切れました/);
});

test('what is kept is seen and deleted, after a login that tells nothing more', async ({town, page, check}) => {
  await page.goto(town.url('portal', '/privacy'));
  await check.text(page, 'main', /期限を過ぎて残っている記録: 0件/);
  await page.click('[data-do="login"]');
  await by_card(page);
  await page.locator('[data-do="forget"]').waitFor();
  await check.look(page, 'privacy');
  await page.click('[data-do="forget"]');
  await page.click('[data-do="dialog-yes"]');
  await check.text(page, '[data-do="forgotten"]', /削除しました/);
  await page.goto(town.url('portal', '/'));
  await page.locator('[data-do="login"]').waitFor();
});
