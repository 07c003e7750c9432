// The harness itself, against broken pages of its own: what it must catch, it catches; what is right, it lets through.
import http from 'node:http';
import {launch, open_page} from './harness/browser.mjs';
import {Failed, test} from './harness/harness.mjs';
import {free_block} from './harness/town.mjs';

const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const page_of = (body, script = '') => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head><body><main><h1>A page</h1>${body}</main>${script && '<script src="/script.js" type="module"></script>'}</body></html>`;

// Answers for every port of the block what `pages` says of the path.
export const make_town = async () => {
  const port = await free_block();
  const pages = {
    '/good': [200, 'text/html', page_of('<button data-do="press">Press</button> <a href="/good">There</a>')],
    '/unlabelled': [200, 'text/html', page_of('<input><button></button>')],
    '/wide': [200, 'text/html', page_of('<pre>' + 'wide'.repeat(100) + '</pre>')],
    '/inline': [200, 'text/html', page_of('<button onclick="document.title = \'pressed\'">Press</button>')],
    '/third': [200, 'text/html', page_of('<img alt="x" src="http://elsewhere.localhost:1/x.png">')],
    '/refused': [200, 'text/html', page_of('<p role="alert" data-reason="PIN_WRONG">Wrong PIN</p>', true)],
    '/broken': [200, 'text/html', page_of('', true)],
    '/script.js': [200, 'text/javascript', "fetch(location.pathname === '/broken' ? '/api/broken' : '/api/refused')"],
    '/api/refused': [403, 'application/json', '{"reason":"PIN_WRONG"}'],
    '/api/broken': [500, 'text/plain', 'oh'],
  };
  const server = http.createServer((request, response) => {
    const [status, type, body] = pages[new URL(request.url, 'http://x').pathname] ?? [404, 'text/plain', 'nothing here'];
    response.writeHead(status, {'content-type': type, 'content-security-policy': CSP}).end(body);
  });
  return {
    port, log: [],
    start: () => new Promise((done) => server.listen(port, '127.0.0.1', done)),
    stop: async () => { server.closeAllConnections?.(); server.close(); return 0; },
    remove: () => {},
    url: (path) => `http://town.localhost:${port}${path}`,
  };
};

// What a test on this page would have been told.
async function told(town, path, more = async () => {}) {
  const {browser, close} = await launch();
  const wrong = [];
  try {
    const page = await open_page(browser, [town.port], wrong);
    await page.goto(town.url(path));
    await page.waitForTimeout(300);
    await more(page).catch((error) => { if (!(error instanceof Failed)) throw error; wrong.push(error.message); });
    return {wrong: wrong.join('\n'), refusals: page.refusals};
  } finally {
    await close();
  }
}

test('a right page is let through', async ({town, page, check}) => {
  await page.goto(town.url('/good'));
  await check.look(page, 'good');
  await check.keyboard(page, ['[data-do="press"]', 'a']);
});

test('what axe-core finds is a failure', async ({town, check}) => {
  const {wrong} = await told(town, '/unlabelled', (page) => check.axe(page, 'unlabelled'));
  check.match(wrong, /button-name/, 'a button without a name');
  check.match(wrong, /label:/, 'an input without a label');
});

test('what is wider than 360 px is a failure', async ({town, check}) => {
  const {wrong} = await told(town, '/wide', (page) => check.look(page, 'wide'));
  check.match(wrong, /wider than the window at 360 px/, 'a wide line');
});

test('a button that Tab does not reach is a failure', async ({town, check}) => {
  const {wrong} = await told(town, '/good', (page) => check.keyboard(page, ['[data-do="absent"]']));
  check.match(wrong, /not reached by Tab/, 'an absent button');
});

test('an inline handler is stopped by the policy and is a failure', async ({town, check}) => {
  const {wrong} = await told(town, '/inline', (page) => page.click('button'));
  check.match(wrong, /console error: .*Content Security Policy/, 'an inline handler');
});

test('a third party and a server error are failures', async ({town, check}) => {
  check.match((await told(town, '/third')).wrong, /third-party request: http:\/\/elsewhere/, 'a third party');
  check.match((await told(town, '/broken')).wrong, /500 from/, 'a server error');
});

test('a refusal with its reason is no failure and is kept', async ({town, check}) => {
  const {wrong, refusals} = await told(town, '/refused', (page) => check.refusal_shown(page, 'PIN_WRONG'));
  check.equal(wrong, '', 'nothing wrong');
  check.equal(refusals, [{path: '/api/refused', status: 403, reason: 'PIN_WRONG'}], 'the refusal');
});

const REGISTER = `navigator.credentials.create({publicKey: {challenge: new Uint8Array(32), rp: {name: 'x'}, user: {id: new Uint8Array(16), name: 'x', displayName: 'x'},
  pubKeyCredParams: [{type: 'public-key', alg: -7}], authenticatorSelection: {userVerification: 'required', residentKey: 'preferred'}}}).then(c => c.type)`;
const ASK = `navigator.credentials.get({publicKey: {challenge: new Uint8Array(32), userVerification: 'required', timeout: 3000}})
  .then(c => (new Uint8Array(c.response.authenticatorData)[32] & 4) ? 'verified' : 'only present', e => e.name)`;

test('the authenticator verifies its user, stays over other origins, and knows a finger that does not fit', async ({town, page, check}) => {
  await page.goto(town.url('/good'));
  check.equal(await page.evaluate(REGISTER), 'public-key', 'registered');
  await page.goto(town.url('/good').replace('town.', 'phone.'));
  check.equal(await page.evaluate(ASK), 'NotAllowedError', 'nothing for another place');
  await page.goto(town.url('/good'));
  check.equal(await page.evaluate(ASK), 'verified', 'user verification');
  await page.authenticator.matches(false);
  check.equal(await page.evaluate(ASK), 'NotAllowedError', 'a finger that does not fit');
});
