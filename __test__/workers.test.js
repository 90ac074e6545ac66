'use strict';

/** Each Worker has its own ids, hooks and memory, and its end harms nobody. */

const assert = require('node:assert');
const { once } = require('node:events');
const { describe, test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { patience } = require('../scripts/patience');

const ROOT = JSON.stringify(require.resolve('..'));
const LEGACY = JSON.stringify(require.resolve('../legacy'));

/** Runs code in a Worker and resolves to what it posts. */
async function inWorker(code) {
  const worker = new Worker(code, { eval: true });
  // Both are listened for at once: a last message and the exit may come in one turn.
  const [[message]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
  return message;
}

describe('a Worker', () => {
  test('counts its own ids', async () => {
    const legacy = require('../legacy');
    const before = legacy.newAsyncId();
    const first = await inWorker(`require('node:worker_threads').parentPort.postMessage(require(${LEGACY}).newAsyncId());`);
    assert.strictEqual(first, 1e15 + 1);
    assert.strictEqual(legacy.newAsyncId(), before + 1);
  });

  test('has ids of the runtime from 1', async () => {
    const [main, small] = await inWorker(`
      const ah = require(${ROOT});
      const id = ah.executionAsyncId();
      require('node:worker_threads').parentPort.postMessage([id, new ah.AsyncResource('X').asyncId() < 1000]);`);
    assert.ok(main < 10, `${main}`);
    assert.ok(small);
  });

  test('has its own hooks', async () => {
    const { createHook } = require('..');
    let here = 0;
    const hook = createHook({
      init(id, type) {
        if (type === 'THERE') here += 1;
      },
    }).enable();
    const there = await inWorker(`
      const ah = require(${ROOT});
      let count = 0;
      ah.createHook({ init(id, type) { if (type === 'THERE') count += 1; } }).enable();
      new ah.AsyncResource('THERE');
      require('node:worker_threads').parentPort.postMessage(count);`);
    hook.disable();
    assert.deepStrictEqual([here, there], [0, 1]);
  });

  test('may be the only thread that loads the package', async () => {
    const { execFileSync } = require('node:child_process');
    const script = `
      const { Worker } = require('node:worker_threads');
      const code = 'const l = require(' + ${JSON.stringify(LEGACY)} + ');' +
        'l.createHook({ init() {}, destroy() {} }).enable(); l.emitDestroy(l.newAsyncId()); setTimeout(() => {}, 5);';
      let ended = 0;
      const next = () => new Worker(code, { eval: true }).on('exit', (exitCode) => {
        ended += 1;
        if (exitCode !== 0) process.exit(9);
        if (ended < 6) next(); else console.log('ended', ended);
      });
      next();`;
    const output = execFileSync(process.execPath, ['-e', script], { timeout: patience(60_000) });
    assert.strictEqual(output.toString(), 'ended 6\n');
  });
});

describe('terminating a Worker', () => {
  for (const event of ['init', 'before', 'after', 'destroy', 'promiseResolve']) {
    test(`inside ${event} harms nobody`, async () => {
      const worker = new Worker(
        `
        const l = require(${LEGACY});
        const { parentPort } = require('node:worker_threads');
        const port = parentPort;
        let said = false;
        l.createHook({ ${event}() {
          if (!said) { said = true; port.postMessage('inside'); }
          for (;;);
        } }).enable();
        l.emitDestroy(l.newAsyncId());
        Promise.resolve().then(() => {});
        setImmediate(() => {});`,
        { eval: true },
      );
      await once(worker, 'message');
      assert.strictEqual(await worker.terminate(), 1);
    });
  }

  test('at any moment harms nobody', async () => {
    const code = `
      const l = require(${LEGACY});
      l.createHook({ init() {}, before() {}, after() {}, destroy() {}, promiseResolve() {} }).enable();
      require('node:worker_threads').parentPort.postMessage('running');
      (async function forever() {
        for (;;) {
          const id = l.newAsyncId();
          l.emitInit(id, 'X'); l.emitBefore(id); l.emitAfter(id); l.emitDestroy(id);
          await new Promise(setImmediate);
        }
      })();`;
    for (let i = 0; i < 12; i++) {
      const worker = new Worker(code, { eval: true });
      await once(worker, 'message');
      for (let turn = 0; turn < i; turn++) await new Promise(setImmediate);
      assert.strictEqual(await worker.terminate(), 1);
    }
  });
});

test('memory of a Worker is freed when it ends', async () => {
  const code = `const ah = require(${ROOT}); ah.createHook({ init() {} }).enable();`;
  const rounds = async (count) => {
    for (let i = 0; i < count; i++) await once(new Worker(code, { eval: true }), 'exit');
    return process.memoryUsage().rss;
  };
  const settled = await rounds(15);
  const later = await rounds(30);
  // A thread's memory alone is 24 KiB; a leaked environment would be megabytes each.
  assert.ok(later - settled < 30 * 1024 * 1024, `${later - settled} bytes more`);
});
