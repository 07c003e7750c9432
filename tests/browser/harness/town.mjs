// One town of its own for one spec: a free block of ports, a new data folder, stopped and removed at the end.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {X509Certificate} from 'node:crypto';
import {mkdtempSync, rmSync} from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import readline from 'node:readline';
import {Failed} from './harness.mjs';

export const PLACES = ['town', 'authority', 'gate', 'portal', 'kiosk', 'counter', 'clinic', 'tax', 'desk', 'phone'];
const BLOCK = 20, READY_MS = 60000, STOP_MS = 10000, LOG_LINES = 400;

async function free(port) {
  const server = net.createServer();
  return new Promise((done) => {
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

const given = new Set();  // blocks of this process: several towns may be starting at once

export async function free_block(size = BLOCK) {
  for (let base = 18700 + BLOCK * (process.pid % 500); base < 60000; base += BLOCK) {
    if (given.has(base)) continue;
    given.add(base);
    const ports = await Promise.all([...Array(size).keys()].map((i) => free(base + i)));
    if (ports.every(Boolean)) return base;
  }
  throw new Failed('no free block of ports');
}

// Node resolves no *.localhost: it connects to the loopback address and says the host by name.
// `ca`: over TLS, by this root.
export function send(port, host, method, path, body, headers = {}, ca = undefined) {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const all = {host: `${host}:${port}`, ...(payload ? {'content-type': 'application/json', 'content-length': Buffer.byteLength(payload)} : {}), ...headers};
  return new Promise((done, fail) => {
    const request = (ca ? https : http).request({host: '127.0.0.1', servername: ca && host, ca, port, method, path, headers: all}, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        const bytes = Buffer.concat(parts);
        const json = (response.headers['content-type'] || '').includes('json');
        done({status: response.statusCode, headers: response.headers, bytes, body: json ? JSON.parse(bytes.toString()) : bytes.toString()});
      });
    });
    request.setTimeout(20000, () => request.destroy(new Error(`${method} ${path}: no answer in 20 s`)));
    request.on('error', fail);
    request.end(payload);
  });
}

export class Town {
  constructor(binary, options = {}) {
    this.binary = binary;
    this.options = {args: [], ...options};
    this.data = mkdtempSync(join(tmpdir(), 'mitome-town-'));
    this.log = [];
  }

  async start(...more) {
    this.port ??= await free_block();
    const {host} = this.options;
    const args = ['--json', 'town', ...(host ? ['--public-url', `https://${host}:${this.port}`] : []), '--data', this.data, '--port', String(this.port), ...(process.env.MITOME_PAGES ? ['--pages', process.env.MITOME_PAGES] : []), ...this.options.args, ...more];
    this.child = spawn(this.binary, args, {stdio: ['ignore', 'pipe', 'pipe']});
    this.at_exit = () => this.child.kill('SIGKILL');
    process.once('exit', this.at_exit);
    this.child.once('error', (error) => this.log.push(String(error)));
    const keep = (line) => { this.log.push(line); if (this.log.length > LOG_LINES) this.log.shift(); };
    readline.createInterface({input: this.child.stderr}).on('line', keep);
    const lines = readline.createInterface({input: this.child.stdout});
    const ready = new Promise((done, fail) => {
      lines.on('line', (line) => { keep(line); if (line.startsWith('{')) done(line); });
      this.child.once('exit', (code) => fail(new Failed(`the town ended (${code}) before it was ready:\n${this.log.slice(-20).join('\n')}`)));
      setTimeout(() => fail(new Failed('the town was not ready in time')), READY_MS).unref();
    });
    this.ready = JSON.parse(await ready);
    if (host) {
      const {bytes} = await send(this.port + 10, host, 'GET', '/mitome-town-root.crt');
      const root = new X509Certificate(bytes);
      if (root.fingerprint256 !== this.ready.root_sha256) throw new Failed('another root than the town said');
      this.root = root.toString();
    }
    return this;
  }

  // Stops as Ctrl-C does; an end by a crash or a sanitizer's finding is a failure.
  async stop() {
    if (!this.child || this.child.exitCode !== null) return this.child?.exitCode ?? 0;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGINT');
    const killer = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    const [code, signal] = await ended;
    clearTimeout(killer);
    process.off('exit', this.at_exit);
    return code ?? signal;
  }

  async restart(...more) {
    const code = await this.stop();
    if (code !== 0) throw new Failed(`the town ended with ${code}:\n${this.log.slice(-20).join('\n')}`);
    return this.start(...more);
  }

  remove() { rmSync(this.data, {recursive: true, force: true}); }

  port_of(place) {
    const index = PLACES.indexOf(place);
    if (index < 0) throw new Failed(`no such place: ${place}`);
    return this.port + index;
  }

  host_of(place) { return this.options.host ?? `${place}.localhost`; }
  origin(place) { return `${this.options.host ? 'https' : 'http'}://${this.host_of(place)}:${this.port_of(place)}`; }
  url(place, path = '/') { return this.origin(place) + path; }

  // What the place's own page would send.
  get(place, path, headers = {}) { return send(this.port_of(place), this.host_of(place), 'GET', path, undefined, headers, this.root); }
  post(place, path, body = {}, headers = {}) {
    return send(this.port_of(place), this.host_of(place), 'POST', path, body, {origin: this.origin(place), ...headers}, this.root);
  }

  // Moves the town's clock as its page does: '08:00' (the next one), '2026-09-19T10:00'.
  async clock(to) {
    const answer = await this.post('town', '/api/clock', {to});
    if (answer.status !== 200) throw new Failed(`the clock does not move to ${to}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}
