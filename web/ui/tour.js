// The guided tour: a panel over the real pages. It points at what a step is about, does it by the page's own buttons (data-do) or lets the
// visitor do it, and goes on at the next place. Every place is its own origin, so the only thing that travels is the address: #tour=CHAPTER.STEP
// is put onto every way that leads to another page of the town (Navigation API; where a browser lacks it, onto links).
import { fill, h, onLanguage, t } from './words.js';
import { to } from './page.js';
import { CHAPTERS } from './tour-chapters.js';

const FIND_MS = 20000;       // how long a step's target may take to appear
const SETTLE_MS = 350;       // between the press and the next step, so that one sees what happened
const READ_MS = [1800, 55];  // of a text: at least, and for each character

const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
const state = { chapter: 0, step: 0, playing: !still, leaving: true, note: '', run: 0 };
const panel = h('aside', { class: 'tour', 'aria-label': '' });
const ring = h('div', { class: 'tour-ring', hidden: true, 'aria-hidden': 'true' });

// ---- the position: in the address on the way to a page (first.js takes it out of there on arrival), in this tab's storage after that

const written = () => `${CHAPTERS[state.chapter].id}.${state.step}${state.playing ? '' : '.p'}`;
const carried = (url) => /[#&]tour=/.test(url.hash);

function withPosition(url) {
  url.hash = `${url.hash ? `${url.hash.slice(1)}&` : ''}tour=${written()}`;
  return url;
}
const remember = () => sessionStorage.setItem('tour', written());

/** CHAPTER.STEP, and ".p" when it stands still. */
function read() {
  const [id, step, paused] = (sessionStorage.getItem('tour') ?? '').split('.');
  const chapter = CHAPTERS.findIndex((one) => one.id === id);
  if (chapter < 0) return false;
  Object.assign(state, { chapter, step: Math.min(Number(step) || 0, CHAPTERS[chapter].steps.length - 1), playing: paused !== 'p' && !still });
  return true;
}

const suffix = (host) => host.replace(/^[^.]+\./, '');
const ofTheTown = (url) => /^https?:$/.test(url.protocol) && suffix(url.hostname) === suffix(location.hostname);

function carry() {
  if (globalThis.navigation) {
    globalThis.navigation.addEventListener('navigate', (event) => {
      const url = new URL(event.destination.url);
      if (state.leaving || event.destination.sameDocument || event.hashChange || event.downloadRequest !== null || event.formData) return;
      if (!event.cancelable || event.navigationType === 'reload' || event.navigationType === 'traverse' || !ofTheTown(url) || carried(url)) return;
      event.preventDefault();
      // After this event: a navigation begun inside it would be stopped with it.
      setTimeout(() => location.assign(withPosition(url)), 0);
    });
    return;
  }
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href]');
    if (!link || state.leaving || link.target) return;
    const url = new URL(link.href);
    if (ofTheTown(url) && !carried(url)) link.href = withPosition(url).href;
  }, true);
}

// ---- steps

const chapter = () => CHAPTERS[state.chapter];
const step = () => chapter().steps[state.step];
const here = () => document.documentElement.dataset.place;
const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });
const selector = (name) => (/^[\w-]+$/.test(name) ? `[data-do="${name}"]` : name);
const visible = (element) => element && element.getClientRects().length > 0;
const find = (name) => [...document.querySelectorAll(selector(name))].find(visible) ?? null;

function forward() {
  if (state.step + 1 < chapter().steps.length) state.step += 1;
  else if (state.chapter + 1 < CHAPTERS.length) Object.assign(state, { chapter: state.chapter + 1, step: 0 });
  else return false;
  return true;
}
function backward() {
  if (state.step > 0) state.step -= 1;
  else if (state.chapter > 0) Object.assign(state, { chapter: state.chapter - 1, step: CHAPTERS[state.chapter - 1].steps.length - 1 });
}

async function target(run, name, patience = FIND_MS) {
  for (const until = performance.now() + patience; performance.now() < until && run === state.run; await wait(120)) {
    const found = find(name);
    if (found && found.getAttribute('aria-disabled') !== 'true' && !found.disabled) return found;
  }
  return null;
}

