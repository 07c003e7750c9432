// Runs the specs named, or all of them, one town and one browser for each; ends with "N passed, N failed".
import {mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {launch, open_page} from './browser.mjs';
import {Check} from './check.mjs';
import {Failed, take_tests} from './harness.mjs';
import {Town} from './town.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const specs = resolve(here, '..');
const results = resolve(here, '../../../build/results/browser');
const TEST_MS = Number(process.env.MITOME_TEST_SECONDS || 90) * 1000;
let passed = 0, failed = 0;

const indent = (text) => String(text).split('\n').map((line) => '        ' + line).join('\n');

function report(spec, name, error, begin) {
  const took = ((Date.now() - begin) / 1000).toFixed(1);
  if (!error) { passed++; console.log(`ok      ${spec}: ${name} (${took} s)`); return; }
  failed++;
  console.log(`FAILED  ${spec}: ${name} (${took} s)\n${indent(error instanceof Failed ? error.message : error.stack || error)}`);
}

function limited(promise, what, ms) {
  let timer;
  const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Failed(`${what}: longer than ${ms / 1000} s`)), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function run_test({name, body}, spec, {town, browser, ports, check, module}) {
  const begin = Date.now();
  const wrong = [], pages = [];
  let at = '', error;
  const open = async (options) => { const page = await open_page(browser, ports, wrong, {...module.view, ...options}); pages.push(page); return page; };
  const step = async (what, action) => { at = what; const value = await action(); at = ''; return value; };
  try {
    const page = await open();
    await limited(body({town, page, open, check, step}), name, module.seconds ? module.seconds * 1000 : TEST_MS);
    await page.waitForTimeout(50);
    const bad = wrong.filter((line) => !(module.allow ?? []).some((pattern) => pattern.test(line)));
    if (bad.length) throw new Failed(bad.join('\n'));
  } catch (caught) {
    error = at && caught instanceof Error ? Object.assign(caught, {message: `at “${at}”: ${caught.message}`}) : caught;
    for (const [i, page] of pages.entries()) {
      const path = join(results, 'failed', `${spec}-${name.replace(/[^\w-]+/g, '_').slice(0, 60)}-${i}.png`);
      await page.screenshot({path, timeout: 3000}).catch(() => {});
    }
  }
  for (const page of pages) await page.context().close().catch(() => {});
  report(spec, name, error, begin);
}

// One at a time: a spec's tests are those that were registered while it was loaded.
let loading = Promise.resolve();
function load(file) {
  const loaded = loading.then(async () => {
    try { return {module: await import(pathToFileURL(file)), tests: take_tests()}; } finally { take_tests(); }
  });
  loading = loaded.catch(() => {});
  return loaded;
}

async function run_spec(file) {
  const spec = basename(file, '.mjs');
  const begin = Date.now();
  let town, browser;
  try {
    const {module, tests} = await load(file);
    if (!tests.length) throw new Failed('no tests in it');
    town = module.make_town ? await module.make_town() : new Town(process.env.MITOME, module.town);
    await town.start('--fresh');
    const film = module.camera && await module.camera({folder: town.data, mitome: process.env.MITOME});
    browser = await launch({film, root: town.root});
    const ports = [...Array(20).keys()].map((i) => town.port + i);
    const check = new Check(spec, results);
    for (const one of tests) await run_test(one, spec, {town, browser: browser.browser, ports, check, module});
    const code = await town.stop();
    if (code !== 0) throw new Failed(`the town ended with ${code}`);
  } catch (error) {
    report(spec, 'the spec itself', error, begin);
  } finally {
    await browser?.close().catch(() => {});
    await town?.stop().catch(() => {});
    writeFileSync(join(results, `${spec}-town.log`), (town?.log ?? []).join('\n') + '\n');
    town?.remove();
  }
}

// Told to stop, it stops, and its children with it: whoever waits for it waits for nothing.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { console.log(`${passed} passed, ${failed + 1} failed`); process.exit(1); });

mkdirSync(join(results, 'failed'), {recursive: true});
const named = process.argv.slice(2).map((name) => join(specs, name.replace(/\.mjs$/, '') + '.mjs'));
const all = readdirSync(specs).filter((name) => name.endsWith('.mjs')).sort().map((name) => join(specs, name));
// Specs are strangers to each other, each with its own town and browser: as many at once as MITOME_BROWSERS says, or two.
const waiting = named.length ? [...named] : [...all];
const lane = async () => { while (waiting.length) await run_spec(waiting.shift()); };
await Promise.all(Array.from({length: Number(process.env.MITOME_BROWSERS) || 2}, lane));
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
