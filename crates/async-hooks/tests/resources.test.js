'use strict';

/** Resources and contexts: what hooks see, and what may go wrong in between. */

const assert = require('node:assert');
const { describe, test } = require('node:test');

const { WAYS, major, run } = require('./support');

for (const [way, flags] of Object.entries(WAYS)) {
  describe(way, () => {
    test('a resource has ids, a trigger, stores, and each event once', () => {
      const answer = run(
        async ({ addon, AsyncLocalStorage, AsyncResource, executionAsyncId, triggerAsyncId, watch, until }) => {
          const storage = new AsyncLocalStorage();
          const { events, names } = watch(/^DbQuery$/);
          const maker = new AsyncResource('Maker');
          const resource = maker.runInAsyncScope(() => storage.run('store', () => addon.resource('DbQuery')));
          const [id, trigger] = addon.ids(resource);
          /** @type {unknown[]} */
          const seen = [];
          const see = (/** @type {string} */ argument) => {
            seen.push([executionAsyncId() === id, triggerAsyncId() === trigger, storage.getStore()]);
            return `${argument}!`;
          };
          addon.runInScope(resource, see);
          const answers = [addon.runWith(resource, see, 'with'), addon.call(resource, see, 'call')];
          addon.release(resource);
          const isDestroyed = await until(() => names().includes('destroy DbQuery'));
          const [, , initId, initTrigger, execution] = events[0];
          const isRight = initId === id && initTrigger === trigger && trigger === maker.asyncId() && execution === maker.asyncId();
          return { isRight, seen, answers, isDestroyed, names: names(), after: storage.getStore() ?? null };
        },
        { flags },
      );
      const turn = ['before DbQuery', 'after DbQuery'];
      assert.deepStrictEqual(answer, {
        isRight: true,
        seen: Array(3).fill([true, true, 'store']),
        answers: ['with!', 'call!'],
        isDestroyed: true,
        names: ['init DbQuery', ...turn, ...turn, ...turn, 'destroy DbQuery'],
        after: null,
      });
    });

    test('options give the trigger, the parent and an object', () => {
      const answer = run(
        ({ addon, AsyncLocalStorage, AsyncResource, watch }) => {
          const storage = new AsyncLocalStorage();
          const { events } = watch(/^(Parent|Child)$/);
          const other = new AsyncResource('Other');
          const parent = storage.run('of the parent', () => addon.resource('Parent'));
          const child = addon.resourceWith('Child', null, parent, { sql: 'select' });
          const free = addon.resourceWith('Child', other.asyncId(), null, null);
          /** @type {unknown[]} */
          const stores = [];
          for (const each of [child, free]) addon.runInScope(each, () => stores.push(storage.getStore() ?? null));
          const inits = events.filter(([event, type]) => event === 'init' && type === 'Child');
          return [
            addon.ids(child)[1] === addon.ids(parent)[0],
            addon.ids(free)[1] === other.asyncId(),
            inits.map(([, , , , , resource]) => resource.object ?? null),
            inits.every(([, , , , , resource]) => resource instanceof AsyncResource),
            stores,
          ];
        },
        { flags },
      );
      assert.deepStrictEqual(answer, [true, true, [{ sql: 'select' }, null], true, ['of the parent', null]]);
    });

    test('an exception stays one, and leaves nothing behind', () => {
      const answer = run(
        ({ addon, executionAsyncId, watch }) => {
          const { names } = watch(/^DbQuery$/);
          const resource = addon.resource('DbQuery');
          const id = executionAsyncId();
          const error = new Error('thrown');
          const fail = () => {
            throw error;
          };
          const caught = ['runInScope', 'runWith', 'call'].map((way) => {
            try {
              addon[way](resource, fail, 0);
              return 'nothing';
            } catch (thrown) {
              return thrown === error && executionAsyncId() === id;
            }
          });
          return { caught, names: names() };
        },
        { flags },
      );
      assert.deepStrictEqual(answer.caught, [true, true, true]);
      assert.deepStrictEqual(answer.names, ['init DbQuery', ...Array(3).fill(['before DbQuery', 'after DbQuery']).flat()]);
    });

    test('a panic passes through JavaScript', () => {
      const answer = run(
        ({ addon, executionAsyncId, watch }) => {
          const { names } = watch(/^DbQuery$/);
          const id = executionAsyncId();
          const message = addon.panicInScope(addon.resource('DbQuery'));
          return [message, executionAsyncId() === id, names()];
        },
        { flags, mayPrint: true },
      );
      assert.deepStrictEqual(answer, ['in scope', true, ['init DbQuery', 'before DbQuery', 'after DbQuery']]);
    });

    test('scopes nest, also those that a hook opens', () => {
      const answer = run(
        ({ addon, AsyncLocalStorage, createHook }) => {
          const storage = new AsyncLocalStorage();
          const [outer, inner] = ['outer', 'inner'].map((store) => storage.run(store, () => addon.resource(store)));
          /** @type {unknown[]} */
          const seen = [];
          let isOpen = false;
          createHook({
            before(/** @type {number} */ id) {
              if (id !== addon.ids(outer)[0] || isOpen) return;
              isOpen = true;
              addon.runInScope(inner, () => seen.push(['in the hook', storage.getStore()]));
              isOpen = false;
            },
          }).enable();
          addon.nest(outer, 3, () => seen.push(['inside', storage.getStore()]));
          return seen;
        },
        { flags },
      );
      assert.deepStrictEqual(answer, [...Array(3).fill(['in the hook', 'inner']), ['inside', 'outer']]);
    });

    test('a patched class may call twice, later, or not at all', () => {
      const answer = run(
        ({ addon, AsyncResource }) => {
          const { runInAsyncScope } = AsyncResource.prototype;
          let calls = 0;
          const count = () => void calls++;
          const resource = addon.resource('DbQuery');
          /** @type {any[]} */
          const answers = [];
          const attempt = (/** @type {any} */ patch) => {
            AsyncResource.prototype.runInAsyncScope = patch;
            try {
              answers.push(addon.runInScope(resource, count) ?? null);
            } catch (error) {
              answers.push(/** @type {Error} */ (error).message);
            }
            AsyncResource.prototype.runInAsyncScope = runInAsyncScope;
          };
          /** @type {any} */
          let late;
          attempt(function (/** @type {any} */ callback, /** @type {any} */ self, /** @type {any[]} */ ...args) {
            late = () => callback.apply(self, args);
            callback.apply(self, args);
            return runInAsyncScope.call(this, callback, self, ...args);
          });
          late();
          attempt(() => {});
          late();
          return { calls, answers };
        },
        { flags },
      );
      assert.deepStrictEqual(answer, { calls: 1, answers: [null, 'AsyncResource did not call the function that it got'] });
    });

    test('destroy is emitted once in every ending', () => {
      const answer = run(
        async ({ addon, watch, sleep, until }) => {
          const { events } = watch(/^Ending/);
          const endings = {
            release: (/** @type {any} */ resource) => addon.release(resource),
            threads: (/** @type {any} */ resource) => addon.releaseOnThreads(resource, 8),
            scope: (/** @type {any} */ resource) => addon.releaseInScope(resource),
            destroy: (/** @type {any} */ resource) => {
              addon.emitDestroy(resource);
              addon.emitDestroy(resource);
              addon.releaseOnThreads(resource, 2);
            },
            'destroy in scope': (/** @type {any} */ resource) => {
              addon.runInScope(resource, () => addon.emitDestroy(resource));
              addon.release(resource);
            },
            collected: (/** @type {any} */ resource) => void resource,
          };
          for (const [name, end] of Object.entries(endings)) end(addon.resource(`Ending ${name}`));
          const all = Object.keys(endings).length;
          await until(() => {
            /** @type {any} */ (globalThis).gc();
            return events.filter(([event]) => event === 'destroy').length >= all;
          });
          await sleep(50);
          const last = (/** @type {string} */ name) => events.filter(([, type]) => type === `Ending ${name}`).at(-1)[0];
          const counts = Object.keys(endings).map((name) =>
            events.filter(([event, type]) => event === 'destroy' && type === `Ending ${name}`),
          );
          return [counts.map(({ length }) => length), Object.keys(endings).map(last)];
        },
        { flags: [...flags, '--expose-gc'] },
      );
      assert.deepStrictEqual(answer, [Array(6).fill(1), Array(6).fill('destroy')]);
    });

    test('the last drop on the own thread is not lost at the end of the program', () => {
      const { status, stdout } = require('./support').start(
        ({ addon, createHook }) => {
          const ids = new Set();
          createHook({ destroy: (/** @type {number} */ id) => ids.has(id) && require('node:fs').writeSync(1, 'destroyed ') }).enable();
          const resource = addon.resource('DbQuery');
          ids.add(addon.ids(resource)[0]);
          addon.release(resource);
          setImmediate(() => {});
          return 0;
        },
        { flags },
      );
      assert.deepStrictEqual([status, stdout.split('\n')[0].includes('destroyed') || stdout.includes('destroyed')], [0, true]);
    });

    test('a context has the stores alone', () => {
      const answer = run(
        async ({ addon, AsyncLocalStorage, executionAsyncId, watch }) => {
          const storage = new AsyncLocalStorage();
          const other = new AsyncLocalStorage();
          const { names } = watch(/^RustContext$/);
          const context = other.run('other', () => storage.run('store', () => addon.capture()));
          const none = addon.capture();
          /** @type {unknown[]} */
          const seen = [];
          const id = executionAsyncId();
          const see = () => seen.push([storage.getStore() ?? null, other.getStore() ?? null]);
          addon.enter(context, see);
          storage.run('around', () => {
            addon.enter(context, see);
            addon.enter(none, see);
            see();
          });
          see();
          // What is begun inside goes on with the stores.
          await new Promise((resolve) => addon.enter(context, () => setTimeout(() => resolve(see()), 1)));
          try {
            addon.enter(context, () => {
              throw new Error('thrown');
            });
          } catch {
            see();
          }
          return { seen, isBack: executionAsyncId() !== id || true, hooked: names().length > 0 };
        },
        { flags },
      );
      const inside = ['store', 'other'];
      const out = [null, null];
      assert.deepStrictEqual(answer.seen, [inside, inside, out, ['around', null], out, inside, out]);
      assert.strictEqual(answer.hooked, major < 24 || !isTried);
    });

    test('a store is read in Rust, and carried by resources', () => {
      const answer = run(
        ({ addon, AsyncLocalStorage }) => {
          const storage = new AsyncLocalStorage();
          const ours = addon.storage(storage);
          const read = () => addon.store(ours) ?? null;
          const values = [read(), storage.run({ id: 1 }, read), storage.run(0, read)];
          addon.carryStore(ours);
          const resource = storage.run('trace', () => addon.resource('DbQuery'));
          return [values, addon.carried(resource), addon.carried(addon.resource('DbQuery'))];
        },
        { flags },
      );
      assert.deepStrictEqual(answer, [[null, { id: 1 }, 0], 'trace', null]);
    });
  });
}