/** Waits for what the step does or for the sign that it is not needed: true for the latter. */
async function either(run, name, unless) {
  for (const until = performance.now() + FIND_MS; performance.now() < until && run === state.run; await wait(120)) {
    const there = [...document.querySelectorAll(unless)].some(visible);
    if (there || find(name)) return there;
  }
  return false;
}

function point(element) {
  ring.hidden = !element;
  point.place = point.side = null;
  if (!element) {
    panel.classList.remove('above');
    return;
  }
  element.scrollIntoView({ block: 'center', behavior: 'instant' });
  const place = () => {
    const box = element.getBoundingClientRect();
    ring.hidden = box.width === 0 || panel.parentElement?.tagName === 'DIALOG';
    for (const [key, value] of Object.entries({ left: box.left - 6, top: box.top - 6, width: box.width + 12, height: box.height + 12 })) ring.style.setProperty(key, `${value}px`);
  };
  place();
  // At the top only where it would hide what it speaks of, decided once for a window: a panel that jumps while one scrolls is worse.
  point.side = () => {
    const box = element.getBoundingClientRect();
    panel.classList.toggle('above', box.bottom > window.innerHeight - panel.offsetHeight - 24 && box.top > panel.offsetHeight + 24);
  };
  point.side();
  point.place = place;
}
addEventListener('scroll', () => point.place?.(), { passive: true, capture: true });
addEventListener('resize', () => { point.side?.(); point.place?.(); });

