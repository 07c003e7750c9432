// The parts that pages are made of: buttons, fields, notices, dialogs. Looks are in style.css.
import { h, fill, t } from './words.js';
import { Refusal } from './api.js';

let counter = 0;
const fresh = (name) => `${name}-${(counter += 1)}`;

/** button(label, {kind:'primary'|'secondary'|'danger'|'quiet', do:'name', large, wide, onclick, href}).
 *  A handler that returns a promise keeps the button off until it is done; a Refusal it throws goes to `onRefusal`, else to a toast. */
export function button(label, { kind = 'secondary', do: action, large, wide, onclick, onRefusal, href, class: extra, ...rest } = {}) {
  const classes = ['button', kind, large && 'large', wide && 'wide', extra].filter(Boolean).join(' ');
  if (href) return h('a', { class: classes, href, dataset: action ? { do: action } : {}, ...rest }, label);
  return h('button', {
    type: 'button', class: classes, dataset: action ? { do: action } : {}, onclick: onclick && guarded(onclick, onRefusal), ...rest,
  }, label);
}

/** An event handler that runs once at a time and shows what it was refused. */
export function guarded(handler, onRefusal) {
  return async (event) => {
    const pressed = event.currentTarget;
    if (pressed?.getAttribute?.('aria-disabled') === 'true') {
      event.preventDefault();
      return;
    }
    const result = handler(event);
    if (!(result instanceof Promise)) return;
    pressed?.setAttribute?.('aria-disabled', 'true');
    try {
      await result;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (onRefusal) onRefusal(error);
      else toast(`${error.text} ${error.next}`, { reason: error.reason });
    } finally {
      pressed?.removeAttribute?.('aria-disabled');
    }
  };
}

/** A labelled input. {label, hint, error, name, type, value, required, options:[[value,label]…] for a select, rows for a textarea, …attributes}.
 *  The element has .value, .input, .setError(text), .focus(). */
export function field({ label, hint, name, type = 'text', value, required, options, rows, class: extra, ...attributes }) {
  const id = fresh(name ?? 'field');
  const hintElement = hint ? h('p', { class: 'hint', id: `${id}-hint` }, hint) : null;
  const error = h('p', { class: 'error', id: `${id}-error`, role: 'alert' });
  const described = [hintElement && `${id}-hint`, `${id}-error`].filter(Boolean).join(' ');
  const base = { id, name, required, 'aria-describedby': described, ...attributes };
  let input;
  if (options) input = h('select', base, options.map(([key, text]) => h('option', { value: key, selected: key === value }, text)));
  else if (rows) input = h('textarea', { ...base, rows, value });
  else input = h('input', { ...base, type, value });
  const element = h('div', { class: `field ${extra ?? ''}`.trim() },
    h('label', { for: id }, label, required ? h('span', { class: 'required' }, t('必須', 'required')) : null), hintElement, input, error);
  return withValue(element, input, error);
}

function withValue(element, input, error) {
  Object.defineProperty(element, 'value', { get: () => input.value, set: (text) => { input.value = text; } });
  element.input = input;
  element.setError = (text) => {
    error.textContent = text ?? '';
    if (text) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };
  element.focus = () => input.focus();
  return element;
}

/** Radio buttons: choices({legend, hint, name, value, options:[{value, label, hint, dataset}], onchange}). .value, .setError */
export function choices({ legend, hint, name, value, options, onchange, class: extra }) {
  const group = fresh(name);
  const error = h('p', { class: 'error', role: 'alert' });
  const element = h('fieldset', { class: `field ${extra ?? ''}`.trim() },
    h('legend', {}, legend), hint ? h('p', { class: 'hint' }, hint) : null,
    options.map((option) => h('label', { class: 'choice', dataset: option.dataset ?? {} },
      h('input', { type: 'radio', name: group, value: option.value, checked: option.value === value, onchange: onchange && (() => onchange(option.value)) }),
      h('span', {}, option.label, option.hint ? h('span', { class: 'hint' }, option.hint) : null))),
    error);
  Object.defineProperty(element, 'value', { get: () => element.querySelector('input:checked')?.value ?? '' });
  element.setError = (text) => { error.textContent = text ?? ''; };
  return element;
}

