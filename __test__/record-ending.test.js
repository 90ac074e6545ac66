'use strict';
// Where the system tells a library too late that the process ends, as Windows does, JavaScript tells it before. Here every system is taken
// for one, and the process is killed at the very moment at which Node would exit: what is complete then was completed by JavaScript.

const assert = require('node:assert');
const test = require('node:test');
const { PRELOAD, newFile, program, readRecording, runNode } = require('./support/recorded');

const MAKE = `const make = (type) => new (require('node:async_hooks').AsyncResource)(type);
  const kill = () => { make('TOO LATE'); process.kill(process.pid, 'SIGKILL'); for (;;); };`;

/** Before the recorder, so that what it calls last is this. */
const BEFORE = program(`${MAKE}
  Object.defineProperty(process, 'platform', { value: 'win32' });
  if (require('node:worker_threads').isMainThread) process.reallyExit = kill;`);

/** After the recorder, so that this sees what it answers to Node. */
const AFTER = program(`${MAKE}
  const { isMainThread } = require('node:worker_threads');
  const { _fatalException: original } = process;
  if (isMainThread) process._fatalException = function (...args) { return original.apply(this, args) || kill(); };`);

/**
 * @param {string} source
 * @param {NodeJS.ProcessEnv} [env]
 */
function ended(source, env = {}) {
  const file = newFile();
  const args = [BEFORE, PRELOAD, AFTER].flatMap((preload) => ['--require', preload]);
  const { stdout, stderr } = runNode([...args, program(`${MAKE}\n${source}`)], { ASYNC_HOOKS_RS_RECORD_FILE: file, ...env });
  const { events, others, facts, damage } = readRecording(file);
  const types = events.filter(({ phase }) => phase === 'init').map(({ type }) => type);
  assert.ok(!types.includes('TOO LATE'));
  const reasons = others.filter(({ phase }) => phase === 'end').map(({ reason }) => reason);
  return { types, reasons, facts, damage, stdout, stderr };
}

const LAST = "process.on('exit', () => make('LAST'));";

for (const [what, source, reason] of [
  ['process.exit()', 'setTimeout(() => process.exit(3), 5);', 'process.exit()'],
  ['process.exit() in a listener for the end', "process.on('exit', () => process.exit(4));", 'process.exit()'],
  [
    'process.exit() in such a listener after process.exit()',
    "process.on('exit', () => process.exit(4)); process.exit();",
    'process.exit()',
  ],
  ['an uncaught exception', "setTimeout(() => { throw new Error('uncaught'); }, 5);", 'uncaught exception'],
  ['an uncaught exception at the top', "throw new Error('uncaught');", 'uncaught exception'],
  ['an unhandled rejection', "Promise.reject(new Error('unhandled'));", 'unhandled rejection'],
  [
    'process.exit() in a listener for errors',
    "process.on('uncaughtException', () => process.exit()); setTimeout(() => { throw 1; }, 5);",
    'process.exit() after an uncaught exception',
  ],
  [
    'process.exit() long after an error that was handled',
    "process.on('uncaughtException', () => setTimeout(() => process.exit(), 5)); setTimeout(() => { throw 1; }, 5);",
    'process.exit()',
  ],
]) {
  for (const env of [{}, { ASYNC_HOOKS_RS_RECORD_KEEP: '1MiB' }]) {
    test(`${what}${'ASYNC_HOOKS_RS_RECORD_KEEP' in env ? ', where the newest is kept' : ''}`, () => {
      const { types, reasons, damage } = ended(`${LAST} ${source}`, env);
      assert.deepStrictEqual([reasons, damage], [[reason], null]);
      assert.strictEqual(types.at(-1), 'LAST');
    });
  }
}

test('the error is in it', () => {
  const { facts } = ended("throw new Error('no such user');");
  assert.match(JSON.stringify(facts), /no such user/);
});

test('process.exit() of a worker ends the worker alone', () => {
  const { types, reasons, damage } = ended(`
    const { Worker } = require('node:worker_threads');
    const worker = new Worker('process.exit()', { eval: true });
    worker.on('exit', () => setTimeout(() => { make('GOES ON'); process.exit(); }, 5));`);
  assert.deepStrictEqual([reasons, damage], [['process.exit()', 'process.exit()'], null]);
  assert.ok(types.includes('GOES ON'));
});

for (const [what, end, reason] of [
  ['process.exit()', 'process.exit();', 'process.exit()'],
  ['an uncaught exception', 'throw 1;', 'uncaught exception'],
]) {
  test(`${what} while workers run`, () => {
    const worker = `${MAKE}
      const { parentPort } = require('node:worker_threads');
      make('OF A WORKER');
      parentPort.postMessage('');
      setInterval(() => {});
      (async () => { for (;;) { for (let i = 0; i < 100; i++) await null; await new Promise(setImmediate); } })();`;
    const { types, reasons, damage } = ended(`
      const { Worker } = require('node:worker_threads');
      let left = 2;
      for (let i = 0; i < 2; i++) {
        new Worker(${JSON.stringify(worker)}, { eval: true }).on('message', () => { left -= 1; if (left === 0) { make('LAST'); ${end} } });
      }`);
    assert.deepStrictEqual([reasons.sort(), damage], [['exit', 'exit', reason].sort(), null]);
    assert.strictEqual(types.filter((type) => type === 'OF A WORKER').length, 2);
    assert.ok(types.includes('LAST'));
  });
}

test('a recording that was stopped before', () => {
  const { reasons, damage } = ended(`
    const r = require(${JSON.stringify(PRELOAD)}).record();
    setTimeout(() => { r.stop(); process.exit(); }, 5);`);
  assert.deepStrictEqual([reasons, damage], [['stopped'], null]);
});
