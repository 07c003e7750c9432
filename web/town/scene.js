// The town, drawn: a person with a card and a phone, and the places. A picture beside the list of places, which says the same in words.
import { svg, t } from '/ui/ui.js';

const BUILDINGS = [
  ['desk', ['市役所', 'City hall'], '#b9cf8e', 150, 190, 'gable'], ['portal', ['ポータル', 'Portal'], '#9cc7e2', 330, 150, 'flat'], ['gate', ['認証', 'Gate'], '#e0a3ab', 470, 120, 'arch'],
  ['tax', ['税務署', 'Tax'], '#b6add8', 610, 180, 'flat'], ['kiosk', ['交付機', 'Kiosk'], '#8fcabd', 780, 130, 'awning'], ['counter', ['窓口', 'Counter'], '#e2b98d', 920, 140, 'awning'],
  ['clinic', ['診療所', 'Clinic'], '#e6a9c4', 1070, 160, 'gable'],
];
const GROUND = 300;

const box = (x, y, width, height, attributes) => svg('rect', { x, y, width, height, ...attributes });

function roof(kind, x, top, width, colour) {
  if (kind === 'gable') return svg('path', { d: `M${x - 8} ${top} L${x + width / 2} ${top - 46} L${x + width + 8} ${top} Z`, fill: colour, stroke: '#1d2433', 'stroke-width': 2 });
  if (kind === 'arch') return svg('path', { d: `M${x} ${top} A${width / 2} 40 0 0 1 ${x + width} ${top} Z`, fill: colour, stroke: '#1d2433', 'stroke-width': 2 });
  if (kind === 'awning') return svg('path', { d: `M${x - 10} ${top + 44} L${x} ${top} H${x + width} L${x + width + 10} ${top + 44} Z`, fill: '#fffdf6', stroke: '#1d2433', 'stroke-width': 2 });
  return box(x - 6, top - 12, width + 12, 14, { fill: colour, stroke: '#1d2433', 'stroke-width': 2 });
}

function building([place, label, colour, x, height, kind], visit) {
  const width = 112;
  const top = GROUND - height;
  const windows = [];
  for (let row = 0; row < Math.floor((height - 90) / 34); row += 1) {
    for (const dx of [16, 48, 80]) windows.push(box(x + dx, top + 62 + row * 34, 18, 20, { class: 'window' }));
  }
  const group = svg('g', { class: 'building' }, box(x, top, width, height, { class: 'wall', fill: colour, stroke: '#1d2433', 'stroke-width': 2 }),
    roof(kind, x, top, width, colour), ...windows, box(x + 44, GROUND - 40, 26, 40, { fill: '#6b5b4a' }), box(x + 4, top + 14, width - 8, 34, { class: 'sign', rx: 6 }));
  const text = svg('text', { x: x + width / 2, y: top + 39 });
  text.textContent = t(...label);
  group.append(text);
  group.addEventListener('click', () => visit(place));
  return group;
}

function person(visit) {
  const line = { stroke: '#1d2433', 'stroke-width': 5, 'stroke-linecap': 'round', fill: 'none' };
  const group = svg('g', { class: 'building' },
    svg('circle', { cx: 62, cy: 214, r: 20, fill: '#f3d3b3', stroke: '#1d2433', 'stroke-width': 2 }),
    svg('path', { d: 'M42 212 q2 -24 22 -22 q20 0 18 20 q-12 -10 -40 2', fill: '#3b3230' }),
    svg('path', { d: 'M44 300 L48 244 Q62 232 76 244 L82 300 Z', fill: '#b3321f', stroke: '#1d2433', 'stroke-width': 2 }),
    svg('path', { d: 'M76 250 L98 262', ...line }), svg('path', { d: 'M48 250 L26 266', ...line }),
    box(94, 236, 22, 38, { rx: 4, fill: '#23262d', class: 'wall' }), box(97, 241, 16, 26, { fill: '#cfe4f5' }),
    box(4, 256, 32, 21, { rx: 3, fill: '#e8d9f0', stroke: '#1d2433', 'stroke-width': 2, class: 'wall' }), svg('circle', { cx: 27, cy: 266, r: 5, fill: '#b3321f' }));
  group.addEventListener('click', () => visit('phone'));
  return group;
}

/** The picture at this hour of the day; visit(place) when a building is pressed. For eyes only: the links stand below it. */
export function scene(hour, visit) {
  const day = hour >= 6 && hour < 17 ? 'day' : hour >= 17 && hour < 20 ? 'evening' : 'night';
  return svg('svg', { viewBox: '0 0 1200 350', class: `scene ${day}`, 'aria-hidden': 'true', focusable: 'false' },
    box(0, 0, 1200, 350, { class: 'sky' }), svg('circle', { cx: 1090, cy: 62, r: 30, class: 'sun' }),
    svg('path', { d: 'M0 250 Q150 150 330 230 T700 220 T1200 210 V310 H0 Z', class: 'hill' }),
    box(0, GROUND, 1200, 50, { class: 'ground' }), box(0, 318, 1200, 20, { class: 'road' }),
    ...BUILDINGS.map((one) => building(one, visit)), person(visit));
}
