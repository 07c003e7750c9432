// A QR code (ISO/IEC 18004, byte mode, error correction M or L) as an SVG. Drawn here so that what is shown never leaves the page.
import { svg } from './words.js';

// Per version 1…25: error correction bytes in one block, and the blocks as [count, data bytes] groups.
const M = [[10, 1, 16], [16, 1, 28], [26, 1, 44], [18, 2, 32], [24, 2, 43], [16, 4, 27], [18, 4, 31], [22, 2, 38, 2, 39], [22, 3, 36, 2, 37],
  [26, 4, 43, 1, 44], [30, 1, 50, 4, 51], [22, 6, 36, 2, 37], [22, 8, 37, 1, 38], [24, 4, 40, 5, 41], [24, 5, 41, 5, 42], [28, 7, 45, 3, 46],
  [28, 10, 46, 1, 47], [26, 9, 43, 4, 44], [26, 3, 44, 11, 45], [26, 3, 41, 13, 42], [26, 17, 42], [28, 17, 46], [28, 4, 47, 14, 48],
  [28, 6, 45, 14, 46], [28, 8, 47, 13, 48]];
const L = [[7, 1, 19], [10, 1, 34], [15, 1, 55], [20, 1, 80], [26, 1, 108], [18, 2, 68], [20, 2, 78], [24, 2, 97], [30, 2, 116],
  [18, 2, 68, 2, 69], [20, 4, 81], [24, 2, 92, 2, 93], [26, 4, 107], [30, 3, 115, 1, 116], [22, 5, 87, 1, 88], [24, 5, 98, 1, 99],
  [28, 1, 107, 5, 108], [30, 5, 120, 1, 121], [28, 3, 113, 4, 114], [28, 3, 107, 5, 108], [28, 4, 116, 4, 117], [28, 2, 111, 7, 112],
  [30, 4, 121, 5, 122], [30, 6, 117, 4, 118], [26, 8, 106, 4, 107]];
const LEVEL_BITS = { M: 0, L: 1 };

const EXP = new Uint8Array(512);
const LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i += 1, x = (x << 1) ^ (x & 0x80 ? 0x11d : 0)) { EXP[i] = EXP[i + 255] = x; LOG[x] = i; }
const times = (a, b) => (a && b ? EXP[LOG[a] + LOG[b]] : 0);

function correction(data, count) {
  let generator = [1];
  for (let i = 0; i < count; i += 1) {
    const next = [...generator, 0];
    generator.forEach((value, j) => { next[j + 1] ^= times(value, EXP[i]); });
    generator = next;
  }
  const rest = [...data, ...new Array(count).fill(0)];
  for (let i = 0; i < data.length; i += 1) {
    const factor = rest[i];
    if (factor) generator.forEach((value, j) => { rest[i + j] ^= times(value, factor); });
  }
  return rest.slice(data.length);
}

const blocksOf = ([, ...groups]) => {
  const sizes = [];
  for (let i = 0; i < groups.length; i += 2) for (let n = 0; n < groups[i]; n += 1) sizes.push(groups[i + 1]);
  return sizes;
};

function choose(length) {
  for (const [level, table] of [['M', M], ['L', L]]) {
    for (let version = 1; version <= table.length; version += 1) {
      const capacity = blocksOf(table[version - 1]).reduce((a, b) => a + b);
      if (length + (version < 10 ? 2 : 3) <= capacity) return { level, version, row: table[version - 1], capacity };
    }
  }
  throw new RangeError('too much for one QR code');
}

function codewords(bytes, { version, row, capacity }) {
  const bits = [0, 1, 0, 0];
  const push = (value, n) => { for (let i = n - 1; i >= 0; i -= 1) bits.push((value >> i) & 1); };
  push(bytes.length, version < 10 ? 8 : 16);
  bytes.forEach((byte) => push(byte, 8));
  push(0, Math.min(4, capacity * 8 - bits.length));
  while (bits.length % 8) bits.push(0);
  const data = [];
  for (let i = 0; i < bits.length; i += 8) data.push(parseInt(bits.slice(i, i + 8).join(''), 2));
  for (let pad = 0xec; data.length < capacity; pad ^= 0xec ^ 0x11) data.push(pad);
  let at = 0;
  const blocks = blocksOf(row).map((size) => data.slice(at, (at += size)));
  const corrections = blocks.map((block) => correction(block, row[0]));
  const out = [];
  for (let i = 0; i < Math.max(...blocks.map((b) => b.length)); i += 1) for (const block of blocks) if (i < block.length) out.push(block[i]);
  for (let i = 0; i < row[0]; i += 1) for (const block of corrections) out.push(block[i]);
  return out;
}

function alignments(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const last = version * 4 + 10;
  const step = count === 2 ? last - 6 : Math.ceil((last - 6) / (count - 1) / 2) * 2;
  const found = [6];
  for (let i = count - 2; i >= 0; i -= 1) found.splice(1, 0, last - (count - 2 - i) * step);
  return found;
}

