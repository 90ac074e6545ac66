'use strict';

/** Spans of `tracing` know the resource and the request that they belong to. */

const assert = require('node:assert');
const { test } = require('node:test');

const { WAYS, run } = require('./support');

for (const [way, flags] of Object.entries(WAYS)) {
  test(`spans on tokio's threads have their origin, ${way}`, () => {
    const answer = run(
      async ({ addon, AsyncLocalStorage, createHook }) => {
        const storage = new AsyncLocalStorage();
        /** @type {number[]} */
        const ids = [];
        createHook({ init: (/** @type {number} */ id, /** @type {string} */ type) => void (type === 'DbQuery' && ids.push(id)) }).enable();
        addon.carryStore(addon.storage(storage));
        for (const trace of ['trace-1', 'trace-2']) await storage.run(trace, () => addon.trace());
        const names = (/** @type {string} */ text) =>
          ids.reduce((name, id, index) => name.replace(` ${id} `, ` query ${index + 1} `), text);
        return addon.traced().map(names).sort();
      },
      { flags },
    );
    const of = (/** @type {number} */ index) => ['inner', 'moved', 'outer'].map((name) => `${name} query ${index} trace-${index}`);
    assert.deepStrictEqual(answer, [...of(1), ...of(2), 'lost of nobody', 'lost of nobody'].sort());
  });
}
