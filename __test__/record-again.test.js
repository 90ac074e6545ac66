'use strict';
// Recordings of a process one after another, and what is left of a recorder whose recording is over. Why a thread ended.

const assert = require('node:assert');
const test = require('node:test');
const { PRELOAD, ROOT, newFile, program, readRecording, runNode } = require('./support/recorded');

const RECORD = `const { record } = require(${JSON.stringify(PRELOAD)});
const { AsyncResource } = require('node:async_hooks');
const make = (type, count = 1) => { for (let i = 0; i < count; i++) new AsyncResource(type); };
`;

/**
 * Runs a program that records itself into `files`, and prints something as JSON.
 * @param {string} source
 */
function recordItself(source) {
  const files = [newFile(), newFile()];
  const { stdout, stderr, status } = runNode([program(`${RECORD}const files = ${JSON.stringify(files)};\n${source}`)]);
  assert.deepStrictEqual([status, stderr], [0, '']);
  return { said: stdout === '' ? undefined : JSON.parse(stdout), recordings: files.map(readRecording) };
}

/** @param {{ events: { phase: string, type?: string }[] }} recording what was created */
const typesIn = ({ events }) => events.filter(({ phase }) => phase === 'init').flatMap(({ type }) => type ?? []);
/** @param {{ others: any[] }} recording */
const marksIn = ({ others }) => others.filter(({ phase }) => phase === 'mark').map(({ name }) => name);

test('each recording has the ring, the types and the stacks that it asks for', () => {
  const {
    said,
    recordings: [first, second],
  } = recordItself(`
    const one = record({ file: files[0], slots: 64, types: ['A'], promises: false, stacks: true });
    make('A', 4);
    make('B', 4);
    one.stop();
    const other = record({ file: files[1], places: false });
    make('A', 2000);
    make('B', 2000);
    Promise.resolve();
    other.stop();
    const { A, B } = other.stats();
    console.log(JSON.stringify([A.created, A.dropped, B.created, B.dropped]));`);
  assert.deepStrictEqual(said, [2000, 0, 2000, 0]);
  assert.deepStrictEqual(new Set(typesIn(first)), new Set(['A']));
  assert.deepStrictEqual(new Set(typesIn(second)), new Set(['A', 'B', 'PROMISE']));
  const stacks = (/** @type {any} */ { others, events }) => JSON.stringify([others, events]).includes('make');
  assert.deepStrictEqual([stacks(first), stacks(second)], [true, false]);
});

test('a recorder whose recording is over', () => {
  const {
    said,
    recordings: [first, second],
  } = recordItself(`
    const one = record({ file: files[0] });
    one.mark('of the first');
    make('A', 3);
    one.stop();
    const last = JSON.stringify(one.stats());
    make('A');
    const other = record({ file: files[1] });
    one.mark('too late');
    make('B');
    other.mark('of the second');
    const is = [one !== other, record() === other, one.file === files[0], JSON.stringify(one.stats()) === last];
    one.stop();
    make('C');
    console.log(JSON.stringify([...is, one.stats().A.created, other.stats().C.created, other.stats().A]));
    other.stop();`);
  assert.deepStrictEqual(said, [true, true, true, true, 3, 1, null]);
  assert.deepStrictEqual([marksIn(first), typesIn(first)], [['of the first'], ['A', 'A', 'A']]);
  assert.deepStrictEqual([marksIn(second), typesIn(second).filter((type) => type.length === 1)], [['of the second'], ['B', 'C']]);
});

test('a worker learns that another thread has stopped the recording, and takes part in the next one', () => {
  const worker = `${RECORD}
    const { parentPort, workerData } = require('node:worker_threads');
    const one = record();
    make('OF THE FIRST');
    parentPort.postMessage('');
    parentPort.on('message', (message) => {
      if (message === 'stopped') {
        make('BETWEEN');
        one.mark('too late');
        parentPort.postMessage(one.stats()['OF THE FIRST'].created);
      } else {
        const other = record();
        // That of the first one ends nothing.
        one.stop();
        make('OF THE SECOND');
        parentPort.postMessage([other !== one, one.file, other.file]);
        parentPort.close();
      }
    });`;
  const {
    said,
    recordings: [first, second],
  } = recordItself(`
    const { once } = require('node:events');
    const { Worker } = require('node:worker_threads');
    (async () => {
      const one = record({ file: files[0] });
      const worker = new Worker(${JSON.stringify(worker)}, { eval: true });
      await once(worker, 'message');
      one.stop();
      worker.postMessage('stopped');
      const [created] = await once(worker, 'message');
      const other = record({ file: files[1] });
      worker.postMessage('again');
      const [[isOther, ...seen]] = await once(worker, 'message');
      await once(worker, 'exit');
      make('STILL');
      console.log(JSON.stringify([created, isOther, seen[0] === files[0], seen[1] === files[1]]));
    })();`);
  assert.deepStrictEqual(said, [1, true, true, true]);
  assert.ok(typesIn(first).includes('OF THE FIRST') && !typesIn(first).includes('BETWEEN'));
  assert.ok(typesIn(second).includes('OF THE SECOND') && typesIn(second).includes('STILL'));
  assert.deepStrictEqual([...marksIn(first), ...marksIn(second)], []);
});

test('many recordings one after another, stopped within callbacks of hooks', () => {
  const source = program(`${RECORD}
    const { createHook } = require(${JSON.stringify(ROOT)});
    let left = 60;
    (async () => {
      while (left > 0) {
        left -= 1;
        const one = record({ file: ${JSON.stringify(newFile())} + left, stacks: left % 2 === 0 });
        const hook = createHook(left % 3 === 0 ? { init() { one.stop(); } } : { after() { one.stop(); } }).enable();
        await null;
        hook.disable();
        await new Promise(setImmediate);
      }
      console.log('done');
    })();`);
  const { status, stdout, stderr } = runNode([source]);
  assert.deepStrictEqual([status, stdout, stderr], [0, 'done\n', '']);
});

const WORKER = `
  process.on('uncaughtException', () => {});
  const { Worker, isMainThread } = require('node:worker_threads');
  new Worker(SOURCE, { eval: true }).on('error', () => {});`;

for (const [source, reasonOfMain, reasonOfWorker] of [
  ['setTimeout(() => {}, 1);', 'exit', 'exit'],
  ['setTimeout(() => process.exit(), 1);', 'process.exit()', 'process.exit()'],
  ["setTimeout(() => { throw new Error('uncaught'); }, 1);", 'uncaught exception', 'uncaught exception'],
  ["throw new Error('uncaught');", 'uncaught exception', 'uncaught exception'],
  ["Promise.reject(new Error('unhandled'));", 'unhandled rejection', 'unhandled rejection'],
  ["process.on('uncaughtException', () => {}); setTimeout(() => { throw 1; }, 1);", 'exit', 'exit'],
  [
    "process.on('uncaughtException', () => process.exit()); setTimeout(() => { throw 1; }, 1);",
    'process.exit() after an uncaught exception',
    'uncaught exception',
  ],
]) {
  test(`why it ended: ${source}`, () => {
    const reasons = [source, WORKER.replace('SOURCE', JSON.stringify(source))].map((text) => {
      const file = newFile();
      runNode(['--require', PRELOAD, program(text)], { ASYNC_HOOKS_RS_RECORD_FILE: file });
      const { others, damage } = readRecording(file);
      assert.strictEqual(damage, null);
      return others.filter(({ phase }) => phase === 'end').map(({ reason }) => reason);
    });
    assert.deepStrictEqual(reasons, [[reasonOfMain], [reasonOfWorker, 'exit']]);
  });
}
