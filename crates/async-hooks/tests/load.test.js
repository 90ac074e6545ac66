'use strict';

/** Much of everything at once, and ends in the middle of it. */

const assert = require('node:assert');
const { describe, test } = require('node:test');

const { WAYS, run, start } = require('./support');

const isFull = process.env.ASYNC_HOOKS_CRATE_FULL === '1';
const WORKERS = isFull ? 1000 : 24;
const EXITS = isFull ? 1000 : 8;
/** So many processes end one after the other in one test, which says where it is in between. */
const AT_A_TIME = 100;

for (const [way, flags] of Object.entries(WAYS)) {
  describe(way, () => {
    test('10,000 futures at once, with hooks: no wrong store, and each destroy once', () => {
      const answer = run(
        async ({ addon, AsyncLocalStorage, createHook, executionAsyncId, executionAsyncResource, until }) => {
          const storage = new AsyncLocalStorage();
          const counts = { init: 0, before: 0, after: 0, destroy: 0 };
          const known = new Set();
          const destroyed = new Set();
          let twice = 0;
          createHook({
            init(/** @type {number} */ id, /** @type {string} */ type) {
              if (type === 'Hop') counts.init += known.add(id) ? 1 : 0;
            },
            before: (/** @type {number} */ id) => known.has(id) && counts.before++,
            after: (/** @type {number} */ id) => known.has(id) && counts.after++,
            destroy(/** @type {number} */ id) {
              if (!known.has(id)) return;
              counts.destroy += 1;
              if (destroyed.has(id)) twice += 1;
              destroyed.add(id);
            },
          }).enable();
          let wrong = 0;
          let calls = 0;
          const all = Array.from({ length: 10_000 }, (_, i) =>
            storage.run(i, async () => {
              const check = () => {
                calls += 1;
                if (storage.getStore() !== i || !known.has(executionAsyncId()) || executionAsyncResource().asyncId() !== executionAsyncId())
                  wrong += 1;
              };
              await addon.hop(3, check);
              if (storage.getStore() !== i) wrong += 1;
            }),
          );
          await Promise.all(all);
          await until(() => counts.destroy >= 10_000);
          return { wrong, calls, twice, ...counts };
        },
        { flags },
      );
      // Three calls and the end.
      const turns = 40_000;
      assert.deepStrictEqual(answer, { wrong: 0, calls: 30_000, twice: 0, init: 10_000, before: turns, after: turns, destroy: 10_000 });
    });
  });
}

test('1,000,000 contexts, dropped on other threads, leave nothing', () => {
  const grown = run(
    async ({ addon, AsyncLocalStorage, sleep }) => {
      const storage = new AsyncLocalStorage();
      const gc = /** @type {any} */ (globalThis).gc;
      const turn = async (/** @type {number} */ count) => {
        storage.run({ count }, () => addon.dropMany(addon.captureMany(count)));
        await sleep(20);
      };
      const settled = async () => {
        for (let i = 0; i < 4; i++) {
          await sleep(20);
          gc();
        }
        const { heapUsed, external } = process.memoryUsage();
        return heapUsed + external;
      };
      for (let i = 0; i < 5; i++) await turn(20_000);
      const before = await settled();
      for (let i = 0; i < 10; i++) await turn(100_000);
      return (await settled()) - before;
    },
    { flags: ['--expose-gc'] },
  );
  assert.ok(grown < 2 ** 20, `${grown} bytes more`);
});

test(`${WORKERS} Workers that are terminated with work under way`, () => {
  const answer = run(
    async ({ napi, neon, require, sleep }, /** @type {number} */ count) => {
      const { Worker } = require('node:worker_threads');
      const source = `
        const addon = require(${JSON.stringify(napi)});
        require(${JSON.stringify(neon)}).resource('Neon');
        const { AsyncLocalStorage, createHook } = require('node:async_hooks');
        createHook({ init() {}, before() {}, after() {}, destroy() {} }).enable();
        const storage = new AsyncLocalStorage();
        storage.run('store', () => {
          addon.workWithoutEnd(() => {});
          for (let i = 0; i < 50; i++) addon.hop(1000, () => {});
          addon.operateForEver();
        });
        require('node:worker_threads').parentPort.postMessage(0);
        setInterval(() => addon.dropMany(addon.captureMany(100)), 1);`;
      const codes = new Map();
      const one = async (/** @type {number} */ index) => {
        const worker = new Worker(source, { eval: true });
        worker.on('error', (/** @type {Error} */ error) => codes.set(String(error), index));
        await new Promise((resolve) => worker.once('message', resolve));
        await sleep(index % 12);
        await worker.terminate();
      };
      for (let i = 0; i < count; i += 4) await Promise.all([i, i + 1, i + 2, i + 3].map(one));
      return [...codes.keys()];
    },
    { args: [WORKERS], env: { UV_THREADPOOL_SIZE: '2' } },
  );
  assert.deepStrictEqual(answer, []);
});

describe(`${EXITS} exits with work under way`, () => {
  const endings = {
    'process.exit': () => process.exit(7),
    'process.exit in a call': null,
    'an uncaught exception': () => {
      throw new Error('the end');
    },
  };
  for (let first = 0; first < EXITS; first += AT_A_TIME) {
    test(`from ${first} on`, () => {
      for (let index = first; index < Math.min(first + AT_A_TIME, EXITS); index++) {
        const names = Object.keys(endings);
        const name = names[index % names.length];
        const { status, signal, stderr } = start(
          ({ addon }, /** @type {string} */ name, /** @type {number} */ delay) => {
            addon.workWithoutEnd(() => {});
            for (let i = 0; i < 50; i++)
              addon.hop(1000, (/** @type {number} */ time) => name === 'process.exit in a call' && time === 3 && process.exit(7));
            setTimeout(() => {
              if (name === 'process.exit') process.exit(7);
              if (name === 'an uncaught exception') throw new Error('the end');
            }, delay);
            return new Promise(() => {});
          },
          { args: [name, index % 15] },
        );
        const expected = name === 'an uncaught exception' ? 1 : 7;
        assert.deepStrictEqual({ status, signal, name }, { status: expected, signal: null, name }, stderr);
      }
    });
  }
});
