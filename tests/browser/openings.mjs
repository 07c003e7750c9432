// The services of the article open on its dates: a town that begins on the day before the first, and whose clock is moved past each.
import {test} from './harness/harness.mjs';
import {holds_a_card} from './harness/people.mjs';
import {by_phone, login_by_card} from './harness/services.mjs';

export const town = {args: ['--date', '2025-06-23']};
export const seconds = 150;

async function arrive_at_clinic(town, page) {
  await page.goto(town.url('clinic', '/'));
  await page.click('[data-do="clinic-izumi"]');
  await page.click('[data-do="check-in"]');
  await by_phone(page);
}

async function log_in_at_portal(town, page) {
  await page.goto(town.url('portal', '/'));
  await page.click('[data-do="login"]');
  await by_phone(page);
}

test('before its first day a service takes the card, and tells the phone when', async ({town, page, open, check, step}) => {
  await page.goto(town.url('town', '/'));
  await check.text(page, 'main', /2025年6月24日|2025-06-24/);
  await step('the card is added to the phone', () => holds_a_card(town));
  await log_in_at_portal(town, page);
  check.match(await check.refusal_shown(page, 'SERVICE_NOT_OPEN_YET'), /まだ始まっていません/, 'why');
  const other = await open({});
  await login_by_card(town, other, 'portal');
});

test('from 24 June 2025 the portal takes the phone; the clinic not before 19 September', async ({town, page, check}) => {
  await town.clock('2025-06-24T10:00');
  await log_in_at_portal(town, page);
  await check.text(page, 'main', /スマートフォンでログイン中/);
  await arrive_at_clinic(town, page);
  await check.refusal_shown(page, 'SERVICE_NOT_OPEN_YET');
  await town.clock('2025-09-19T10:00');
  await arrive_at_clinic(town, page);
  await check.text(page, 'main', /保険資格を確認しました/);
});

test('the filing season begins on 16 February 2026', async ({town, page, check}) => {
  await page.goto(town.url('tax', '/'));
  await page.click('[data-do="login"]');
  await check.refusal_shown(page, 'SERVICE_NOT_OPEN_YET');
  await town.clock('2026-02-16T10:00');
  await page.goto(town.url('tax', '/'));
  await page.click('[data-do="login"]');
  await by_phone(page);
  await page.locator('[data-do="logout"]').waitFor();
});
