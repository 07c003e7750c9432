// The face filmed by a real camera (a drawn film stands before it): the movement that is asked for passes, another one does not.
import {execFileSync} from 'node:child_process';
import {join} from 'node:path';
import {test} from './harness/harness.mjs';
import {handed_over, open_phone} from './harness/people.mjs';

export const camera = async ({folder, mitome}) => {
  const film = join(folder, 'blink.y4m');
  execFileSync(mitome, ['face-film', '--motion', 'blink', '--out', film]);
  return film;
};

const asked = async (town) => (await town.get('phone', '/api/phone-1/state')).body.enrolment.motion;
/** The movement is drawn by lot: another is asked for until it is one of these. */
async function until_asked_for(town, page, wanted) {
  for (let motion = await asked(town); !wanted.includes(motion); motion = await asked(town)) {
    const said = await page.locator('.film-says').innerText();
    await page.click('[data-do="motion"]');
    await page.locator('.film-says', {hasNotText: said}).waitFor();
  }
}

test('a movement that was not asked for is refused, and says what to do better', async ({town, page, check}) => {
  await handed_over(town, 'phone-1');
  await open_phone(town, page, 'phone-1', '#/enrol');
  await page.click('[data-do="enrol-start"]');
  await page.locator('.film-says').waitFor();
  await until_asked_for(town, page, ['turn-left', 'turn-right']);
  await page.click('[data-do="film"]');
  await page.waitForFunction(() => document.querySelector('.camera video')?.videoWidth > 0);
  check.match(await check.refusal_shown(page, 'LIVENESS_FAILED'), /LIVENESS_FAILED · \S+/, 'why');
});

test('the movement that was asked for is filmed, judged at the authority, and goes on', async ({town, page, check}) => {
  await open_phone(town, page, 'phone-1', '#/enrol');
  await page.locator('.film-says').waitFor();
  await until_asked_for(town, page, ['blink']);
  const sent = page.waitForRequest('**/app/face');
  await page.click('[data-do="film"]');
  const {film} = (await sent).postDataJSON();
  check.ok(film.frames.length >= 12 && film.width * film.height <= 160 * 120, 'small, and no more than is needed');
  check.equal(Buffer.from(film.frames[0], 'base64url').length, film.width * film.height, 'one byte a pixel: grey');
  await page.locator('[data-do="text-pin"]').waitFor();
  await check.text(page, '.scene', /顔の動きを確認しました/);
  check.equal(await page.locator('video').count(), 0, 'the camera is off');
  check.no_match(town.log.join('\n'), new RegExp(film.frames[0].slice(40, 80)), 'no frame in the log');
});
