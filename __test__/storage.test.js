'use strict';

/** What newer Nodes have in AsyncLocalStorage, on every Node. */

const assert = require('node:assert');
const { describe, test } = require('node:test');

const builtin = require('node:async_hooks');
const { AsyncLocalStorage, AsyncResource } = require('..');

const builtinIsComplete = 'withScope' in builtin.AsyncLocalStorage.prototype;

// Where Node has it all, the same tests say that its own class agrees with them.
const classes = { ours: AsyncLocalStorage };
if (builtinIsComplete) classes.builtin = builtin.AsyncLocalStorage;

for (const [which, Storage] of Object.entries(classes)) {
  describe(which, () => {
    test('name', () => {
      assert.strictEqual(new Storage().name, '');
      assert.strictEqual(new Storage({ name: 'requests' }).name, 'requests');
      assert.strictEqual(new Storage({ name: 5 }).name, '5');
      assert.strictEqual(new Storage({ name: undefined }).name, '');
    });

    test('defaultValue is there while no store was entered', async () => {
      const storage = new Storage({ defaultValue: 'default' });
      assert.strictEqual(storage.getStore(), 'default');
      storage.run('store', () => assert.strictEqual(storage.getStore(), 'store'));
      assert.strictEqual(storage.getStore(), 'default');
      await null;
      assert.strictEqual(storage.getStore(), 'default');
    });

    test('a store set to undefined is not the default', async () => {
      const storage = new Storage({ defaultValue: 'default' });
      await storage.run(undefined, async () => {
        assert.strictEqual(storage.getStore(), undefined);
        await null;
        assert.strictEqual(storage.getStore(), undefined);
      });
      storage.exit(() => assert.strictEqual(storage.getStore(), undefined));
      assert.strictEqual(storage.getStore(), 'default');
    });

    for (const store of [null, 0, NaN, '', false]) {
      test(`a store set to ${store} is not the default`, () => {
        const storage = new Storage({ defaultValue: 'default' });
        storage.run(store, () => assert.ok(Object.is(storage.getStore(), store)));
      });
    }

    test('withScope enters and, disposed, leaves', async () => {
      const storage = new Storage();
      storage.enterWith('outer');
      const scope = storage.withScope('inner');
      assert.strictEqual(storage.getStore(), 'inner');
      await null;
      assert.strictEqual(storage.getStore(), 'inner');
      scope[Symbol.dispose]();
      assert.strictEqual(storage.getStore(), 'outer');
      storage.enterWith('later');
      scope.dispose();
      assert.strictEqual(storage.getStore(), 'later', 'a second dispose does nothing');
      storage.disable();
    });

    test('scopes nest', () => {
      const storage = new Storage({ defaultValue: 0 });
      const first = storage.withScope(1);
      const second = storage.withScope(2);
      assert.strictEqual(storage.getStore(), 2);
      second.dispose();
      assert.strictEqual(storage.getStore(), 1);
      first.dispose();
      assert.strictEqual(storage.getStore(), 0);
      storage.disable();
    });
  });
}

test("both modules keep each other's context", async () => {
  const ours = new AsyncLocalStorage();
  const theirs = new builtin.AsyncLocalStorage();
  const [resources, snapshot] = await ours.run('ours', () =>
    theirs.run('theirs', async () => {
      await null;
      assert.deepStrictEqual([ours.getStore(), theirs.getStore()], ['ours', 'theirs']);
      return [[new AsyncResource('A'), new builtin.AsyncResource('B')], AsyncLocalStorage.snapshot()];
    }),
  );
  assert.deepStrictEqual([ours.getStore(), theirs.getStore()], [undefined, undefined]);
  const scopes = [...resources.map((resource) => resource.runInAsyncScope.bind(resource)), snapshot];
  for (const scope of scopes) {
    scope(() => assert.deepStrictEqual([ours.getStore(), theirs.getStore()], ['ours', 'theirs']));
  }
  ours.disable();
  theirs.disable();
});
