// What a spec imports: test(name, async ({town, page, open, check, step}) => …). The tests of one file run in the order they stand in,
// against one fresh town; see ../README.md.
const registered = [];

export function test(name, body) {
  registered.push({name, body});
}

// Taken by main.mjs after a spec was imported; the next spec begins with none.
export function take_tests() {
  return registered.splice(0);
}

// A failed expectation; its message is all that is printed of it.
export class Failed extends Error {}
