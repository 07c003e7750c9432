// Debian's Chromium, driven by playwright-core; a page with an authenticator that verifies its user, and a watch over what goes wrong in it.
import {createRequire} from 'node:module';
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const require = createRequire(join(process.env.MITOME_DRIVER || 'build/browser', 'package.json'));
const {chromium} = require('playwright-core');
export const axe_source = require('axe-core').source;

const FLAGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-features=Translate,OptimizationHints,MediaRouter', '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream'];

// As a person installs a certificate authority on a device.
function trust(root, home) {
  const store = join(home, '.pki', 'nssdb'), file = join(home, 'root.pem');
  mkdirSync(store, {recursive: true});
  writeFileSync(file, root);
  execFileSync('certutil', ['-N', '-d', `sql:${store}`, '--empty-password']);
  execFileSync('certutil', ['-A', '-d', `sql:${store}`, '-n', 'town', '-t', 'C,,', '-i', file]);
}

// film: a .y4m or .mjpeg file that the camera shows; root: PEM of a certificate authority that the browser trusts.
export async function launch({film, root} = {}) {
  const args = [...FLAGS];
  if (film) args.push(`--use-file-for-fake-video-capture=${film}`);
  if (process.getuid() === 0) args.push('--no-sandbox');
  const folder = mkdtempSync(join(tmpdir(), 'mitome-chromium-'));
  if (root) trust(root, folder);
  const browser = await chromium.launch({executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args, env: {...process.env, HOME: folder},
    handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false});
  return {browser, close: async () => { await browser.close(); rmSync(folder, {recursive: true, force: true}); }};
}

// The device's own authenticator: user verification on, as a finger or face that always fits. matches(false) is a finger that does not fit.
class Authenticator {
  constructor(cdp, id) { this.cdp = cdp; this.id = id; }

  static async of(page) {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable', {enableUI: false});
    const options = {protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
      automaticPresenceSimulation: true};
    const {authenticatorId} = await cdp.send('WebAuthn.addVirtualAuthenticator', {options});
    return new Authenticator(cdp, authenticatorId);
  }

  matches(value) { return this.cdp.send('WebAuthn.setUserVerified', {authenticatorId: this.id, isUserVerified: value}); }
  async credentials() { return (await this.cdp.send('WebAuthn.getCredentials', {authenticatorId: this.id})).credentials; }
  clear() { return this.cdp.send('WebAuthn.clearCredentials', {authenticatorId: this.id}); }
  // Another page of the same device holds the same credentials; also in a later test, which keeps them meanwhile.
  async holds(credentials) {
    for (const credential of credentials) await this.cdp.send('WebAuthn.addCredential', {authenticatorId: this.id, credential});
  }
  async copy_to(other) { await other.holds(await this.credentials()); }
}

function of_the_town(url, ports) {
  const {protocol, hostname, port} = new URL(url);
  if (!/^(https?|wss?):$/.test(protocol)) return true;
  return hostname.endsWith('.localhost') && ports.includes(Number(port));
}

// Everything that a page may not do, as lines in `wrong`; a refusal (a 4xx or 503 with its reason) is no error, and is kept in `refusals`.
function watch(page, ports, wrong) {
  page.refusals = [];
  const refused = new Set();
  page.on('request', (request) => {
    if (!of_the_town(request.url(), ports)) wrong.push(`third-party request: ${request.url()}`);
  });
  page.on('response', async (response) => {
    const {pathname} = new URL(response.url());
    if (response.status() < 400) return;
    if (response.status() >= 500 && response.status() !== 503) wrong.push(`${response.status()} from ${response.url()}`);
    if (!(response.headers()['content-type'] || '').includes('json')) return;
    refused.add(response.url());
    const body = await response.json().catch(() => ({}));
    page.refusals.push({path: pathname, status: response.status(), reason: body.reason});
  });
  page.on('console', async (message) => {
    if (message.type() !== 'error') return;
    // Chromium writes a line of its own for every 4xx; with a reason in JSON it is a refusal and the page shows it.
    const {url} = message.location();
    if (/^Failed to load resource: the server responded with a status of (4\d\d|503)/.test(message.text()) && refused.has(url)) return;
    wrong.push(`console error: ${message.text()} (${url})`);
  });
  page.on('pageerror', (error) => wrong.push(`page error: ${error.message}`));
  page.on('crash', () => wrong.push('the page crashed'));
}

// options: lang 'ja'|'en', dark, width, height, motion (false: prefers-reduced-motion), state (a former context's storage)
export async function open_page(browser, ports, wrong, options = {}) {
  const {lang = 'ja', dark = false, width = 1440, height = 900, motion = true} = options;
  const context = await browser.newContext({
    locale: lang === 'ja' ? 'ja-JP' : 'en-GB', timezoneId: 'Asia/Tokyo', colorScheme: dark ? 'dark' : 'light',
    reducedMotion: motion ? 'no-preference' : 'reduce', viewport: {width, height}, acceptDownloads: true, serviceWorkers: 'block',
    permissions: ['camera', 'clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(30000);
  const page = await context.newPage();
  // Pages that the page opens (links to another place in a new tab) are watched too.
  context.on('page', async (other) => { watch(other, ports, wrong); other.authenticator = await Authenticator.of(other).catch(() => undefined); });
  watch(page, ports, wrong);
  page.authenticator = await Authenticator.of(page);
  page.size = {width, height};
  return page;
}
