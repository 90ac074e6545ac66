'use strict';

/**
 * Promises, whichever way they are tracked: what Node promises about them and the
 * corpus of programs cannot show, above all their end.
 *
 * Run with --expose-gc in a process of its own for each case, so that nothing else
 * is collected, enabled or turned meanwhile.
 */

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const { describe, test } = require('node:test');
const { promisify } = require('node:util');
const { patience } = require('../scripts/patience');

const ROOT = JSON.stringify(require.resolve('..'));

const PRELUDE = `
  const ah = require(${ROOT});
  const builtin = require('node:async_hooks');
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const born = new Map();
  const gone = new Map();
  const hook = ah.createHook({
    init(id, type, trigger) { if (type === 'PROMISE') born.set(id, (born.get(id) ?? 0) + 1); },
    destroy(id) { gone.set(id, (gone.get(id) ?? 0) + 1); },
  });
  const idOf = (promise) => Object.getOwnPropertySymbols(promise)
    .map((symbol) => promise[symbol]).find((value) => born.has(value));
  const say = (...values) => console.log(...values);
  // Without promises: the one whose continuation runs is alive.
  const afterTurns = (count, callback) => count === 0 ? callback() : setImmediate(() => afterTurns(count - 1, callback));
`;

/**
 * Runs a script after the prelude and returns the lines that it says.
 * @param {string} script
 * @param {NodeJS.ProcessEnv} [env]
 */
async function run(script, env = {}) {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '-e', `${PRELUDE}(async () => {${script}})();`], {
    timeout: patience(120_000),
    env: { ...process.env, ...env },
  });
  return stdout.trimEnd().split('\n');
}

/** The modes that this Node has. */
const modes = { default: {}, feed: { ASYNC_HOOKS_RS_PROMISES: 'feed' } };

