'use strict';

/** The low-level embedder API and the other names of older documentation. */

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { afterEach, describe, test } = require('node:test');
const { once } = require('node:events');
const { setImmediate: immediate } = require('node:timers/promises');

const ah = require('..');
const legacy = require('../legacy');
const { patience } = require('../scripts/patience');

const FIRST_ID = 1e15;

/** Hooks of a test that are still enabled. */
const enabled = [];

/** Enables a hook that logs everything about the given ids. */
function watch(ids) {
  const log = [];
  const about =
    (event) =>
    (asyncId, ...rest) => {
      if (ids.includes(asyncId)) log.push([event, asyncId, ...rest.slice(0, 2), ah.executionAsyncId()]);
    };
  enabled.push(ah.createHook({ init: about('init'), before: about('before'), after: about('after'), destroy: about('destroy') }).enable());
  return log;
}

afterEach(() => {
  for (const hook of enabled.splice(0)) hook.disable();
});

describe('the older names', () => {
  test('stand beside the present ones', () => {
    for (const [name, value] of Object.entries(ah)) {
      if (name !== 'AsyncLocalStorage') assert.strictEqual(legacy[name], value, name);
    }
    assert.strictEqual(legacy.currentId, ah.executionAsyncId);
    assert.strictEqual(legacy.triggerId, ah.triggerAsyncId);
    assert.strictEqual(legacy.newUid, legacy.newAsyncId);
  });

  test('runSyncAndReturn and exitSyncAndReturn are run and exit', () => {
    const storage = new legacy.AsyncLocalStorage();
    assert.ok(storage instanceof ah.AsyncLocalStorage);
    const result = storage.runSyncAndReturn(
      'store',
      (a, b) => {
        assert.strictEqual(storage.getStore(), 'store');
        const inner = storage.exitSyncAndReturn((c) => [storage.getStore(), c], 3);
        return [a, b, inner];
      },
      1,
      2,
    );
    assert.deepStrictEqual(result, [1, 2, [undefined, 3]]);
    assert.strictEqual(storage.getStore(), undefined);
  });
});

describe('ids', () => {
  test('come from the counter of the thread and never meet one of the runtime', () => {
    const first = legacy.newAsyncId();
    assert.ok(first > FIRST_ID);
    assert.strictEqual(legacy.newUid(), first + 1);
    assert.ok(new ah.AsyncResource('X').asyncId() < FIRST_ID);
  });
});

describe('events', () => {
  test('init, before, after and destroy reach the hooks, in their context', async () => {
    const id = legacy.newAsyncId();
    const log = watch([id]);
    const outer = ah.executionAsyncId();
    const resource = {};
    legacy.emitInit(id, 'POOLED', undefined, resource);
    legacy.emitBefore(id, outer, resource);
    assert.strictEqual(ah.executionAsyncId(), id);
    assert.strictEqual(ah.triggerAsyncId(), outer);
    assert.strictEqual(ah.executionAsyncResource(), resource);
    legacy.emitAfter(id);
    assert.strictEqual(ah.executionAsyncId(), outer);
    legacy.emitDestroy(id);
    assert.strictEqual(log.at(-1)[0], 'after', 'destroy is never emitted at once');
    await immediate();
    await immediate();
    assert.deepStrictEqual(
      log.map(([event]) => event),
      ['init', 'before', 'after', 'destroy'],
    );
    assert.deepStrictEqual(log[0], ['init', id, 'POOLED', outer, outer]);
    assert.deepStrictEqual(log[1], ['before', id, id]);
    assert.deepStrictEqual(log[2], ['after', id, id]);
  });

  test('the trigger is the id itself where none is given', () => {
    const id = legacy.newAsyncId();
    legacy.emitBefore(id);
    assert.strictEqual(ah.triggerAsyncId(), id);
    legacy.emitAfter(id);
  });

  test('destroys come once, in order', async () => {
    const ids = Array.from({ length: 100 }, () => legacy.newAsyncId());
    const log = watch(ids);
    for (const id of ids) legacy.emitDestroy(id);
    await immediate();
    await immediate();
    assert.deepStrictEqual(
      log.map(([, id]) => id),
      ids,
    );
  });

  test('an id of a resource of the runtime may be destroyed too', async () => {
    const id = new ah.AsyncResource('X', { requireManualDestroy: true }).asyncId();
    const log = watch([id]);
    legacy.emitDestroy(id);
    await immediate();
    await immediate();
    assert.deepStrictEqual(
      log.map(([event]) => event),
      ['destroy'],
    );
  });

  test('a destroy keeps no program alive', async () => {
    const { execFileSync } = require('node:child_process');
    const script = `const l = require(${JSON.stringify(require.resolve('../legacy'))});
      l.createHook({ destroy() { console.log('destroy'); } }).enable();
      l.emitDestroy(l.newAsyncId());`;
    execFileSync(process.execPath, ['-e', script], { timeout: patience(30_000) });
  });
});

