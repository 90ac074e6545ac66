'use strict';
// Shows: following an async function through its awaits, with nothing but the ids of its promises.
// Look at: every part of each function runs under an id of its own, and the trigger leads back from there:
//          await in C continues in a promise triggered by the awaited one.
const { createHook, executionAsyncId, triggerAsyncId } = require('./module');
const { print } = require('./support/print');
const { ids } = require('./support/ids');

const name = ids();
let depth = 0;

createHook({
  init(asyncId, type, triggerAsyncId) {
    if (type === 'PROMISE') print(`${'  '.repeat(depth)}promise ${name(asyncId)} because of ${name(triggerAsyncId)}`);
  },
  before() { depth += 1; },
  after() { depth -= 1; },
}).enable();

function here(what) {
  print(`${'  '.repeat(depth)}${what}: execution ${name(executionAsyncId())}, trigger ${name(triggerAsyncId())}`);
}

async function price() {
  here('price starts');
  await null;
  here('price continues');
  return 7;
}

async function order() {
  here('order starts');
  const sum = await price() + await price();
  here(`order continues with ${sum}`);
}

order();
