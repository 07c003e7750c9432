// Logging in and signing at a service through the gate, as a person does it: by the phone on this device, or by a card on the computer's reader.
import {agree, reach_consent} from './people.mjs';

/** At the gate: the phone on this device; ends back at the service. */
export async function by_phone(page, phone = 'phone-1') {
  await page.locator('[data-do="phone"]').waitFor();
  await page.click('[data-do="phone"]');
  await reach_consent(page, phone);
  await agree(page);
}

/** At the gate: the n-th card on this computer's reader, with its PIN or signing password; ends back at the service. */
export async function by_card(page, n = 1, secret = '1234') {
  await page.locator('[data-do="card"]').waitFor();
  await page.click('[data-do="card"]');
  await page.locator('[data-do="card-sign"]').waitFor();
  const card = await page.locator('[data-do^="lay-"]').nth(n - 1).getAttribute('data-do');
  if (!await page.locator(`[data-do="${card}"][aria-pressed="true"]`).count()) await page.click(`[data-do="${card}"]`);
  await page.locator(`[data-do="${card}"][aria-pressed="true"]`).waitFor();
  await page.fill(/^\d+$/.test(secret) ? '[data-do="pin"]' : '[data-do="sign-password"]', secret);
  await page.click('[data-do="card-sign"]');
}

/** Logs in at a service from its entrance, with the n-th card. */
export async function login_by_card(town, page, place, n = 1) {
  await page.goto(town.url(place, '/'));
  await page.click('[data-do="login"]');
  await by_card(page, n);
  await page.locator('[data-do="logout"]').waitFor();
}
