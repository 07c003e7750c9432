// Every page of every place, as it is when a stranger opens it: in both languages, light and dark, narrow and wide. Pages are found in web/.
import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {test} from './harness/harness.mjs';
import {PLACES} from './harness/town.mjs';

const web = resolve(dirname(fileURLToPath(import.meta.url)), '../../web');
const files = (place) => { try { return readdirSync(join(web, place)); } catch { return []; } };
const pages = (place) => files(place).filter((name) => name.endsWith('.html')).map((name) => (name === 'index.html' ? '/' : `/${name.slice(0, -5)}`));
const WEIGHT = 150_000;

for (const place of PLACES) {
  for (const path of pages(place)) {
    test(`${place}${path}: accessible in both languages, light and dark, at 360 and 1440 px`, async ({town, page, open, check}) => {
      const name = `${place}${path.replaceAll('/', '-')}`.replace(/-$/, '');
      await page.goto(town.url(place, path));
      await page.locator('h1').first().waitFor();
      await check.look(page, name);
      check.equal(await page.evaluate(() => document.documentElement.lang), 'ja', 'Japanese for a Japanese browser');
      check.ok((await page.title()).length > 0, 'a title');
      const english = await open({lang: 'en'});
      await english.goto(town.url(place, path));
      await english.locator('h1').first().waitFor();
      await check.look(english, `${name}-en`, {widths: [360]});
      check.equal(await english.evaluate(() => document.documentElement.lang), 'en', 'English for an English browser');
      check.no_match(await english.locator('main').innerText(), /undefined|\[object|NaN/, 'no hole in the text');
    });
  }
}

test('a page weighs less than 150 kB before images, with all that it fetches to be drawn', async ({town, open, check}) => {
  for (const place of PLACES) {
    for (const path of [...pages(place), ...(place === 'phone' ? ['/?phone=phone-1'] : [])]) {
      const page = await open({});
      const bodies = [];
      page.on('response', (response) => { if (/html|javascript|css/.test(response.headers()['content-type'] ?? '')) bodies.push(response.body()); });
      await page.goto(town.url(place, path));
      await page.locator('h1').first().waitFor();
      const weight = (await Promise.all(bodies)).reduce((sum, body) => sum + body.length, 0);
      check.ok(weight > 10_000 && weight < WEIGHT, `${place}${path}: ${weight} bytes, at most ${WEIGHT}`);
      await page.close();
    }
  }
});

test('no page names a third party or holds an inline script, style or handler', async ({check}) => {
  for (const place of [...PLACES, 'ui']) {
    for (const name of files(place).filter((one) => /\.(html|js|css)$/.test(one))) {
      const text = readFileSync(join(web, place, name), 'utf8');
      const urls = (text.match(/\bhttps?:\/\/[\w.-]+/g) ?? []).filter((url) => !/localhost|\.example|www\.w3\.org/.test(url));
      check.equal(urls, [], `${place}/${name} names nobody else`);
      if (name.endsWith('.html')) check.no_match(text, /<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style/, `${place}/${name} has nothing inline`);
    }
  }
});

test('every page of the town is served with a strict policy', async ({town, check}) => {
  for (const place of PLACES.filter((one) => pages(one).length)) {
    const {headers} = await town.get(place, '/');
    const policy = headers['content-security-policy'] ?? '';
    check.match(policy, /default-src 'none'|default-src 'self'/, `${place}: nothing by default`);
    check.match(policy, /frame-ancestors 'none'/, `${place}: framed by nobody`);
    check.no_match(policy, /unsafe-inline|unsafe-eval|\*/, `${place}: nothing unsafe`);
    check.equal(headers['x-content-type-options'], 'nosniff', `${place}: nosniff`);
  }
});
