// corpus: {"skip": {"20": "no Array.fromAsync"}}
// An array of what an async generator gives.
'use strict';

async function* source() {
  yield 1;
  yield Promise.resolve(2);
}

Array.fromAsync(source(), async (value) => value * 10).then(console.log);