describe('contexts', () => {
  test('trigger what is created inside them', async () => {
    const id = legacy.newAsyncId();
    const triggers = new Map();
    enabled.push(
      ah
        .createHook({
          init(asyncId, type, triggerAsyncId) {
            triggers.set(type, triggerAsyncId);
          },
        })
        .enable(),
    );
    legacy.emitBefore(id, 1);
    const resource = new ah.AsyncResource('OURS');
    const builtin = new (require('node:async_hooks').AsyncResource)('BUILTIN');
    const seen = new Promise((resolve) => {
      setTimeout(() => resolve([ah.executionAsyncId() !== id, ah.triggerAsyncId()]), 1);
    });
    const read = new Promise((resolve) => {
      require('node:fs').stat(__filename, () => resolve(ah.triggerAsyncId()));
    });
    legacy.emitAfter(id);
    assert.strictEqual(triggers.get('OURS'), id);
    assert.strictEqual(resource.triggerAsyncId(), id);
    assert.strictEqual(triggers.get('BUILTIN'), id);
    assert.strictEqual(builtin.triggerAsyncId(), id);
    assert.strictEqual(triggers.get('Timeout'), id);
    assert.strictEqual(triggers.get('FSREQCALLBACK'), id);
    assert.deepStrictEqual(await seen, [true, id]);
    assert.strictEqual(await read, id);
  });

  // In a process of its own: in this one contexts were entered before.
  test('trigger what is created inside the first one, for hooks that were enabled before it and inside', () => {
    const source = `
      const ah = require('.'), legacy = require('./legacy');
      const triggers = [];
      const enable = (options) => ah.createHook({
        init(asyncId, type, triggerAsyncId) { if (type === 'Timeout') triggers.push(triggerAsyncId === id); }, ...options,
      }).enable();
      const id = legacy.newAsyncId();
      enable();
      enable({ trackPromises: false });
      legacy.emitBefore(id, 1);
      enable();
      setTimeout(() => {}, 1);
      legacy.emitAfter(id);
      console.log(triggers.join());`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', source], { cwd: path.join(__dirname, '..'), encoding: 'utf8' });
    assert.deepStrictEqual([stdout, stderr], ['true,true,true\n', '']);
  });

  test('give way to scopes of the runtime inside them', () => {
    const id = legacy.newAsyncId();
    const scope = new ah.AsyncResource('SCOPE');
    legacy.emitBefore(id);
    scope.runInAsyncScope(() => {
      assert.strictEqual(ah.executionAsyncId(), scope.asyncId());
      assert.strictEqual(ah.executionAsyncResource(), scope);
    });
    assert.strictEqual(ah.executionAsyncId(), id);
    legacy.emitAfter(id);
  });

  test('nest 100,000 deep', () => {
    const outer = ah.executionAsyncId();
    const ids = Array.from({ length: 100_000 }, () => legacy.newAsyncId());
    for (const id of ids) legacy.emitBefore(id, id - 1, { id });
    for (const id of ids.reverse()) {
      assert.strictEqual(ah.executionAsyncId(), id);
      assert.strictEqual(ah.triggerAsyncId(), id - 1);
      assert.strictEqual(ah.executionAsyncResource().id, id);
      legacy.emitAfter(id);
    }
    assert.strictEqual(ah.executionAsyncId(), outer);
  });

  test('are left behind when emitAfter is missing and the callback ends', async () => {
    const id = legacy.newAsyncId();
    setImmediate(() => legacy.emitBefore(id));
    await immediate();
    await immediate();
    assert.notStrictEqual(ah.executionAsyncId(), id);
    assert.throws(() => legacy.emitAfter(legacy.newAsyncId()), { code: 'ERR_ASYNC_HOOKS_RS_UNBALANCED' });
  });
});

