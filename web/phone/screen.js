// What every scene on the phone's screen is made of.
import { h, t, button } from '/ui/ui.js';
import { icon } from './icons.js';

/** Draws the scene again although its key is the same; phone.js says how. */
let again = () => {};

/** Where the phone is: '#/app/menu' → 'app/menu'. What the holder opens is the page's affair; locked, asleep and wallet are the phone's. */
export const route = () => (location.hash.startsWith('#/') ? location.hash.slice(2) : '');
export const go = (where) => { location.hash = `#/${where}`; };

/** A screen of an app: title, way back, body. */
export function view(title, { back, tabs, class: extra } = {}, ...body) {
  return h('div', { class: `view ${extra ?? ''}` },
    h('div', { class: 'view-head' },
      back === undefined ? null : h('button', { type: 'button', class: 'view-back', dataset: { do: 'back' }, onclick: () => (typeof back === 'function' ? back() : go(back)), 'aria-label': t('戻る', 'Back') }, icon('back')),
      h('h1', {}, title)),
    h('div', { class: 'view-body stack', tabindex: '0' }, body), tabs ?? null);
}

export const row = (label, action, onclick, { value, badge } = {}) => h('li', { class: 'pressable' },
  h('button', { type: 'button', dataset: { do: action }, onclick }, h('span', {}, label), value ? h('span', { class: 'soft value' }, value) : null, badge ?? null));

export const primary = (label, action, onclick, more = {}) => button(label, { kind: 'primary', do: action, wide: true, onclick, ...more });
export const second = (label, action, onclick, more = {}) => button(label, { do: action, wide: true, onclick, ...more });

/** Said once, at the top of whatever the phone shows now; what it was doing may have led to another scene. */
let said = null;
export function sayNext(node) {
  said = node;
  again();
}
export function saidBefore() {
  const node = said;
  said = null;
  return node;
}

export const onRedraw = (callback) => { again = callback; };
export const redraw = () => again();
