'use strict';

/** Several addons with the crate, several environments, and neon. */

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, describe, test } = require('node:test');

const { WAYS, addonFile, run } = require('./support');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async hooks crate-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
const copy = path.join(folder, 'another copy.node');
fs.copyFileSync(addonFile('napi'), copy);

for (const [way, flags] of Object.entries(WAYS)) {
  describe(way, () => {
    test('an addon of neon has the same', () => {
      const answer = run(
        async ({ neon, AsyncLocalStorage, executionAsyncId, watch, require, until }) => {
          const addon = require(neon);
          const storage = new AsyncLocalStorage();
          const { names } = watch(/^(Neon|DbQuery)$/);
          const resource = storage.run('resource', () => addon.resource('Neon'));
          const inside = () => [storage.getStore(), executionAsyncId() > 1];
          const called = [addon.call(resource, inside), addon.runWith(resource, inside)];
          const error = new Error('thrown');
          let isSame = false;
          try {
            addon.call(resource, () => {
              throw error;
            });
          } catch (thrown) {
            isSame = thrown === error;
          }
          const read = storage.run('read', () => addon.store(storage));
          /** @type {unknown[]} */
          const stores = [];
          await new Promise((resolve) =>
            storage.run('thread', () =>
              addon.callFromThread((/** @type {number} */ time) => {
                stores.push(storage.getStore());
                if (time === 2) resolve(undefined);
                return time + 1;
              }),
            ),
          );
          const rows = await storage.run('query', async () => [await addon.query(), storage.getStore()]);
          addon.release(resource);
          await until(() => names().includes('destroy Neon') && names().includes('destroy DbQuery'));
          return { called, isSame, read, stores, rows, names: names().sort() };
        },
        { flags },
      );
      const store = ['resource', true];
      const turn = ['after Neon', 'after Neon', 'after Neon', 'before DbQuery', 'before Neon', 'before Neon', 'before Neon'];
      assert.deepStrictEqual(answer, {
        called: [store, store],
        isSame: true,
        read: 'read',
        stores: ['thread', 'thread', 'thread'],
        rows: ['rows', 'query'],
        names: ['after DbQuery', ...turn, 'destroy DbQuery', 'destroy Neon', 'init DbQuery', 'init Neon'],
      });
    });

    test('two addons and a second copy, at once', () => {
      const answer = run(
        async ({ addon, neon, AsyncLocalStorage, require }, /** @type {string} */ copy) => {
          const storage = new AsyncLocalStorage();
          const addons = [addon, require(copy)];
          let wrong = 0;
          const work = Array.from({ length: 300 }, (_, i) =>
            storage.run(i, async () => {
              await addons[i % 2].hop(3, () => (wrong += Number(storage.getStore() !== i)));
              await require(neon).query();
              wrong += Number(storage.getStore() !== i);
              const resource = addons[i % 2].resource('DbQuery');
              addons[i % 2].runInScope(resource, () =>
                addons[(i + 1) % 2].enter(addons[(i + 1) % 2].capture(), () => (wrong += Number(storage.getStore() !== i))),
              );
            }),
          );
          await Promise.all(work);
          return wrong;
        },
        { flags, args: [copy] },
      );
      assert.strictEqual(answer, 0);
    });

    test('Workers have environments of their own', () => {
      const answer = run(
        async ({ addon, napi, AsyncLocalStorage, require }) => {
          const { Worker } = require('node:worker_threads');
          const source = `
            const { AsyncLocalStorage } = require('node:async_hooks');
            const { parentPort, workerData } = require('node:worker_threads');
            const addon = require(${JSON.stringify(napi)});
            const storage = new AsyncLocalStorage();
            let wrong = 0;
            const all = Array.from({ length: 200 }, (_, i) =>
              storage.run(i, () => addon.hop(3, () => (wrong += Number(storage.getStore() !== i)))));
            Promise.all(all).then(() => parentPort.postMessage(wrong));`;
          const storage = new AsyncLocalStorage();
          let wrong = 0;
          const workers = Array.from({ length: 3 }, () => {
            const worker = new Worker(source, { eval: true });
            return Promise.all([
              new Promise((resolve) => worker.once('message', resolve)),
              new Promise((resolve) => worker.once('exit', resolve)),
            ]);
          });
          await Promise.all(
            Array.from({ length: 200 }, (_, i) => storage.run(i, () => addon.hop(3, () => (wrong += Number(storage.getStore() !== i))))),
          );
          return [wrong, ...(await Promise.all(workers))];
        },
        { flags },
      );
      assert.deepStrictEqual(answer, [0, [0, 0], [0, 0], [0, 0]]);
    });
  });
}