/** A checkbox with its label. .checked */
export function checkbox({ label, hint, name, checked, disabled, dataset, onchange }) {
  const input = h('input', { type: 'checkbox', name, checked, disabled, dataset: dataset ?? {}, onchange: onchange && (() => onchange(input.checked)) });
  const element = h('label', { class: 'choice' }, input, h('span', {}, label, hint ? h('span', { class: 'hint' }, hint) : null));
  Object.defineProperty(element, 'checked', { get: () => input.checked });
  element.input = input;
  return element;
}

/** A PIN with keypad and keyboard: pinPad({label, hint, digits:4, do:'pin', onEnter}). .value .clear() .focus() .setError() */
export function pinPad({ label, hint, digits = 4, do: action = 'pin', onEnter }) {
  const id = fresh('pin');
  const error = h('p', { class: 'error', id: `${id}-error`, role: 'alert' });
  const input = h('input', {
    id, class: 'digits', type: 'password', inputmode: 'numeric', autocomplete: 'off', maxlength: digits, pattern: `[0-9]{${digits}}`,
    'aria-describedby': `${id}-hint ${id}-error`, dataset: { do: action },
    oninput: () => { input.value = input.value.replace(/[０-９]/g, (d) => String.fromCharCode(d.charCodeAt(0) - 0xfee0)).replace(/\D/g, ''); },
    onkeydown: (event) => { if (event.key === 'Enter' && input.value.length === digits) onEnter?.(); },
  });
  const press = (key) => () => {
    if (key === 'back') input.value = input.value.slice(0, -1);
    else if (key === 'clear') input.value = '';
    else if (input.value.length < digits) input.value += key;
    input.dispatchEvent(new Event('input'));
  };
  const key = (text, value = text, props = {}) => h('button', { type: 'button', onclick: press(value), ...props }, text);
  const element = h('div', { class: 'pin' },
    h('label', { for: id }, label), h('p', { class: 'hint', id: `${id}-hint` }, hint ?? t(`数字${digits}桁`, `${digits} digits`)), input, error,
    h('div', { class: 'keypad', role: 'group', 'aria-label': t('数字キー', 'Number keys') },
      ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => key(digit)),
      key(t('消去', 'Clear'), 'clear', { class: 'side' }), key('0'), key('⌫', 'back', { class: 'side', 'aria-label': t('1文字消す', 'Delete one') })));
  withValue(element, input, error);
  element.clear = () => { input.value = ''; };
  return element;
}

/** A password of upper-case letters and digits, with show and hide. */
export function passwordField({ label, hint, name = 'password', do: action = 'password', upper = true, minlength = 6, maxlength = 16, onEnter }) {
  const element = field({
    label, hint: hint ?? t('英大文字と数字で6〜16文字', '6 to 16 upper-case letters and digits'), name, type: 'password', class: 'secret',
    autocomplete: 'off', autocapitalize: upper ? 'characters' : 'none', spellcheck: 'false', minlength, maxlength, 'data-do': action,
  });
  const { input } = element;
  if (upper) {
    input.addEventListener('input', () => {
      const at = input.selectionStart;
      input.value = input.value.normalize('NFKC').toUpperCase();
      input.setSelectionRange(at, at);
    });
  }
  input.addEventListener('keydown', (event) => { if (event.key === 'Enter') onEnter?.(); });
  const show = h('button', { type: 'button', class: 'button', 'aria-pressed': 'false', 'aria-controls': input.id, onclick: () => {
    const hidden = input.type === 'password';
    input.type = hidden ? 'text' : 'password';
    show.setAttribute('aria-pressed', String(hidden));
    show.textContent = hidden ? t('隠す', 'Hide') : t('表示', 'Show');
  } }, t('表示', 'Show'));
  const row = h('div', { class: 'with-button' });
  input.replaceWith(row);
  row.append(input, show);
  return element;
}

export const badge = (text, tone = '') => h('span', { class: `badge ${tone}` }, text);

