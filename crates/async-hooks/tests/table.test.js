'use strict';

/** What napi-rs loses by itself, and that the crate keeps it: the table of the README. */

const assert = require('node:assert');
const { describe, test } = require('node:test');

const { WAYS, major, run } = require('./support');

/** Where storages stand on context frames, callbacks of addons begin with an empty one. */
const isLossy = major >= 24;

/** Each way that calls back, in two requests at once. */
async function callBack(/** @type {any} */ { addon, AsyncLocalStorage }, /** @type {string} */ kind) {
  const storage = new AsyncLocalStorage();
  /** @type {Record<string, unknown[]>} */
  const answers = {};
  for (const name of ['Task', 'Deferred', 'Future', 'Function', 'CallAsync']) {
    const call = (/** @type {string} */ store) =>
      new Promise((resolve) => {
        storage.run(store, () => addon[kind + name](() => resolve(storage.getStore() ?? null)));
      });
    answers[name] = await Promise.all([call('first'), call('second')]);
  }
  const awaited = (/** @type {string} */ store) => storage.run(store, async () => [await addon[`${kind}AsyncFn`](), storage.getStore()]);
  answers.AsyncFn = await Promise.all([awaited('first'), awaited('second')]);
  const logged = new Map();
  await new Promise((resolve) => {
    storage.run('maker', () =>
      addon[`${kind}SetLogger`]((/** @type {string} */ message) => {
        logged.set(message, storage.getStore() ?? null);
        if (logged.size === 2) resolve(clearInterval(alive));
      }),
    );
    // The logger keeps nothing alive.
    const alive = setInterval(() => {}, 1000);
    for (const message of ['first', 'second']) storage.run(message, () => addon[`${kind}Log`](message));
  });
  answers.Long = ['first', 'second'].map((message) => logged.get(message));
  return answers;
}

const KEPT = ['first', 'second'];
const AWAITED = KEPT.map((store) => [1, store]);

for (const [way, flags] of Object.entries(WAYS)) {
  describe(way, () => {
    test('the crate keeps every store', () => {
      const answers = run(callBack, { flags, args: ['kept'] });
      assert.deepStrictEqual(answers, {
        Task: KEPT,
        Deferred: KEPT,
        Future: KEPT,
        Function: KEPT,
        CallAsync: KEPT,
        AsyncFn: AWAITED,
        Long: KEPT,
      });
    });

    test('without it, a function that lives long has the store of its maker, or none', () => {
      const { Long } = run(callBack, { flags, args: ['lost'] });
      const expected = isLossy && flags.length === 0 ? null : 'maker';
      assert.deepStrictEqual(Long, [expected, expected]);
    });
  });
}

test('without it, callbacks lose their stores where these stand on frames', () => {
  const { Long, ...answers } = run(callBack, { args: ['lost'] });
  const lost = isLossy ? [null, null] : KEPT;
  assert.deepStrictEqual(answers, { Task: lost, Deferred: lost, Future: lost, Function: lost, CallAsync: lost, AsyncFn: AWAITED });
});