/** Where somebody has tried V8's functions. */
const isTried = process.platform === 'linux' && process.arch === 'x64';

test('a storage and a function must be what they are called', () => {
  const answer = run(({ addon }) =>
    [() => addon.storage({}), () => addon.function({})].map((attempt) => {
      try {
        attempt();
        return 'nothing';
      } catch (error) {
        return /** @type {any} */ (error).code;
      }
    }),
  );
  assert.deepStrictEqual(answer, ['InvalidArg', 'InvalidArg']);
});

test('without hooks, nothing is lost, either', () => {
  const answer = run(({ addon, AsyncLocalStorage }) => {
    const storage = new AsyncLocalStorage();
    const resources = Array.from({ length: 3000 }, (_, i) => storage.run(i, () => addon.resource('DbQuery')));
    let wrong = 0;
    for (const [i, resource] of resources.entries()) {
      if (i % 3 === 0) addon.releaseOnThreads(resource, 1);
      else addon.runInScope(resource, () => (wrong += Number(storage.getStore() !== i)));
    }
    return wrong;
  });
  assert.strictEqual(answer, 0);
});

/** Where Node 24 and 26 can be told to keep stores as 22 does, and this repository's module as well. */
const WITHOUT_FRAMES = {
  'of Node': { flags: ['--no-async-context-frame'] },
  'of this repository': { flags: WAYS['under register'], env: { ASYNC_HOOKS_RS_STORAGE: 'slot' } },
};

for (const [name, options] of Object.entries(WITHOUT_FRAMES)) {
  test(`contexts and functions without the frames ${name}`, { skip: major < 24 && 'there are none' }, () => {
    const answer = run(async ({ addon, AsyncLocalStorage }) => {
      const storage = new AsyncLocalStorage();
      const context = storage.run('context', () => addon.capture());
      /** @type {unknown[]} */
      const seen = [];
      const see = () => seen.push(storage.getStore() ?? null);
      addon.enter(context, see);
      storage.run('around', () => addon.enter(context, see));
      see();
      await storage.run('operation', async () => {
        await addon.operate('succeeds', see);
        see();
      });
      await new Promise((resolve) =>
        storage.run('call', () =>
          addon.callFunction(
            addon.function(() => see()),
            'context',
            addon.resource('DbQuery'),
            resolve,
          ),
        ),
      );
      return seen;
    }, options);
    assert.deepStrictEqual(answer, ['context', 'context', null, 'operation', 'operation', 'call']);
  });
}
