'use strict';

/**
 * `live.js KIND COUNT`: so many resources that are alive at once, with `init` and `destroy`; then all of them go. With how
 * much memory, how many were reported, and how many ends.
 */

const ah = require('./module');

const [kind, size] = process.argv.slice(2);
const count = Number(size);
/** Kept in pages: one array of them all would be a single object that grows by copying. */
const PAGE = 100_000;
/** Collections after which an end that is not reported is lost. */
const PATIENCE = 30;

/** @type {Record<string, () => object>} */
const MAKE = {
  resource: () => new ah.AsyncResource('LIVE'),
  manual: () => new ah.AsyncResource('LIVE', { requireManualDestroy: true }),
  promise: () => new Promise(() => {}),
};

const type = kind === 'promise' ? 'PROMISE' : 'LIVE';
const gc = /** @type {() => void} */ (globalThis.gc);

let created = 0;
let destroyed = 0;
let first = 0;
let last = 0;
ah.createHook({
  init(asyncId, name) {
    if (name !== type) return;
    first ||= asyncId;
    last = asyncId;
    created += 1;
  },
  destroy(asyncId) {
    if (first <= asyncId && asyncId <= last) destroyed += 1;
  },
}).enable();

/** @type {object[][]} */
let pages = [];
while (pages.length * PAGE < count) {
  pages.push(Array.from({ length: Math.min(PAGE, count - pages.length * PAGE) }, MAKE[kind]));
}

// No promises in what follows: they would be counted.
setImmediate(() => {
  gc();
  setImmediate(empty);
});

function empty() {
  const rss = Math.round(process.memoryUsage().rss / 1e6);
  const early = destroyed;
  if (kind === 'manual') for (const page of pages) for (const resource of page) /** @type {any} */ (resource).emitDestroy();
  pages = [];
  collect(PATIENCE, () => console.log(JSON.stringify({ created, early, destroyed, rss })));
}

/**
 * @param {number} times at most
 * @param {() => void} done
 */
function collect(times, done) {
  if (times === 0 || destroyed >= created) {
    done();
    return;
  }
  gc();
  setImmediate(collect, times - 1, done);
}