/** A notice: kind info, good, bad or wait. Bad ones are announced at once, the others politely. */
export function notice(kind, title, ...body) {
  return h('div', { class: `notice ${kind}`, role: kind === 'bad' ? 'alert' : 'status' }, title ? h('strong', {}, title) : null,
    body.flat().filter(Boolean).map((part) => (part instanceof Node ? part : h('p', {}, part))));
}

/** The one detail that everybody has to understand; the others are for whoever looks for the cause. */
const detailText = (detail) => t(detail?.replace(/tries left: (\d+)/, 'あと$1回') ?? '', detail ?? '');

/** A refusal with what to do next. `more` are further nodes, such as a button. */
export function refusalNotice(error, ...more) {
  return h('div', { class: `notice ${error.unavailable ? 'wait' : 'bad'}`, role: 'alert', dataset: { reason: error.reason } },
    h('strong', {}, error.text), error.next ? h('p', {}, error.next) : null,
    h('p', { class: 'reason' }, [error.reason, detailText(error.detail)].filter(Boolean).join(' · ')), more);
}

export const busy = (text) => h('div', { class: 'busy', role: 'status' }, text);

/** Steps with their state: steps(['a','b'], 1) */
export const steps = (names, now) => h('ol', { class: 'steps', 'aria-label': t('進み具合', 'Progress') },
  names.map((name, i) => h('li', { 'data-state': i < now ? 'done' : i === now ? 'now' : 'todo', 'aria-current': i === now ? 'step' : null }, name)));

/** Pairs of name and value; null values are left out. */
export const facts = (pairs) => h('dl', { class: 'facts' },
  pairs.filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));

/** table({caption, head:[…], rows:[[…]]}) */
export const table = ({ caption, head, rows }) => h('div', { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': caption },
  h('table', {}, caption ? h('caption', {}, caption) : null, h('thead', {}, h('tr', {}, head.map((cell) => h('th', { scope: 'col' }, cell)))),
    h('tbody', {}, rows.map((row) => h('tr', {}, row.map((cell) => h('td', {}, cell)))))));

/** What stands for a physical act. */
export const simulated = (...children) => h('div', { class: 'simulated' }, children);

/** A QR code's frame around an image that says what it is for. */
export const qrFrame = (image, label) => h('figure', { class: 'qr', role: 'img', 'aria-label': label }, image);

/** A passing word at the edge of the page; `reason` where it is a refusal. */
export function toast(text, { ms = 6000, reason } = {}) {
  let region = document.querySelector('.toasts');
  if (!region) {
    region = h('div', { class: 'toasts', role: 'status', 'aria-live': 'polite' });
    document.body.append(region);
  }
  const element = h('div', { class: 'toast', dataset: reason ? { reason } : {} }, text);
  region.append(element);
  setTimeout(() => element.remove(), ms);
}

/** A dialog: showDialog({title, body, actions:[{label, value, kind, do}]}) → the value pressed, or null when closed by Escape. */
export function showDialog({ title, body, actions }) {
  const id = fresh('dialog');
  return new Promise((resolve) => {
    const dialog = h('dialog', { 'aria-labelledby': id }, h('h2', { id }, title), body instanceof Node ? body : h('p', {}, body),
      h('div', { class: 'buttons' }, actions.map((action) => button(action.label, {
        kind: action.kind, do: action.do, onclick: () => { dialog.returnValue = action.value ?? ''; dialog.close(action.value ?? ''); },
      }))));
    dialog.addEventListener('close', () => {
      const { returnValue } = dialog;
      dialog.remove();
      resolve(returnValue === '' ? null : returnValue);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** confirm({title, body, yes, no, danger}) → true or false */
export const confirm = async ({ title, body, yes = t('はい', 'Yes'), no = t('やめる', 'Cancel'), danger = false }) => (await showDialog({
  title, body, actions: [{ label: no, value: 'no', do: 'dialog-no' }, { label: yes, value: 'yes', kind: danger ? 'danger' : 'primary', do: 'dialog-yes' }],
})) === 'yes';

/** Swaps the content of `element` and moves the reader to its heading, as a new page would. */
export function show(element, ...children) {
  fill(element, ...children);
  const heading = element.querySelector('h1, h2');
  if (heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}
