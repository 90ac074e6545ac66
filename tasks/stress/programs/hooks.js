'use strict';

/**
 * `hooks.js COUNT SEED`: so many hooks enabled at once. Every event has to reach each of them once, in the order in which they were
 * enabled; then they are disabled in any order, and the rest goes on.
 */

const { Random } = require('../../fuzz/common/random');
const ah = require('./module');

const [count, seed] = process.argv.slice(2).map(Number);
const random = new Random(seed);
const OPTIONS = { requireManualDestroy: true };

/** @type {number[]} */
let order = [];
let counted = 0;
const counts = { init: 0, before: 0, after: 0, destroy: 0, promiseResolve: 0 };

/** @param {number} index */
function hookOf(index) {
  return ah.createHook({
    init(_id, type) {
      if (type === 'MANY') order.push(index);
      counts.init += 1;
    },
    before() {
      counts.before += 1;
    },
    after() {
      counts.after += 1;
    },
    // When promises go is the garbage collector's affair.
    destroy(asyncId) {
      if (asyncId === counted) counts.destroy += 1;
    },
    promiseResolve() {
      counts.promiseResolve += 1;
    },
  });
}

/** @param {Set<number>} enabled */
function isInOrder(enabled) {
  order = [];
  new ah.AsyncResource('MANY', OPTIONS);
  return order.length === enabled.size && [...enabled].every((index, at) => order[at] === index);
}

const hooks = Array.from({ length: count }, (_, index) => hookOf(index));
let start = Date.now();
for (const hook of hooks) hook.enable();
const enabling = Date.now() - start;

const enabled = new Set(hooks.keys());
let inOrder = isInOrder(enabled);
const resource = new ah.AsyncResource('COUNTED', OPTIONS);
counted = resource.asyncId();
resource.runInAsyncScope(() => {});
Promise.resolve().then(() => {});
resource.emitDestroy();

setImmediate(() => {
  const events = { ...counts };
  start = Date.now();
  while (enabled.size > 0) {
    for (let left = Math.ceil(enabled.size / 4); left > 0; left--) {
      const index = random.int(count);
      if (!enabled.delete(index)) continue;
      hooks[index].disable();
    }
    if (enabled.size < 10) {
      for (const index of enabled) hooks[index].disable();
      enabled.clear();
    }
    inOrder &&= isInOrder(enabled);
  }
  const silent = counts.init;
  new ah.AsyncResource('UNSEEN', OPTIONS);
  console.log(JSON.stringify({ events, inOrder, silent: counts.init === silent, enabling, disabling: Date.now() - start }));
});
