// The phone that this page shows: its state as the server tells it, and the way to ask it for something.
import { api, listen } from '/ui/ui.js';

/** One phone; `state` and `settings` are the server's last word, never the page's guess. */
export const phone = { id: '', state: null, settings: null, notices: [], heardAt: 0, hand: null };

const watchers = new Set();
export const onChange = (callback) => watchers.add(callback);
export const changed = () => { for (const callback of watchers) callback(); };

const path = (rest) => `/api/${phone.id}${rest}`;
export const get = (rest) => api.get(path(rest));
export const post = (rest, body = {}) => api.post(path(rest), body);

/** Asks for everything a page draws. */
export async function refresh() {
  const [state, notices] = await Promise.all([get('/state'), get('/notices')]);
  phone.state = state;
  phone.notices = notices.notices;
  phone.heardAt = Date.now();
  changed();
}
export async function refreshSettings() {
  phone.settings = await get('/settings');
  changed();
}

/** The town's time now, in Unix seconds: what the server said, plus what has passed here since. */
export const now = () => (phone.state ? phone.state.now + Math.floor((Date.now() - phone.heardAt) / 1000) : 0);

/** Does something on the phone and draws what came of it; the refusal, if any, goes to the caller. */
export async function act(rest, body) {
  try {
    return await post(rest, body);
  } finally {
    await refresh().catch(() => {});
  }
}

/** Hears the phone. Several events in a row ask once. */
export function follow(onNotice) {
  let waiting = null;
  const again = () => { waiting ??= setTimeout(() => { waiting = null; refresh().catch(() => {}); }, 60); };
  return listen(path('/events'), {
    screen: again, wallet: again, enrolment: again, request: again, clock: again,
    notice: (notice) => { again(); onNotice(notice); },
  }, (what) => { if (what === 'open') again(); });
}
