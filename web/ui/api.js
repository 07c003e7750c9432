// Talking to the page's own server: JSON in, JSON out, refusals as exceptions in the reader's language.
import { t } from './words.js';

/** What a server (or the way to it) refused. `reason` is the code of docs/errors.md. */
export class Refusal extends Error {
  constructor(body, status) {
    super(t(body.message_ja || body.message, body.message || body.message_ja) || String(status));
    this.body = body;
    this.status = status;
    this.reason = body.reason || 'UNREACHABLE';
    this.detail = body.detail || '';
  }
  /** In the reader's language now, which may have changed since. */
  get text() { return t(this.body.message_ja || this.body.message, this.body.message || this.body.message_ja) || this.message; }
  get next() { return t(this.body.next_ja || this.body.next, this.body.next || this.body.next_ja) || ''; }
  /** Could not ask, or not decided yet: as opposed to no. */
  get unavailable() { return this.status === 0 || this.status === 503 || this.status === 502; }
}

const silent = {
  reason: 'UNREACHABLE',
  message: 'The other side could not be reached or did not answer.',
  message_ja: '相手に接続できないか、応答がありません。',
  next: 'Try again in a moment.',
  next_ja: 'しばらくしてからもう一度お試しください。',
};

async function call(method, path, body, options = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? { accept: 'application/json' } : { accept: 'application/json', 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: options.signal,
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Refusal(silent, 0);
  }
  const text = await response.text();
  let value = null;
  try { value = text === '' ? {} : JSON.parse(text); } catch { /* not JSON: a refusal below, or a plain text */ }
  if (!response.ok) throw new Refusal(value ?? { ...silent, detail: `HTTP ${response.status}` }, response.status);
  return value ?? text;
}

export const api = {
  get: (path, options) => call('GET', path, undefined, options),
  post: (path, body = {}, options) => call('POST', path, body, options),
};

/** Server-sent events: listen('/api/events', {message: f, added: f}); data is parsed JSON. Returns how to stop.
 *  The browser reconnects by itself; `state` hears 'open' and 'lost'. */
export function listen(path, handlers, state) {
  const source = new EventSource(path);
  for (const [name, handler] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => {
      let data = event.data;
      try { data = JSON.parse(event.data); } catch { /* a plain text */ }
      handler(data, event);
    });
  }
  source.addEventListener('open', () => state?.('open'));
  source.addEventListener('error', () => state?.('lost'));
  return () => source.close();
}

export const base64url = {
  encode(bytes) {
    let text = '';
    for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
    return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  },
  decode(text) {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  },
};
