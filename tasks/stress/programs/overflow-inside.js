'use strict';

/**
 * `overflow-inside.js EVENT WHAT ROUNDS`: hook callbacks of one kind that recurse until the stack overflows, creating WHAT at
 * every level, and catch it themselves, ROUNDS times; or (`uncaught`) do not.
 */

const ah = require('./module');

const [event, what] = process.argv.slice(2, 4);
const rounds = Number(process.argv[4]);
const OPTIONS = { requireManualDestroy: true };

/** @type {Record<string, () => void>} */
const SHAPES = {
  plain() {
    recurse();
  },
  uncaught() {
    recurse();
  },
  resource() {
    new ah.AsyncResource('INSIDE', OPTIONS);
    recurse();
  },
  scope() {
    new ah.AsyncResource('INSIDE', OPTIONS).runInAsyncScope(recurse);
  },
  promise() {
    new Promise((resolve) => resolve(null));
    recurse();
  },
};
const recurse = SHAPES[what];

let caught = 0;
let isInside = false;

/**
 * Every argument takes eight bytes of the stack, so that it overflows at another point each time.
 * @param {any[]} _args
 */
function overflow(..._args) {
  recurse();
}

const hook = ah
  .createHook({
    [event]() {
      if (isInside || caught === rounds) return;
      isInside = true;
      try {
        overflow(...new Array(caught % 200));
      } catch (error) {
        if (!(error instanceof RangeError) || what === 'uncaught') throw error;
        caught += 1;
      }
      isInside = false;
    },
  })
  .enable();

/** Leads to callbacks of every kind. */
function turn() {
  if (caught === rounds) {
    finish();
    return;
  }
  const resource = new ah.AsyncResource('OUTSIDE', OPTIONS);
  resource.runInAsyncScope(() => {});
  resource.emitDestroy();
  Promise.resolve().then(() => {});
  setImmediate(turn);
}

function finish() {
  hook.disable();
  /** @type {string[]} */
  const events = [];
  const second = ah
    .createHook({
      init: (_id, type) => {
        events.push(type);
      },
    })
    .enable();
  const outer = new ah.AsyncResource('OUTER', OPTIONS);
  const id = ah.executionAsyncId();
  const ids = outer.runInAsyncScope(() => ah.executionAsyncId() === outer.asyncId() && ah.triggerAsyncId() === id);
  second.disable();
  new ah.AsyncResource('UNSEEN', OPTIONS);
  console.log(JSON.stringify({ caught, ids: ids && ah.executionAsyncId() === id, events: events.join() }));
}

turn();
