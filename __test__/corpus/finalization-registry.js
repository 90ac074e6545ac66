// The callback of a FinalizationRegistry runs in a turn of its own.
'use strict';

const v8 = require('node:v8');
const vm = require('node:vm');

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc');

// Holds the process until the callback has run.
const hold = setTimeout(() => {}, 60_000);
const registry = new FinalizationRegistry((held) => {
  console.log(held);
  clearTimeout(hold);
});

function drop() {
  registry.register({}, 'collected');
}

drop();
setImmediate(() => {
  collectGarbage();
  // A registry that nobody holds is collected with its entries.
  console.log(registry instanceof FinalizationRegistry);
});