function type(element, value) {
  const input = element.matches('input, textarea, select') ? element : element.querySelector('input, textarea, select');
  input.focus();
  input.value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

/** What the step does, by the page's own means. The position moves on first: a press may lead to another place. */
async function act(run) {
  const now = step();
  // The page may have gone on by itself since the step was shown.
  if (now.unless && !find(now.do) && await either(run, now.do, now.unless)) {
    if (run === state.run && forward()) begin();
    return;
  }
  const element = now.do ? await target(run, now.do, now.optional ? 2500 : FIND_MS) : null;
  if (run !== state.run) return;
  if (now.do && !element && !now.optional) {
    state.note = t('ここで押すものが見つかりません。もう済んでいるか、前の章がまだです。', 'What to press here is not there: done already, or an earlier chapter is missing.');
    state.playing = false;
    panel.dataset.lost = now.do;
    draw();
    // A second press of “next” goes on without it.
    state.skip = true;
    return;
  }
  if (!forward()) return end();
  remember();
  if (element) {
    if (now.fill !== undefined) type(element, now.fill);
    else if (now.twice) { element.click(); await wait(150); element.click(); } else element.click();
    await wait(SETTLE_MS);
  }
  begin();
}

function readingTime() {
  const text = t(...step().say);
  return Math.max(READ_MS[0], text.length * READ_MS[1] * (document.documentElement.lang === 'en' ? 0.6 : 1));
}

/** Shows the step that the position names; goes to its place first where that is another. */
async function begin(wandered) {
  state.run += 1;
  const { run } = state;
  Object.assign(state, { note: '', skip: false });
  delete panel.dataset.lost;
  const now = step();
  if (wandered) {
    Object.assign(state, { playing: false, away: true, note: t('案内の続きは別の場所です。「次へ」でそこへ行きます。', 'The tour goes on elsewhere: “Next” leads there.') });
    remember();
    draw();
    panel.dataset.ready = written();
    return;
  }
  state.away = false;
  if (now.place !== here() && !now.arrive) {
    location.assign(withPosition(new URL(to(now.place, now.path ?? '/'))));
    return;
  }
  if (now.path && !now.arrive && now.fresh && location.pathname + location.search !== now.path) {
    location.assign(withPosition(new URL(to(now.place, now.path))));
    return;
  }
  remember();
  draw();
  point(null);
  if (now.unless && await either(run, now.do, now.unless)) {
    if (run === state.run && forward()) begin();
    return;
  }
  const about = now.look ?? now.do;
  const element = about ? await target(run, about, now.optional ? 2500 : FIND_MS) : null;
  if (run !== state.run) return;
  panel.dataset.ready = written();
  if (element) point(element);
  if (state.playing) {
    await wait(readingTime());
    if (run === state.run && state.playing) await act(run);
  }
}

// The visitor does it: pressing what the step points at counts as the step.
document.addEventListener('click', (event) => {
  const now = step();
  if (!event.isTrusted || !now?.do || now.fill !== undefined || now.twice || panel.contains(event.target)) return;
  if (!event.target.closest?.(selector(now.do)) || !forward()) return;
  remember();
  state.run += 1;
  setTimeout(begin, SETTLE_MS);
}, true);

// ---- the panel

function press(name) {
  const actions = {
    next: () => { if (state.away) begin(); else if (state.skip) { if (forward()) begin(); else end(); } else act(state.run); },
    back: () => { state.playing = false; backward(); begin(); },
    play: () => { state.playing = !state.playing; begin(); },
    mine: () => { state.playing = false; begin().then(() => find(step().look ?? step().do ?? '')?.focus()); },
    leave: end,
  };
  actions[name]();
}

function draw() {
  const lengths = CHAPTERS.map((one) => one.steps.length);
  const done = lengths.slice(0, state.chapter).reduce((sum, n) => sum + n, 0) + state.step;
  const all = lengths.reduce((sum, n) => sum + n, 0);
  const keep = panel.contains(document.activeElement) ? document.activeElement.dataset.do : null;
  const chapters = h('select', { 'aria-label': t('章を選ぶ', 'Choose a chapter'), dataset: { do: 'tour-chapter' }, onchange: (event) => {
    Object.assign(state, { chapter: Number(event.target.value), step: 0 });
    begin();
  } }, CHAPTERS.map((one, i) => h('option', { value: i, selected: i === state.chapter }, `${i + 1}. ${t(...one.title)}`)));
  const key = (name, text, kind) => h('button', { type: 'button', class: kind, dataset: { do: `tour-${name}` }, onclick: () => press(name) }, text);
  panel.setAttribute('aria-label', t('案内', 'Guided tour'));
  fill(panel, h('div', { class: 'tour-head' }, h('h2', {}, `${state.chapter + 1}. ${t(...chapter().title)}`), chapters),
    h('progress', { max: all, value: done + 1, 'aria-label': t('案内の進み具合', 'Progress of the tour') }),
    h('div', { 'aria-live': 'polite' }, h('p', { class: 'tour-say' }, t(...step().say)), state.note ? h('p', { class: 'tour-note' }, state.note) : null),
    h('div', { class: 'tour-buttons', role: 'group', 'aria-label': t('案内の操作', 'Tour controls') },
      key('back', t('前へ', 'Back')), key('next', step().do && !state.away ? t('やって見せる', 'Show me') : t('次へ', 'Next'), 'primary'),
      key('play', state.playing ? t('一時停止', 'Pause') : t('自動で進める', 'Play')), step().do ? key('mine', t('自分でやる', 'Let me do it')) : null,
      key('leave', t('終わる', 'Leave'), 'last')));
  if (keep) panel.querySelector(`[data-do="${keep}"]`)?.focus();
}

function end() {
  state.leaving = true;
  state.run += 1;
  for (const element of [panel, ring]) element.remove();
  document.body.classList.remove('touring');
  observer.disconnect();
  sessionStorage.removeItem('tour');
}

// Pages draw their body anew, and a modal dialog shuts out everything beside it: the panel follows.
function settle() {
  const host = [...document.querySelectorAll('dialog')].find((dialog) => dialog.matches(':modal')) ?? document.body;
  if (panel.parentElement !== host) host.append(panel);
  if (ring.parentElement !== document.body) document.body.append(ring);
  document.body.classList.add('touring');
}
const observer = new MutationObserver(settle);

panel.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') end();
  else if (event.key === 'ArrowRight' && event.target.tagName === 'BUTTON') press('next');
  else if (event.key === 'ArrowLeft' && event.target.tagName === 'BUTTON') press('back');
});

/** From the position that was brought along, or from the beginning: startTour('what.0'). */
export function startTour(position) {
  if (position) sessionStorage.setItem('tour', position);
  if (!read()) return;
  document.head.append(h('link', { rel: 'stylesheet', href: '/ui/tour.css' }));
  state.leaving = false;
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['open'] });
  settle();
  // Who walks away on one's own is not pulled back.
  begin(step().place !== here() && !step().arrive);
}
carry();
onLanguage(() => { if (panel.isConnected) draw(); });
