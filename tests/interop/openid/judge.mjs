// judge.mjs DRIVER: an unmodified openid-client logs in at the gate as an outside service, and is refused where it must be.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import http from 'node:http';
import * as client from 'openid-client';

let passed = 0;
let failed = 0;
async function judge(name, what) {
  try {
    await what();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`FAILED: ${name}: ${error.message} ${error.error ?? error.code ?? ''}`);
  }
}
function same(found, expected) {
  if (found !== expected) throw new Error(`found ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
}
async function refused(promise, code) {
  const error = await promise.then(() => { throw new Error('was let through'); }, (reason) => reason);
  if (error.error !== code && error.code !== code && !String(error.cause?.message ?? error.message).includes(code)) throw error;
}

const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
const driver = spawn(process.argv[2], { stdio: ['pipe', 'pipe', 'inherit'] });
driver.stdin.write(`${JSON.stringify({ kty, crv, x, y })}\n`);
const [line] = await new Promise((done) => createInterface({ input: driver.stdout }).once('line', (text) => done([text])));
const { issuer, now } = JSON.parse(line);
const gate = new URL(issuer);

/** fetch() to loopback with the Host header that the address names: a name under .localhost is not resolved everywhere. */
function fetchThere(address, { method = 'GET', headers = {}, body } = {}) {
  const url = new URL(address);
  const sent = { ...Object.fromEntries(new Headers(headers)), host: url.host };
  if (body) sent['content-length'] = Buffer.byteLength(String(body));
  return new Promise((done, fail) => {
    const request = http.request({ host: '127.0.0.1', port: url.port, method, path: url.pathname + url.search, headers: sent }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => done(new Response(parts.length ? Buffer.concat(parts) : null, { status: response.statusCode, headers: response.headers })));
    });
    request.on('error', fail);
    request.end(body ? String(body) : undefined);
  });
}

/** A browser: keeps cookies, follows nothing by itself. */
class Browser {
  cookies = new Map();

  async go(path, body) {
    const headers = { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    if (body) headers['content-type'] = 'application/json';
    const response = await fetchThere(new URL(path, issuer), { method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body) });
    const cookie = response.headers.get('set-cookie')?.split(';')[0].split('=');
    if (cookie) this.cookies.set(cookie[0], cookie[1]);
    return response;
  }
}

const discover = (privateKey) => client.discovery(gate, 'outside', { [client.clockSkew]: now - Math.floor(Date.now() / 1000) },
  client.PrivateKeyJwt(privateKey), { execute: [client.allowInsecureRequests], [client.customFetch]: fetchThere });

/** To the gate's page, by the wallet, back to the service: the address that the browser comes back to. */
async function through(config, verb, parameters = {}) {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const nonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: 'http://outside.localhost/callback', scope: 'openid name birthdate', state, nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256', ...parameters,
  });
  const browser = new Browser();
  const answer = await browser.go(url.pathname + url.search);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true, maxAge: 300 };
  if (answer.status !== 303) return { status: answer.status, checks };
  const page = new URL(answer.headers.get('location'));
  if (page.origin !== gate.origin) return { back: page, checks };
  const id = page.searchParams.get('login');
  const { request } = await (await browser.go('/api/login/start', { id, way: verb === 'decline' ? 'qr' : 'phone' })).json();
  const report = await (await browser.go('/driver/wallet', { request, verb })).json();
  if (verb === 'decline') {
    const { url: where } = await (await browser.go('/api/login/cancel', { id })).json();
    return { back: new URL(where), checks };
  }
  const last = await browser.go(report.continue);
  return { back: new URL(last.headers.get('location')), checks };
}

const config = await discover(keys.privateKey);

await judge('discovery', async () => {
  const metadata = config.serverMetadata();
  same(metadata.issuer, issuer);
  same(metadata.supportsPKCE(), true);
  same(metadata.authorization_response_iss_parameter_supported, true);
});
await judge('a login with userinfo and logout', async () => {
  const { back, checks } = await through(config, 'approve');
  const tokens = await client.authorizationCodeGrant(config, back, checks);
  const claims = tokens.claims();
  same(claims.iss, issuer);
  same(claims.aud, 'outside');
  same(claims.acr, 'urn:mitome:acr:jpki-user-authentication');
  const person = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  same(person.name, '黒桐　幹也');
  same(person.birthdate, '1980-02-17');
  same(person.address, undefined);
  const end = client.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: 'http://outside.localhost/' });
  const left = await new Browser().go(end.pathname + end.search);
  same(left.headers.get('location'), 'http://outside.localhost/');
  await refused(client.fetchUserInfo(config, tokens.access_token, claims.sub), 'OAUTH_WWW_AUTHENTICATE_CHALLENGE');
});
await judge('the same person has the same sub', async () => {
  const subs = [];
  for (const turn of [1, 2]) {
    const { back, checks } = await through(config, 'approve');
    subs[turn] = (await client.authorizationCodeGrant(config, back, checks)).claims().sub;
  }
  same(subs[1], subs[2]);
});
await judge('a code serves once', async () => {
  const { back, checks } = await through(config, 'approve');
  const tokens = await client.authorizationCodeGrant(config, back, checks);
  await refused(client.authorizationCodeGrant(config, back, checks), 'invalid_grant');
  await refused(client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub), 'OAUTH_WWW_AUTHENTICATE_CHALLENGE');
});
await judge('another code verifier', async () => {
  const { back, checks } = await through(config, 'approve');
  await refused(client.authorizationCodeGrant(config, back, { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() }), 'invalid_grant');
});
await judge('another state', async () => {
  const { back, checks } = await through(config, 'approve');
  await refused(client.authorizationCodeGrant(config, back, { ...checks, expectedState: 'another' }), 'OAUTH_INVALID_RESPONSE');
});
await judge('another nonce', async () => {
  const { back, checks } = await through(config, 'approve');
  await refused(client.authorizationCodeGrant(config, back, { ...checks, expectedNonce: 'another' }), 'OAUTH_JWT_CLAIM_COMPARISON_FAILED');
});
await judge('another key of the service', async () => {
  const other = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const stranger = await discover(other.privateKey);
  const { back, checks } = await through(stranger, 'approve');
  await refused(client.authorizationCodeGrant(stranger, back, checks), 'invalid_client');
});
await judge('the holder declines', async () => {
  const { back, checks } = await through(config, 'decline');
  await refused(client.authorizationCodeGrant(config, back, checks), 'access_denied');
});
await judge('prompt=none', async () => {
  const { back, checks } = await through(config, 'approve', { prompt: 'none' });
  await refused(client.authorizationCodeGrant(config, back, checks), 'login_required');
});
await judge('an address that is not registered', async () => {
  const { status, back } = await through(config, 'approve', { redirect_uri: 'http://outside.localhost/callback/' });
  same(back, undefined);
  same(status, 400);
});
await judge('a scope that is not registered', async () => {
  const { back, checks } = await through(config, 'approve', { scope: 'openid insurance' });
  await refused(client.authorizationCodeGrant(config, back, checks), 'invalid_scope');
});

driver.stdin.end();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
