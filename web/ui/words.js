// Language, elements and Japan time: what every page starts from.

export const language = () => (document.documentElement.lang === 'en' ? 'en' : 'ja');

/** The text in the reader's language. */
export const t = (ja, en) => (language() === 'ja' ? ja : en);

/** The reader's language of a pair such as {name, name_ja}: pick(client, 'name'). */
export const pick = (object, key) => t(object?.[`${key}_ja`] ?? object?.[key] ?? '', object?.[key] ?? object?.[`${key}_ja`] ?? '');

const listeners = new Set();
/** Calls back whenever the reader changes the language; returns how to stop. */
export function onLanguage(callback) {
  listeners.add(callback);
  return () => listeners.delete(callback);
}
export function setLanguage(lang) {
  document.documentElement.lang = lang;
  try { localStorage.setItem('lang', lang); } catch { /* private mode */ }
  if (listeners.size === 0) location.reload();
  for (const callback of [...listeners]) callback();
}

/** An element. Props: class, dataset {…}, style {…} (through CSSOM), onclick and other functions as listeners,
 *  booleans as attributes, anything else as an attribute. Children: nodes, strings, numbers, arrays; null and false are left out. */
export function h(tag, props, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name || 'div');
  if (classes.length) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key === 'class') element.className = `${element.className} ${value}`.trim();
    else if (key === 'dataset') Object.assign(element.dataset, value);
    else if (key === 'style') for (const [name_, css] of Object.entries(value)) element.style.setProperty(name_, css);
    else if (typeof value === 'function') element.addEventListener(key.replace(/^on/, ''), value);
    else if (key === 'value') element.value = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  append(element, children);
  return element;
}
function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child);
  }
}
/** Replaces what is inside. */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** An SVG from [tag, attributes, …children] lists; no markup is ever parsed. */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [key, value] of Object.entries(attributes ?? {})) element.setAttribute(key, value);
  for (const child of children.flat()) if (child) element.append(child);
  return element;
}

// -- Japan time: UTC+9, always. Times are Unix seconds; a number of milliseconds is never passed around.
const zone = { timeZone: 'Asia/Tokyo' };
const format = (options) => new Intl.DateTimeFormat(t('ja-JP', 'en-GB'), { ...zone, ...options });
const clockFace = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };

/** 10:00 */
export const japanTime = (seconds) => format(clockFace).format(seconds * 1000);
/** 2026年6月24日(水) · Wed 24 June 2026 */
export const japanDate = (seconds) =>
  format({ year: 'numeric', month: 'long', day: 'numeric', weekday: 'short' }).format(seconds * 1000);
/** date and time */
export const japan = (seconds) => `${japanDate(seconds)} ${japanTime(seconds)}`;
/** A date of birth or the like, from 1980-02-17 or 19800217: 1980年2月17日 (昭和55年) · 17 February 1980 */
export function japanDay(text) {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text ?? '');
  if (!match) return text ?? '';
  const date = new Date(Date.UTC(+match[1], +match[2] - 1, +match[3]));
  const long = { timeZone: 'UTC', year: 'numeric', month: 'long', day: 'numeric' };
  if (language() === 'en') return new Intl.DateTimeFormat('en-GB', long).format(date);
  const era = new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { timeZone: 'UTC', era: 'long', year: 'numeric' }).format(date);
  return `${new Intl.DateTimeFormat('ja-JP', long).format(date)}（${era}）`;
}