function skeleton(version) {
  const size = version * 4 + 17;
  const dark = Array.from({ length: size }, () => new Uint8Array(size));
  const fixed = Array.from({ length: size }, () => new Uint8Array(size));
  const set = (x, y, on) => { if (x >= 0 && y >= 0 && x < size && y < size) { dark[y][x] = on ? 1 : 0; fixed[y][x] = 1; } };
  for (let i = 0; i < size; i += 1) { set(i, 6, i % 2 === 0); set(6, i, i % 2 === 0); }
  for (const [cx, cy] of [[3, 3], [size - 4, 3], [3, size - 4]]) {
    for (let y = -4; y <= 4; y += 1) for (let x = -4; x <= 4; x += 1) {
      const ring = Math.max(Math.abs(x), Math.abs(y));
      set(cx + x, cy + y, ring !== 2 && ring !== 4);
    }
  }
  const centres = alignments(version);
  for (const cy of centres) for (const cx of centres) {
    const corner = (cx === 6 && cy === 6) || (cx === 6 && cy === size - 7) || (cx === size - 7 && cy === 6);
    if (!corner) for (let y = -2; y <= 2; y += 1) for (let x = -2; x <= 2; x += 1) set(cx + x, cy + y, Math.max(Math.abs(x), Math.abs(y)) !== 1);
  }
  return { size, dark, fixed, set };
}

const bch = (value, polynomial, degree) => {
  let rest = value << degree;
  for (let i = 31; i >= degree; i -= 1) if ((rest >> i) & 1) rest ^= polynomial << (i - degree);
  return (value << degree) | rest;
};

function stamp({ size, set }, version, level, mask) {
  const format = bch((LEVEL_BITS[level] << 3) | mask, 0x537, 10) ^ 0x5412;
  const bit = (i) => (format >> i) & 1;
  for (let i = 0; i <= 5; i += 1) set(8, i, bit(i));
  set(8, 7, bit(6)); set(8, 8, bit(7)); set(7, 8, bit(8));
  for (let i = 9; i < 15; i += 1) set(14 - i, 8, bit(i));
  for (let i = 0; i < 8; i += 1) set(size - 1 - i, 8, bit(i));
  for (let i = 8; i < 15; i += 1) set(8, size - 15 + i, bit(i));
  set(8, size - 8, 1);
  if (version >= 7) {
    const info = bch(version, 0x1f25, 12);
    for (let i = 0; i < 18; i += 1) {
      const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)];
      set(a, b, (info >> i) & 1); set(b, a, (info >> i) & 1);
    }
  }
}

const MASKS = [(x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3, (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3), (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2];

function place({ size, dark, fixed }, words, mask) {
  let i = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) for (let j = 0; j < 2; j += 1) {
      const x = right - j;
      const y = (right + 1) & 2 ? step : size - 1 - step;
      if (fixed[y][x]) continue;
      const on = i < words.length * 8 ? (words[i >> 3] >> (7 - (i & 7))) & 1 : 0;
      dark[y][x] = on ^ (MASKS[mask](x, y) === 0 ? 1 : 0);
      i += 1;
    }
  }
}

/** ISO/IEC 18004 7.8.3: long runs, 2×2 squares, finder look-alikes, and how far from half dark. */
function penalty(dark) {
  const size = dark.length;
  let score = 0;
  let total = 0;
  for (let a = 0; a < size; a += 1) {
    for (const at of [(b) => dark[a][b], (b) => dark[b][a]]) {
      let run = 1;
      let seen = '';
      for (let b = 0; b < size; b += 1) {
        seen += at(b);
        run = b && at(b) === at(b - 1) ? run + 1 : 1;
        if (run === 5) score += 3; else if (run > 5) score += 1;
      }
      score += 40 * ((seen.match(/(?=10111010000)/g)?.length ?? 0) + (seen.match(/(?=00001011101)/g)?.length ?? 0));
    }
    for (let b = 0; b < size; b += 1) {
      total += dark[a][b];
      if (a && b && dark[a][b] === dark[a - 1][b] && dark[a][b] === dark[a][b - 1] && dark[a][b] === dark[a - 1][b - 1]) score += 3;
    }
  }
  return score + 10 * Math.floor(Math.abs(total / (size * size) - 0.5) * 20);
}

/** The modules of the code: an array of rows of 0 and 1. */
export function qrModules(text) {
  const bytes = [...new TextEncoder().encode(text)];
  const chosen = choose(bytes.length);
  const words = codewords(bytes, chosen);
  let best = null;
  for (let mask = 0; mask < 8; mask += 1) {
    const code = skeleton(chosen.version);
    stamp(code, chosen.version, chosen.level, mask);
    place(code, words, mask);
    const score = penalty(code.dark);
    if (!best || score < best.score) best = { score, dark: code.dark };
  }
  return best.dark;
}

/** An <svg> of the code with its quiet zone. */
export function qr(text) {
  const rows = qrModules(text);
  const size = rows.length + 8;
  let path = '';
  rows.forEach((row, y) => row.forEach((on, x) => { if (on) path += `M${x + 4} ${y + 4}h1v1h-1z`; }));
  return svg('svg', { viewBox: `0 0 ${size} ${size}`, 'shape-rendering': 'crispEdges', 'aria-hidden': 'true' },
    svg('rect', { width: size, height: size, fill: '#fff' }), svg('path', { d: path, fill: '#000' }));
}