for (const [mode, env] of Object.entries(modes)) {
  describe(`promises, mode ${mode}`, { concurrency: true }, () => {
    test('are destroyed once, after one turn and one collection', async () => {
      const lines = await run(
        `
        hook.enable();
        (() => { for (let i = 0; i < 1000; i++) new Promise(() => {}); })();
        const ids = [...born.keys()];
        afterTurns(1, () => {
          gc();
          afterTurns(2, () => {
            say(ids.length, ids.filter((id) => gone.get(id) === 1).length);
            gc();
            afterTurns(2, () => {
              say([...gone.values()].every((times) => times === 1));
              say([...gone.keys()].every((id) => born.has(id) || id < 1e15));
            });
          });
        });`,
        env,
      );
      assert.deepStrictEqual(lines, ['1000 1000', 'true', 'true']);
    });

    test('a lone one is destroyed too', async () => {
      const lines = await run(
        `
        hook.enable();
        (() => { new Promise(() => {}); })();
        const [id] = born.keys();
        afterTurns(1, () => { gc(); afterTurns(2, () => say(born.size, gone.has(id))); });`,
        env,
      );
      assert.deepStrictEqual(lines, ['1 true']);
    });

    test('are not destroyed while they are reachable', async () => {
      const lines = await run(
        `
        hook.enable();
        const kept = [];
        for (let i = 0; i < 5000; i++) { const p = new Promise(() => {}); if (i % 7 === 0) kept.push(p); }
        for (let i = 0; i < 5; i++) { gc(); await turn(); }
        say(kept.length, kept.filter((promise) => gone.has(idOf(promise))).length);`,
        env,
      );
      assert.deepStrictEqual(lines, ['715 0']);
    });

    test('one that lives holds back few others', async () => {
      const lines = await run(
        `
        hook.enable();
        const kept = [];
        for (let i = 0; i < 10000; i++) { const p = new Promise(() => {}); if (i === 5000) kept.push(p); }
        const ids = [...born.keys()];
        afterTurns(1, () => {
          gc();
          afterTurns(2, () => say(ids.filter((id) => !gone.has(id)).length <= 32, kept.length));
        });`,
        env,
      );
      assert.deepStrictEqual(lines, ['true 1']);
    });

    test('are destroyed while microtasks keep the event loop waiting', async () => {
      const lines = await run(
        `
        hook.enable();
        for (let i = 0; i < 400000 && gone.size < 20000; i++) await null;
        say(gone.size >= 20000, [...gone.values()].every((times) => times === 1));`,
        env,
      );
      assert.deepStrictEqual(lines, ['true true']);
    });

    test('carry the same ids for both modules, in any order of enabling', async () => {
      const lines = await run(
        `
        const seen = { first: [], ours: [], last: [] };
        const watch = (list, module) => ({
          init(id, type) { if (type === 'PROMISE') list.push('init ' + id); },
          before(id) { list.push('before ' + id + ' in ' + module.executionAsyncId()); },
          after(id) { list.push('after ' + id + ' in ' + module.executionAsyncId()); },
          promiseResolve(id) { list.push('resolve ' + id); },
        });
        const first = builtin.createHook(watch(seen.first, builtin)).enable();
        const ours = ah.createHook(watch(seen.ours, ah)).enable();
        const last = builtin.createHook(watch(seen.last, builtin)).enable();
        await (async () => { await null; await Promise.all([1, Promise.resolve(2)]); })();
        last.disable(); ours.disable(); first.disable();
        const common = (list) => list.join();
        say(seen.ours.length > 10, common(seen.first) === common(seen.ours), common(seen.ours) === common(seen.last));`,
        env,
      );
      assert.deepStrictEqual(lines, ['true true true']);
    });

    test('hooks that follow them and hooks that do not stand side by side', async () => {
      const lines = await run(
        `
        const types = { all: new Set(), some: new Set() };
        let some = 0;
        ah.createHook({ init(id, type) { types.all.add(type); } }).enable();
        ah.createHook({
          init(id, type) { types.some.add(type); },
          before() { some += 1; }, after() { some += 1; }, trackPromises: false,
        }).enable();
        await Promise.resolve().then(() => {});
        say(some);
        await turn();
        say([...types.all].includes('PROMISE'), [...types.some].includes('PROMISE'), [...types.some].includes('Immediate'));`,
        env,
      );
      assert.deepStrictEqual(lines, ['0', 'true false true']);
    });

    test('a timer has the trigger of where it was started, also when it is started again', async () => {
      const lines = await run(
        `
        ah.createHook({}).enable();
        let starter;
        const start = (startIt) => { starter = ah.executionAsyncId(); startIt(); };
        const triggers = () => say(ah.triggerAsyncId() === starter, builtin.triggerAsyncId() === starter);
        await Promise.resolve().then(() => start(() => setImmediate(triggers)));
        await turn();
        let times = 0;
        const timer = await Promise.resolve().then(() => new Promise((resolve) => start(() => {
          const timer = setTimeout(() => {
            triggers();
            times += 1;
            if (times < 3) queueMicrotask(() => start(() => timer.refresh()));
            else resolve(timer);
          }, 1);
        })));
        say(Object.getOwnPropertySymbols(timer).length === Object.getOwnPropertySymbols(setTimeout(() => {}, 1)).length);`,
        env,
      );
      assert.deepStrictEqual(lines, ['true true', 'true true', 'true true', 'true true', 'true']);
    });

    test('in an unhandledRejection handler the current id is that of the promise', async () => {
      const lines = await run(
        `
        hook.enable();
        process.on('unhandledRejection', (reason, promise) => {
          say(ah.executionAsyncId() === idOf(promise), ah.executionAsyncResource() === promise);
        });
        await turn();
        Promise.reject(new Error('expected'));
        await turn();`,
        env,
      );
      assert.deepStrictEqual(lines, ['true true']);
    });
  });
}

test("a program's promises keep V8's fast paths", async () => {
  const script = `
    const intact = () => %PromiseSpeciesProtector();
    const before = intact();
    const ah = require(${ROOT});
    const hook = ah.createHook({ init() {}, destroy() {} }).enable();
    hook.disable();
    setImmediate(() => console.log(before, intact()));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--allow-natives-syntax', '-e', script]);
  assert.strictEqual(stdout, 'true true\n');
});

const { tracksPromises } = require('../lib/hooks/promises');

test('that take no properties have ids, where Node ends the process', { skip: !tracksPromises }, async () => {
  const lines = await run(`
    let settle;
    const frozen = Object.freeze(new Promise((resolve) => { settle = resolve; }));
    const resolved = [];
    ah.createHook({ init() {}, destroy() {}, promiseResolve(id) { resolved.push(id); } }).enable();
    frozen.then(() => {
      say(resolved.includes(ah.triggerAsyncId()), ah.triggerAsyncId() > 0, ah.triggerAsyncId() < ah.executionAsyncId());
      say(Reflect.ownKeys(frozen).length);
    });
    settle();
  `);
  assert.deepStrictEqual(lines, ['true true true', '0']);
});
