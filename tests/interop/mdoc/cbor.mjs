// Just enough CBOR to cut a message apart and to put one together without changing a byte inside.

export const head = (major, number) => {
  if (number < 24) return Buffer.from([(major << 5) | number]);
  if (number < 256) return Buffer.from([(major << 5) | 24, number]);
  if (number < 65536) return Buffer.from([(major << 5) | 25, number >> 8, number & 255]);
  const out = Buffer.alloc(5);
  out[0] = (major << 5) | 26;
  out.writeUInt32BE(number, 1);
  return out;
};
export const text = (value) => Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
export const bytes = (value) => Buffer.concat([head(2, value.length), value]);
export const array = (...items) => Buffer.concat([head(4, items.length), ...items]);
export const map = (entries) => Buffer.concat([head(5, entries.length), ...entries.flat()]);
export const tagged24 = (value) => Buffer.concat([head(6, 24), bytes(value)]);
export const nil = Buffer.from([0xf6]);

const readHead = (b, i) => {
  const major = b[i] >> 5;
  const info = b[i] & 31;
  if (info < 24) return { major, number: info, at: i + 1 };
  const size = { 24: 1, 25: 2, 26: 4 }[info];
  if (!size) throw new Error("CBOR length out of this script's reach");
  return { major, number: b.readUIntBE(i + 1, size), at: i + 1 + size };
};

const end = (b, i) => {
  const { major, number, at } = readHead(b, i);
  if (major === 2 || major === 3) return at + number;
  let next = at;
  const items = { 4: number, 5: 2 * number, 6: 1 }[major] ?? 0;
  for (let item = 0; item < items; ++item) next = end(b, next);
  return next;
};

/// The bytes of a member of a map (by text) or array (by index), as they stand.
export const cut = (b, ...path) => {
  let from = 0;
  for (const step of path) {
    const { number, at } = readHead(b, from);
    let next = at;
    if (typeof step === "number") {
      for (let item = 0; item < step; ++item) next = end(b, next);
    } else {
      let left = number;
      while (left-- > 0) {
        const key = readHead(b, next);
        const value = end(b, next);
        if (b.toString("utf8", key.at, value) === step) {
          next = value;
          break;
        }
        next = end(b, value);
        if (left === 0) throw new Error(`no ${step}`);
      }
    }
    from = next;
  }
  return b.subarray(from, end(b, from));
};
