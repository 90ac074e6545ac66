'use strict';

/**
 * `overflow.js EVENT SHAPE ROUNDS`: recursion until the stack overflows, ROUNDS times, each time from eight bytes further down,
 * so that it overflows at every point of what is called. The program catches each; then all must be as if nothing had been.
 */

const { inspect } = require('node:util');

const ah = require('./module');

const [event, shape] = process.argv.slice(2, 4);
const rounds = Number(process.argv[4]);

const isBuiltin = process.env.MODULE_UNDER_TEST === 'builtin';
const legacy = isBuiltin ? null : require('../../../legacy');
const OPTIONS = { requireManualDestroy: true };
const shared = new ah.AsyncResource('SHARED', OPTIONS);
const storage = new ah.AsyncLocalStorage();
const bound = shared.bind(() => {});
const snapshot = ah.AsyncLocalStorage.snapshot();
let level = 0;

async function leaf() {
  await null;
}

/** What is done at every level, and whether it goes on to the next one by itself. */
const SHAPES = {
  plain() {
    recurse();
  },
  promise() {
    new Promise(() => {});
    recurse();
  },
  resource() {
    new ah.AsyncResource('X', OPTIONS);
    recurse();
  },
  async() {
    leaf();
    recurse();
  },
  scopeInside() {
    new ah.AsyncResource('X', OPTIONS).runInAsyncScope(() => {});
    recurse();
  },
  storageInside() {
    storage.run(level++, () => {});
    recurse();
  },
  bind() {
    bound();
    recurse();
  },
  scope() {
    shared.runInAsyncScope(recurse);
  },
  ownScope() {
    new ah.AsyncResource('X', OPTIONS).runInAsyncScope(recurse);
  },
  boundScope() {
    ah.AsyncResource.bind(recurse)();
  },
  storage() {
    storage.run(level++, recurse);
  },
  exit() {
    storage.exit(recurse);
  },
  snapshot() {
    snapshot(recurse);
  },
  embedder() {
    const id = /** @type {any} */ (legacy).newAsyncId();
    /** @type {any} */ (legacy).emitBefore(id);
    try {
      recurse();
    } finally {
      /** @type {any} */ (legacy).emitAfter(id);
    }
  },
};
const recurse = SHAPES[/** @type {keyof typeof SHAPES} */ (shape)];

/**
 * Every argument takes eight bytes of the stack.
 * @param {any[]} _args
 */
function fromFurtherDown(..._args) {
  recurse();
}

/** @param {number} round */
function overflow(round) {
  try {
    fromFurtherDown(...new Array(round % 200));
  } catch (error) {
    if (error instanceof RangeError) caught += 1;
    else console.error(error);
  }
}

let caught = 0;
const where = () => [ah.executionAsyncId(), ah.triggerAsyncId(), ah.executionAsyncResource()];

// Rejected promises that nobody caught, of async functions that overflowed, are none of this program's business.
process.on('unhandledRejection', () => {});

const before = where();
/** @type {string[]} */
const events = [];
const hook = event === 'none' ? null : ah.createHook({ [event]() {} }).enable();
for (let round = 0; round < rounds; round++) overflow(round);
hook?.disable();
const after = where();

// Hooks that are enabled and disabled now take effect at once, and see what they should.
const second = ah
  .createHook({
    init: (_id, type) => {
      events.push(type);
    },
  })
  .enable();
const outer = new ah.AsyncResource('OUTER', OPTIONS);
const ids = outer.runInAsyncScope(() => {
  const inner = new ah.AsyncResource('INNER', OPTIONS);
  const inside = inner.runInAsyncScope(() => ah.executionAsyncId() === inner.asyncId() && ah.triggerAsyncId() === outer.asyncId());
  return inside && ah.executionAsyncId() === outer.asyncId();
});
second.disable();
new ah.AsyncResource('UNSEEN', OPTIONS);
const isSame = before.every((value, index) => value === after[index]);
const context = isSame ? 'the same' : inspect(after, { depth: 0, breakLength: Infinity });
const store = storage.getStore();

setImmediate(() => {
  const later = ah.executionAsyncId() > 1 && ah.triggerAsyncId() === 1;
  console.log(JSON.stringify({ caught, context, ids, events: events.join(), later, store: store === undefined ? 'none' : 'left over' }));
});
