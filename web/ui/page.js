// The frame around every place's page: header with the place's name, language, theme, the way back to the town.
import { h, fill, t, language, setLanguage, onLanguage } from './words.js';

export const PLACES = {
  town: ['認めの町', 'Mitome town'],
  authority: ['認証局', 'The authority'],
  gate: ['認証ゲート', 'The gate'],
  portal: ['住民ポータル', 'Residents’ portal'],
  kiosk: ['証明書交付機', 'Certificate kiosk'],
  counter: ['対面確認', 'Counter check'],
  clinic: ['診療所', 'Clinic'],
  tax: ['税務署', 'Tax office'],
  desk: ['市役所', 'City hall desk'],
  phone: ['スマートフォン', 'The phone'],
};
const ORDER = Object.keys(PLACES);

export const here = () => document.documentElement.dataset.place;
export const theme = () => document.documentElement.dataset.theme;

/** The address of another place's page, carrying language and theme: to('portal', '/login?x=1').
 *  Origins differ in their first label and, on loopback, in the port, which follows the order of PLACES (decisions 9);
 *  the server may say otherwise in <meta name="town-origins" content='{"portal":"https://…"}'>. */
export function to(place, path = '/') {
  const named = document.querySelector('meta[name="town-origins"]')?.content;
  let origin = named ? JSON.parse(named)[place] : undefined;
  if (!origin) {
    const url = new URL(location.origin);
    const port = url.port ? Number(url.port) - ORDER.indexOf(here()) + ORDER.indexOf(place) : '';
    url.port = String(port);
    url.hostname = url.hostname.replace(/^[a-z]+(?=\.)/, place);
    origin = url.origin;
  }
  const url = new URL(path, origin);
  url.searchParams.set('lang', language());
  url.searchParams.set('theme', theme());
  return url.href;
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  try { localStorage.setItem('theme', name); } catch { /* private mode */ }
  // Links to other places that stand on the page already carry the old one.
  for (const link of document.querySelectorAll('a[href*="theme="]')) {
    const url = new URL(link.href);
    url.searchParams.set('theme', name);
    link.href = url.href;
  }
}

function tools(redraw) {
  const lang = (code, text) => h('button', {
    type: 'button', lang: code, 'aria-pressed': String(language() === code), dataset: { do: `lang-${code}` }, onclick: () => setLanguage(code),
  }, text);
  const dark = theme() === 'dark';
  return h('div', { class: 'place-tools' },
    h('div', { role: 'group', 'aria-label': t('言語', 'Language') }, lang('ja', '日本語'), lang('en', 'English')),
    h('button', { type: 'button', dataset: { do: 'theme' }, onclick: () => { setTheme(dark ? 'light' : 'dark'); redraw(); } },
      dark ? t('明るい表示', 'Light') : t('暗い表示', 'Dark')),
    here() === 'town' ? null : h('a', { href: to('town'), dataset: { do: 'to-town' }, 'aria-label': t('町へ戻る', 'Town: back to the front page') }, t('町へ', 'Town')));
}

/** Draws header, main and footer into <body> and calls render(main) now and whenever the language changes.
 *  page({title: () => t('…','…'), name?: () => …, width?: 'wide'|'narrow', render})
 *  `title` is the document's title; `name` replaces the place's own name (a clinic's, a kiosk chain's).
 *  Without `render` a change of language reloads. Returns main. */
export function page({ title, name, width, render }) {
  const skip = h('a', { class: 'skip', href: '#main', onclick: (event) => { event.preventDefault(); main.focus(); } });
  const header = h('header', { class: 'place-header' });
  const note = h('div', { class: 'place-note', role: 'note' });
  const main = h('main', { id: 'main', tabindex: '-1', class: width });
  const footer = h('footer', { class: 'place-footer' });
  const draw = () => {
    const own = name?.() ?? t(...(PLACES[here()] ?? PLACES.town));
    const heading = title?.() ?? own;
    document.title = heading === own ? own : `${heading} · ${own}`;
    skip.textContent = t('本文へ', 'Skip to content');
    fill(header, h('div', { class: 'place-bar' },
      h('a', { class: 'place-name', href: '/' }, h('span', { class: 'seal', 'aria-hidden': 'true' }, '認'),
        h('span', {}, h('strong', {}, own), h('span', { class: 'of' }, t('認めの町', 'Mitome town')))),
      tools(drawHeader)));
    note.textContent = t('架空の町です。人物・組織・認証局はすべて試験用で、実在のものとは関係ありません。',
      'An invented town with a test hierarchy: no person, office or authority here is real.');
    footer.textContent = t('認め（Mitome）は公開仕様にもとづく独立した実装です。', 'Mitome is an independent implementation of public specifications.');
  };
  const drawHeader = () => { draw(); header.querySelector('[data-do="theme"]')?.focus(); };
  draw();
  document.body.replaceChildren(skip, header, note, main, footer);
  if (render) {
    render(main);
    onLanguage(() => { draw(); render(main); header.querySelector(`[data-do="lang-${language()}"]`)?.focus(); });
  }
  return main;
}
