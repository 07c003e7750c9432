// What portal, tax office and clinic have in common on their pages: logging in and out, a refusal that a redirection brought along,
// and a form drawn from the server's own list of fields. The server judges; the page only shows.
import { h, fill, t, pick } from './words.js';
import { api, Refusal } from './api.js';
import { button, field, choices, checkbox, refusalNotice, facts } from './parts.js';

const parameters = () => new URLSearchParams(location.search);
export const asked = (name) => parameters().get(name) ?? '';

/** The refusal that ?refused=CODE names, or null; the address then forgets it, so that a reload does not repeat old news. */
export async function refusalOfAddress() {
  const code = asked('refused');
  if (code === '') return null;
  const url = new URL(location.href);
  url.searchParams.delete('refused');
  history.replaceState(null, '', url);
  try {
    return new Refusal(await api.get(`/api/refusal?reason=${encodeURIComponent(code)}`), 422);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Sends the browser where the server says; the button stays off meanwhile. */
export async function leaveFor(path, body = {}) {
  const { url } = await api.post(path, body);
  location.assign(url);
  await new Promise((resolve) => { setTimeout(resolve, 5000); });
}

/** A place for one refusal at a time: .show(error), .clear() */
export function refusalPlace(first = null) {
  const place = h('div', { class: 'refusal-place' });
  place.show = (error) => fill(place, refusalNotice(error));
  place.clear = () => fill(place);
  if (first) place.show(first);
  return place;
}

export const loginButton = (onRefusal, body = {}) => button(t('ログイン', 'Log in'), {
  kind: 'primary', large: true, do: 'login', onclick: () => leaveFor('/api/login', body), onRefusal,
});

export const logoutButton = () => button(t('ログアウト', 'Log out'), {
  kind: 'quiet', do: 'logout', onclick: async () => { await api.post('/api/logout'); location.assign('/'); },
});

/** Who is logged in, with the way out. `me` is what GET /api/me said. */
export const visitorBar = (me, name) => h('div', { class: 'row spread' },
  h('p', { class: 'soft' }, name ? t(`${name} さん`, name) : null, name ? ' · ' : null,
    me.holder === 'card' ? t('カードでログイン中', 'logged in with the card') : t('スマートフォンでログイン中', 'logged in with the phone')),
  logoutButton());

const plain = (text) => text.normalize('NFKC').replace(/[,\s円¥]/g, '');
const attributesOf = {
  text: () => ({}),
  date: () => ({ type: 'date' }),
  month: () => ({ type: 'month', placeholder: '2026-06' }),
  count: () => ({ inputmode: 'numeric', autocomplete: 'off' }),
  yen: () => ({ inputmode: 'numeric', autocomplete: 'off', class: 'yen' }),
  digits: (one) => ({ inputmode: 'numeric', autocomplete: 'off', maxlength: one.max }),
};

function draw(one, value, onchange) {
  const label = pick(one, 'label');
  const hint = pick(one, 'hint');
  if (one.kind === 'tick') return checkbox({ label, hint, name: one.name, checked: value === true, onchange, dataset: { do: `field-${one.name}` } });
  if (one.kind === 'choice') {
    const options = one.choices.map((choice) => [choice.value, pick(choice, 'label')]);
    return field({ label, hint, name: one.name, required: one.required, value: value ?? '', onchange, 'data-do': `field-${one.name}`,
      options: [['', t('選んでください', 'Choose')], ...options] });
  }
  return field({ label: one.kind === 'yen' ? t(`${label}（円）`, `${label} (yen)`) : label, hint, name: one.name, required: one.required,
    value: value ?? '', onchange, 'data-do': `field-${one.name}`, ...attributesOf[one.kind](one) });
}

function valueOf(one, element) {
  if (one.kind === 'tick') return element.checked;
  const text = element.value.trim();
  if (text === '') return null;
  if (one.kind === 'digits') return plain(text);
  if (one.kind !== 'count' && one.kind !== 'yen') return text;
  return /^-?\d{1,15}$/.test(plain(text)) ? Number(plain(text)) : text;
}

/** serviceForm(fields, values, onchange): .element, .values(), .setErrors(errors, {all}) – `errors` is {name: {message, message_ja}} of the
 *  server; without `all`, only fields that were already touched show theirs. */
export function serviceForm(fields, values = {}, onchange = () => {}) {
  const touched = new Set(Object.keys(values));
  const drawn = new Map();
  const summary = h('div', { class: 'form-summary', tabindex: '-1' });
  for (const one of fields) {
    drawn.set(one.name, draw(one, values[one.name], () => { touched.add(one.name); onchange(); }));
  }
  const element = h('form', { novalidate: true, onsubmit: (event) => event.preventDefault() }, summary, [...drawn.values()]);
  const setErrors = (errors, { all = false } = {}) => {
    for (const one of fields) {
      const error = all || touched.has(one.name) ? errors[one.name] : null;
      drawn.get(one.name).setError?.(error ? pick(error, 'message') : '');
    }
    const wrong = all ? fields.filter((one) => errors[one.name]) : [];
    fill(summary, wrong.length === 0 ? null : h('div', { class: 'notice bad', role: 'alert', dataset: { reason: 'FORM_INVALID' } },
      h('strong', {}, t(`${wrong.length}か所の入力を確認してください。`, wrong.length === 1 ? 'One field needs attention.' : `${wrong.length} fields need attention.`)),
      h('ul', {}, wrong.map((one) => h('li', {}, h('a', { href: `#${drawn.get(one.name).input?.id ?? ''}`, onclick: (event) => {
        event.preventDefault();
        drawn.get(one.name).input?.focus();
      } }, `${pick(one, 'label')}: ${pick(errors[one.name], 'message')}`))))));
    if (wrong.length > 0) summary.focus();
  };
  return { element, setErrors, values: () => {
    const out = {};
    for (const one of fields) {
      const value = valueOf(one, drawn.get(one.name));
      if (value !== null && value !== false) out[one.name] = value;
    }
    return out;
  } };
}

/** What is kept and for how long, of GET /api/retention. */
export const keptRules = (kept) => facts(kept.map((rule) => [pick(rule, 'what'), pick(rule, 'how_long')]));

/** After POST /api/forget: how much went, and what stays and why. */
export const forgotten = (answer) => h('div', { class: 'notice good', role: 'status', dataset: { do: 'forgotten' } },
  h('strong', {}, t(`${answer.deleted}件の記録を削除しました。`, `${answer.deleted} records were deleted.`)),
  answer.kept.length === 0 ? h('p', {}, t('残した記録はありません。', 'Nothing was kept.')) : [
    h('p', {}, t('次の記録は残ります。', 'This stays:')),
    h('ul', {}, answer.kept.map((one) => h('li', {}, `${pick(one, 'what')} – ${pick(one, 'why')}`))),
  ]);
