// Clinics: insured or not, what the doctor may see, and nothing after the visit.
import {test} from './harness/harness.mjs';
import {holds_a_card} from './harness/people.mjs';
import {by_card, by_phone} from './harness/services.mjs';

async function arrive(town, page, clinic, agreed = []) {
  await page.goto(town.url('clinic', '/'));
  await page.click(`[data-do="clinic-${clinic}"]`);
  for (const name of agreed) await page.click(`[data-do="agree-${name}"]`);
  await page.click('[data-do="check-in"]');
}

test('the reception: consents are off unless given', async ({town, page, check}) => {
  await page.goto(town.url('clinic', '/'));
  await page.locator('[data-do="check-in"]').waitFor();
  for (const name of ['medicines', 'checks']) check.equal(await page.isChecked(`[data-do="agree-${name}"]`), false, name);
  await page.click('[data-do="check-in"]');
  await check.text(page, 'main', /医療機関を選んでください/);
  await check.look(page, 'reception');
  await check.keyboard(page, ['[data-do="agree-medicines"]', '[data-do="check-in"]']);
  check.refused(await town.get('clinic', '/api/clerk/visits'), 'LOGIN_REQUIRED');
});

test('by card: insured, and the clerk sees what was agreed to', async ({town, page, open, check, step}) => {
  const clerk = await open({});
  await clerk.goto(town.url('clinic', '/clerk'));
  await clerk.locator('[data-do="clerk-hatori"]').waitFor();
  await check.look(clerk, 'clerk-sign-in');
  await clerk.click('[data-do="clerk-hatori"]');
  await check.text(clerk, 'main', /来院中の方はいません/);
  await step('the patient arrives', async () => {
    await arrive(town, page, 'hatori', ['checks']);
    await by_card(page);
  });
  await check.text(page, 'main', /保険資格を確認しました/);
  await check.look(page, 'arrived');
  await clerk.locator('[data-do="visit"]').waitFor();
  await clerk.click('[data-do="visit"]');
  await check.text(clerk, '[data-do="insured-number"]', /\d/);
  await check.text(clerk, 'main', /薬の履歴の提供に同意がありません/);
  await check.text(clerk, 'main', /健診結果/);
  await check.look(clerk, 'clerk');
  await clerk.click('[data-do="close"]');
  await clerk.click('[data-do="dialog-yes"]');
  await check.text(clerk, 'main', /来院中の方はいません/);
  await page.reload();
  await check.text(page, 'main', /いま受付している診療はありません/);
});

test('by phone: taken at one clinic, card only at the other', async ({town, page, check, step}) => {
  await step('the card is added to the phone', () => holds_a_card(town));
  await arrive(town, page, 'hatori');
  await by_phone(page);
  await check.refusal_shown(page, 'USE_PHYSICAL_CARD');
  await arrive(town, page, 'izumi', ['medicines']);
  await by_phone(page);
  await check.text(page, 'main', /受付しました/);
});

test('the patient has it deleted', async ({town, page, check}) => {
  await page.goto(town.url('clinic', '/privacy'));
  await page.click('[data-do="login"]');
  await by_card(page);
  await page.locator('[data-do="forget"]').waitFor();
  await check.look(page, 'privacy');
  await page.click('[data-do="forget"]');
  await page.click('[data-do="dialog-yes"]');
  await check.text(page, '[data-do="forgotten"]', /残した記録はありません/);
});
