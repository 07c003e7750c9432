// Runs before the first paint (a plain script in <head>): language and theme, so that nothing flashes.
// ?lang= and ?theme= come from another place of the town: every place is its own origin, so storage is not shared.
(() => {
  const root = document.documentElement;
  const url = new URL(location.href);
  const stored = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private mode: asked again */ } };
  const choose = (key, allowed, otherwise) => {
    const given = url.searchParams.get(key);
    if (allowed.includes(given)) keep(key, given);
    const found = allowed.includes(given) ? given : stored(key);
    return allowed.includes(found) ? found : otherwise;
  };
  const dark = matchMedia('(prefers-color-scheme: dark)');
  root.lang = choose('lang', ['ja', 'en'], (navigator.language || 'ja').startsWith('ja') ? 'ja' : 'en');
  root.dataset.theme = choose('theme', ['light', 'dark'], dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', () => {
    if (!stored('theme')) root.dataset.theme = dark.matches ? 'dark' : 'light';
  });
  if (url.searchParams.has('lang') || url.searchParams.has('theme')) {
    url.searchParams.delete('lang');
    url.searchParams.delete('theme');
    history.replaceState(history.state, '', url);
  }
  // The guided tour's position comes along in the fragment, and is taken out of it before the page itself reads it.
  const tour = /[#&]tour=([\w.-]+)$/.exec(url.hash);
  if (tour) {
    url.hash = url.hash.slice(0, tour.index);
    history.replaceState(history.state, '', url);
  }
  const stays = ['reload', 'back_forward'].includes(performance.getEntriesByType('navigation')[0]?.type);
  try {
    if (tour) sessionStorage.setItem('tour', tour[1]);
    else if (!stays) sessionStorage.removeItem('tour');
    if (sessionStorage.getItem('tour')) addEventListener('DOMContentLoaded', () => import('/ui/tour.js').then((it) => it.startTour()));
  } catch { /* private mode: no tour */ }
})();
