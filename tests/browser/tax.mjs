// The tax office: fill in, see the result as the server computes it, sign, and verify the signature with OpenSSL.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from './harness/harness.mjs';
import {by_card, login_by_card} from './harness/services.mjs';

test('the entrance', async ({town, page, check}) => {
  await page.goto(town.url('tax', '/'));
  await check.look(page, 'entrance');
  for (const path of ['/api/returns', '/api/return?id=1', '/api/return.json?id=1', '/api/return.p7s?id=1']) check.refused(await town.get('tax', path), 'LOGIN_REQUIRED');
  await page.goto(town.url('tax', '/return'));
  await check.text(page, 'main', /先にログイン/);
});

test('a return is computed while one types, signed, and its CMS verifies elsewhere', async ({town, page, check, step}) => {
  await step('login', () => login_by_card(town, page, 'tax'));
  await check.text(page, 'main', /氏名/);
  await check.look(page, 'hall');
  await page.click('[data-do="to-return"]');
  await page.click('[data-do="check"]');
  await check.refusal_shown(page, 'FORM_INVALID');
  await check.look(page, 'errors');
  await page.fill('[data-do="field-salary"]', '5,000,000');
  await page.fill('[data-do="field-withheld"]', '9000000');
  await page.fill('[data-do="field-social_insurance"]', '700000');
  await check.text(page, 'main', /収入を超えています/);
  await page.fill('[data-do="field-withheld"]', '130000');
  await page.fill('[data-do="field-medical_paid"]', '150000');
  await page.locator('[data-do="field-medical_paid"]').blur();
  await check.text(page, '[data-do="due"]', /戻る税金 12,075円/);
  await check.look(page, 'return');
  await page.click('[data-do="check"]');
  await page.locator('[data-do="sign"]').waitFor();
  await check.look(page, 'check');
  await page.click('[data-do="sign"]');
  await step('signature', () => by_card(page, 1, 'SIGN1234'));
  await check.text(page, '[data-do="receipt"]', /^TX-\d{8}-/);
  await check.look(page, 'receipt');
  const id = new URL(page.url()).searchParams.get('id');
  const fetched = async (path) => Buffer.from(await page.evaluate(async (url) => {
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    return Array.from(bytes);
  }, path));
  const folder = mkdtempSync(join(tmpdir(), 'mitome-return-'));
  writeFileSync(join(folder, 'return.json'), await fetched(`/api/return.json?id=${id}`));
  writeFileSync(join(folder, 'return.p7s'), await fetched(`/api/return.p7s?id=${id}`));
  const verify = (...more) => execFileSync('openssl', ['cms', '-verify', '-binary', '-inform', 'DER', '-content', join(folder, 'return.json'),
    '-in', join(folder, 'return.p7s'), '-out', join(folder, 'out'), ...more], {stdio: 'pipe'});
  verify('-noverify');  // the signature; whose it is, with the CA, is asked in tests/interop
  writeFileSync(join(folder, 'return.json'), '{"due":-999999}');
  let changed = false;
  try { verify('-noverify'); } catch { changed = true; }
  check.ok(changed, 'a changed return does not verify');
});

test('another’s return is not there', async ({town, page, check}) => {
  await login_by_card(town, page, 'tax');
  const id = await page.evaluate(async () => (await (await fetch('/api/returns')).json()).returns[0].id);
  await page.click('[data-do="logout"]');
  await page.locator('[data-do="login"]').waitFor();
  await login_by_card(town, page, 'tax', 2);
  for (const name of ['return', 'return.json', 'return.p7s'])
    check.equal(await page.evaluate(async (url) => (await fetch(url)).status, `/api/${name}?id=${id}`), 404, name);
});

test('drafts are forgotten, filed returns stay and it is said why', async ({town, page, check}) => {
  await page.goto(town.url('tax', '/privacy'));
  await page.click('[data-do="login"]');
  await by_card(page);
  await page.locator('[data-do="forget"]').waitFor();
  await check.look(page, 'privacy');
  await page.click('[data-do="forget"]');
  await page.click('[data-do="dialog-yes"]');
  await check.text(page, '[data-do="forgotten"]', /7年間/);
});
