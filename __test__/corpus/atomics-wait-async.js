// A wait on shared memory, ended from this thread and by its time limit.
'use strict';

const memory = new Int32Array(new SharedArrayBuffer(4));

// A wait does not hold the process.
const hold = setTimeout(() => {}, 60_000);
async function main() {
  const { value } = Atomics.waitAsync(memory, 0, 0);
  Atomics.notify(memory, 0);
  console.log(await value);
  console.log(Atomics.waitAsync(memory, 0, 1).value);
  clearTimeout(hold);
}

main();
