// for-await over an array of values and promises, and over an iterator by hand.
'use strict';

async function main() {
  for await (const value of [1, Promise.resolve(2), 3]) console.log(value);

  const three = {
    [Symbol.asyncIterator]() {
      let n = 0;
      return { next: async () => ({ done: ++n > 3, value: n }) };
    },
  };
  for await (const value of three) console.log('by hand', value);
}

main();
