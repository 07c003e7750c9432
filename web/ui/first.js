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
})();