describe('an unbalanced emitAfter', () => {
  test('out of order says so and leaves the stack in order', () => {
    const outer = ah.executionAsyncId();
    const [a, b, c] = [legacy.newAsyncId(), legacy.newAsyncId(), legacy.newAsyncId()];
    const log = watch([a, b, c]);
    for (const id of [a, b, c]) legacy.emitBefore(id);
    assert.throws(() => legacy.emitAfter(a), { name: 'Error', code: 'ERR_ASYNC_HOOKS_RS_UNBALANCED', message: /2 context\(s\)/ });
    assert.strictEqual(ah.executionAsyncId(), outer);
    assert.deepStrictEqual(log.at(-1), ['after', a, a]);
    assert.throws(() => legacy.emitAfter(c), { code: 'ERR_ASYNC_HOOKS_RS_UNBALANCED' });
    assert.strictEqual(ah.executionAsyncId(), outer);
  });

  test('without emitBefore changes nothing', () => {
    const id = legacy.newAsyncId();
    const log = watch([id]);
    legacy.emitBefore(id);
    assert.throws(() => legacy.emitAfter(legacy.newAsyncId()), { code: 'ERR_ASYNC_HOOKS_RS_UNBALANCED' });
    assert.strictEqual(ah.executionAsyncId(), id);
    assert.deepStrictEqual(
      log.map(([event]) => event),
      ['before'],
    );
    legacy.emitAfter(id);
  });

  test('after an exception the next one unwinds', () => {
    const outer = ah.executionAsyncId();
    const [a, b] = [legacy.newAsyncId(), legacy.newAsyncId()];
    legacy.emitBefore(a);
    assert.throws(() => {
      legacy.emitBefore(b);
      throw new Error('before emitAfter(b)');
    }, /before emitAfter/);
    assert.throws(() => legacy.emitAfter(a), { code: 'ERR_ASYNC_HOOKS_RS_UNBALANCED' });
    assert.strictEqual(ah.executionAsyncId(), outer);
  });
});

describe('arguments', () => {
  for (const id of [-1, 1.5, NaN, '1', undefined, null, 2 ** 53, {}]) {
    test(`the id ${String(id)} is refused`, () => {
      const refusal = { name: 'RangeError', code: 'ERR_INVALID_ASYNC_ID', message: /^Invalid asyncId value: / };
      assert.throws(() => legacy.emitInit(id, 'X'), refusal);
      assert.throws(() => legacy.emitBefore(id), refusal);
      assert.throws(() => legacy.emitAfter(id), refusal);
      assert.throws(() => legacy.emitDestroy(id), refusal);
    });
  }

  for (const type of ['', 5, undefined, null]) {
    test(`the type ${String(type)} is refused`, () => {
      assert.throws(() => legacy.emitInit(5, type), { name: 'TypeError', code: 'ERR_ASYNC_TYPE' });
    });
  }
});

test('an exception in a hook is fatal here too', async () => {
  const { spawn } = require('node:child_process');
  const script = `const l = require(${JSON.stringify(require.resolve('../legacy'))});
    process.on('exit', (code) => console.log('exit', code));
    l.createHook({ [process.argv[1]]() { throw new TypeError('thrown by the hook'); } }).enable();
    const id = l.newAsyncId();
    try { l.emitInit(id, 'X', 1); l.emitBefore(id); l.emitAfter(id); l.emitDestroy(id); }
    catch { console.log('never'); }
    setImmediate(() => setImmediate(() => console.log('never')));`;
  for (const event of ['init', 'before', 'after', 'destroy']) {
    const child = spawn(process.execPath, ['-e', script, event], { timeout: patience(30_000) });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(child, 'close');
    assert.match(stderr, /^TypeError: thrown by the hook\r?\n {4}at /, event);
    if (event !== 'init') assert.strictEqual(stdout, 'exit 1\n', event);
    assert.strictEqual(code, 1, event);
  }
});
