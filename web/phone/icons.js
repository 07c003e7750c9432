// Drawings of our own; each is decoration beside a text.
import { svg } from '/ui/ui.js';

const line = (d) => ['path', { d, fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }];
const SHAPES = {
  app: [line('M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z'), line('M7 8h4M9 8v8M7 12h4M14 7h4l-1 5M16 7c0 4-1 6-3 8M13 17l1 0M17 13v4')],
  wallet: [line('M3 8a3 3 0 0 1 3-3h11v3M3 8v9a3 3 0 0 0 3 3h13a2 2 0 0 0 2-2v-8a2 2 0 0 0-2-2H3z'), line('M16 14h2')],
  settings: [line('M4 7h9M17 7h3M4 17h3M11 17h9'), line('M13 7a2 2 0 1 0 4 0 2 2 0 0 0-4 0zM7 17a2 2 0 1 0 4 0 2 2 0 0 0-4 0z')],
  notices: [line('M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4')],
  home: [line('M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z')],
  log: [line('M6 3h12v18H6zM9 8h6M9 12h6M9 16h3')],
  menu: [line('M4 7h16M4 12h16M4 17h16')],
  scan: [line('M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8 8h3v3H8zM13 8h3v3h-3zM8 13h3v3H8zM14 14h2v2')],
  back: [line('M15 5l-7 7 7 7')],
  face: [line('M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M9 10v1M15 10v1M12 10v3M9 15c2 1.5 4 1.5 6 0')],
  finger: [line('M7 18c1-2 1-4 1-6a4 4 0 0 1 8 0c0 3 0 5-1 8M12 12c0 3 0 6-2 9M4.500 15c.5-1 .5-2 .5-3a7 7 0 0 1 14 0c0 2 0 3-.3 5')],
  lock: [line('M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3')],
  card: [line('M3 6h18v12H3zM3 10h18M6 14h4')],
  contactless: [line('M6 8c2 2.500 2 5.500 0 8M10 6c3 3.500 3 8.500 0 12M14 4c4 5 4 11 0 16')],
  transit: [line('M6 4h12v12H6zM6 11h12M9 20l-2-4M15 20l2-4M9 14h0M15 14h0')],
  loyalty: [line('M12 4l2.400 5 5.600.6-4.200 3.800 1.200 5.600-5-2.800-5 2.800 1.200-5.600L4 9.600 9.600 9z')],
  wifi: [line('M4 10c5-4.500 11-4.500 16 0M7 13.500c3-2.700 7-2.700 10 0M10.500 17c1-.8 2-.8 3 0')],
  'no-wifi': [line('M4 10c5-4.500 11-4.500 16 0M7 13.500c3-2.700 7-2.700 10 0M4 4l16 16')],
  check: [line('M5 13l5 5 9-11')],
};
export const icon = (name, size = 24) => svg('svg', { viewBox: '0 0 24 24', width: size, height: size, 'aria-hidden': 'true', class: 'icon' },
  (SHAPES[name] ?? []).map(([tag, attributes]) => svg(tag, attributes)));
