'use strict';
// Where resources are created and where a thread runs, as a recording has them without being asked: within a share of the time.

const assert = require('node:assert');
const { once } = require('node:events');
const test = require('node:test');
const { placeTaker } = require('../lib/record/places');
const { BIN, PRELOAD, newFile, program, readRecording, runNode, startNode } = require('./support/recorded');
const { patience } = require('../scripts/patience');

/**
 * @param {string} source
 * @param {NodeJS.ProcessEnv} [env]
 */
function recorded(source, env = {}) {
  const [file, app] = [newFile(), program(source)];
  const { status, stdout, stderr } = runNode(['--require', PRELOAD, app], { ASYNC_HOOKS_RS_RECORD_FILE: file, ...env });
  assert.deepStrictEqual([status, stderr], [0, '']);
  return { app, stdout, ...readRecording(file) };
}

/** @param {{ events: any[] }} recording @param {string} type @returns {(string | undefined)[]} a stack for each */
const stacksOf = ({ events }, type) => events.filter((event) => event.phase === 'init' && event.type === type).map(({ stack }) => stack);
/** @param {any[]} facts @returns {any[]} */
const samplesIn = (facts) => facts.filter(({ phase }) => phase === 'sample');

/** Resources of four kinds, a hundred of each. */
const MAKES = `
  const fs = require('node:fs');
  const { AsyncResource } = require('node:async_hooks');
  function makesTimer() { setTimeout(function late() {}, 1); }
  function makesOwn() { new AsyncResource('OWN'); }
  function reads() { fs.stat(__filename, () => {}); }
  async function awaits() { await null; }
  for (let i = 0; i < 100; i++) {
    makesTimer();
    makesOwn();
    reads();
    awaits();
  }`;

test('every resource of a program with time has the place that it was made in', () => {
  const recording = recorded(MAKES);
  for (const [type, name] of [
    ['Timeout', 'makesTimer'],
    ['OWN', 'makesOwn'],
    ['FSREQCALLBACK', 'reads'],
    ['PROMISE', 'awaits'],
  ]) {
    const stacks = stacksOf(recording, type);
    assert.ok(stacks.length >= 100, type);
    assert.deepStrictEqual(
      stacks.filter((stack) => !stack?.includes(`at ${name} (${recording.app}:`)),
      [],
      type,
    );
  }
});

test('a place ends with the first frame of the program, and has no values', () => {
  const recording = recorded(`
    function outer(secret) { inner('s3cret-' + secret); }
    function inner() { setTimeout(() => {}, 1); }
    outer('word');`);
  const [stack] = stacksOf(recording, 'Timeout');
  const lines = stack?.split('\n') ?? [];
  assert.match(lines.at(-1) ?? '', /at inner \(/);
  assert.ok(
    lines.slice(0, -1).every((line) => /\(node:/.test(line)),
    stack,
  );
  assert.doesNotMatch(JSON.stringify(recording.events), /s3cret/);
});

test('resources of one kind that come from two places have the one that is theirs', () => {
  const recording = recorded(`
    const { AsyncResource } = require('node:async_hooks');
    function left() { new AsyncResource('LEFT'); new AsyncResource('BOTH'); }
    function right() { new AsyncResource('RIGHT'); new AsyncResource('BOTH'); }
    let n = 0;
    setImmediate(function again() {
      n += 1;
      (n % 3 === 0 ? left : right)();
      if (n < 3000) setImmediate(again);
    });`);
  const made = recording.events.filter(({ phase, type = '' }) => phase === 'init' && ['LEFT', 'RIGHT', 'BOTH'].includes(type));
  let wrong = 0;
  for (let i = 0; i < made.length; i += 2) {
    assert.strictEqual(made[i + 1].type, 'BOTH');
    const name = made[i].type === 'LEFT' ? 'left' : 'right';
    for (const { stack } of [made[i], made[i + 1]]) if (stack !== undefined && !stack.includes(`at ${name} (`)) wrong += 1;
  }
  assert.strictEqual(made.length, 6000);
  // Those of a kind that nothing has told apart yet may be wrong, until one of them is looked at.
  assert.ok(wrong <= 60, `${wrong} of 6000 have the place of another`);
});

/**
 * Each type says by whom it is made: by a function of a file that the program makes, uses often and forgets, so that others
 * are compiled where it was.
 */
const FORGETS = `
  const { AsyncResource } = require('node:async_hooks');
  globalThis.AsyncResource = AsyncResource;
  const deep = (n, f) => (n === 0 ? f() : deep(n - 1, f));
  for (let round = 0; round < 20; round++) {
    const made = [];
    for (let i = 0; i < 10; i++) {
      const source = 'return () => new AsyncResource("MADE_' + round + '_' + i + '"); //# sourceURL=/made-' + round + '-' + i + '.js';
      made.push(new Function(source)());
    }
    for (let times = 0; times < 20; times++) for (const make of made) deep(20, make);
    gc();
  }`;

for (const [how, env] of /** @type {[string, NodeJS.ProcessEnv][]} */ ([
  ['within a share', { ASYNC_HOOKS_RS_RECORD_PLACES: '100' }],
  ['of every resource', { ASYNC_HOOKS_RS_RECORD_STACKS: '1' }],
])) {
  test(`code that is forgotten does not lend its place to what comes after it, ${how}`, () => {
    const { events } = recorded(FORGETS, { ...env, NODE_OPTIONS: '--expose-gc' });
    const made = events.filter(({ phase, type = '' }) => phase === 'init' && type.startsWith('MADE_'));
    assert.strictEqual(made.length, 4_000);
    const wrong = made.filter(({ type, stack }) => stack !== undefined && !stack.includes(`/made-${type.slice(5).replace('_', '-')}.js:`));
    assert.deepStrictEqual(wrong, []);
    assert.ok(made.filter(({ stack }) => stack !== undefined).length > 3_000);
  });
}

/** A server whose routes make a timer each, of 1 ms and of 2, behind what they have in common. */
const DISPATCH = (/** @type {string} */ asks) => `
  const http = require('node:http');
  const { setTimeout: sleep } = require('node:timers/promises');
  async function left() { await sleep(1); }
  async function right() { await sleep(2); }
  const server = http.createServer(async (request, response) => {
    await null;
    await (request.url.startsWith('/left/') ? left : right)();
    request.route = { path: request.url.startsWith('/left/') ? '/left/:name' : '/right/:name' };
    response.end('done.');
  }).listen(0, '127.0.0.1', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (path) => new Promise((resolve) => {
      http.get({ agent, port: server.address().port, host: '127.0.0.1', path }, (answer) => answer.resume().on('end', resolve));
    });
    const word = (n) => String.fromCharCode(97 + n % 26, 97 + (n / 26 | 0) % 26, 97);
    ${asks}
    agent.destroy();
    server.close();
  });`;

for (const [title, asks, count] of /** @type {[string, string, number][]} */ ([
  [
    'by its path',
    `
    for (let n = 0; n < 20; n++) await ask('/left/' + n);
    for (let n = 0; n < 20; n++) await ask('/right/' + n);`,
    20,
  ],
  [
    'by the pattern that a framework tells',
    `
    for (let n = 0; n < 200; n++) await ask('/left/' + word(n));
    for (let n = 0; n < 200; n++) await ask('/right/' + word(n));`,
    200,
  ],
])) {
  test(`what a route makes has its place, though another one came first: ${title}`, () => {
    const recording = recorded(DISPATCH(asks), { ASYNC_HOOKS_RS_RECORD_PLACES: '100' });
    const delays = new Map(recording.facts.filter(({ phase }) => phase === 'delay').map(({ about, ms }) => [about, ms]));
    for (const [name, ms] of /** @type {[string, number][]} */ ([
      ['left', 1],
      ['right', 2],
    ])) {
      const timers = recording.events.filter(
        ({ phase, type, id, stack }) => phase === 'init' && type === 'Timeout' && delays.get(id) === ms && !stack?.includes('node:_http'),
      );
      assert.ok(timers.length >= count, `${timers.length} of ${name}`);
      assert.deepStrictEqual(
        timers.map(({ stack }) => /at (?:async )?(left|right) /.exec(stack ?? '')?.[1] ?? stack).filter((said) => said !== name),
        [],
      );
    }
  });
}

test('a kind of which the first ones come from one place is looked at again soon', () => {
  const recording = recorded(
    `
    const { AsyncResource } = require('node:async_hooks');
    function left() { new AsyncResource('BOTH'); }
    function right() { new AsyncResource('BOTH'); }
    let n = 0;
    setImmediate(function again() {
      (n < 8 ? left : right)();
      n += 1;
      if (n < 48) setImmediate(again);
    });`,
    { ASYNC_HOOKS_RS_RECORD_PLACES: '100' },
  );
  const wrong = stacksOf(recording, 'BOTH')
    .slice(8)
    .filter((stack) => stack?.includes('at left ('));
  assert.ok(wrong.length <= 10, `${wrong.length} of 40 have the place of another`);
});

test('what a program waits for has its place, though its promises have used up their share of the time', () => {
  const [PROMISE, OTHER] = [0, 1];
  const places = placeTaker(
    1e-9,
    { ages: false, addStack() {}, counters: { knowStacks: () => false, knownStack: () => 0, learnStack() {} } },
    { stacks: 1 << 16, agingStacks: 1 << 15 },
  );
  let id = 10;
  /** @param {number} type */
  const made = (type) => places.of((id += 1), type, 0, 1, made);
  // Of a kind of its own is each of a route, and each after so many others. The time goes by in looks, of some microseconds.
  const promises = [];
  for (let round = 0; round < 3; round++) {
    for (let route = 1; route <= 127; route++) {
      places.turn();
      places.routed(1, route);
      for (let ordinal = 0; ordinal < 200; ordinal++) promises.push(made(PROMISE));
    }
  }
  assert.notStrictEqual(promises[0], 0);
  assert.ok(promises.includes(0), 'there was time for all of them');
  assert.notStrictEqual(made(OTHER), 0);
});

test('there are none, and no samples, where none are wanted', () => {
  const { events, facts } = recorded(`${MAKES}\nfor (const end = performance.now() + 150; performance.now() < end;);`, {
    ASYNC_HOOKS_RS_RECORD_PLACES: '0',
  });
  assert.deepStrictEqual(
    events.filter(({ stack }) => stack !== undefined),
    [],
  );
  assert.deepStrictEqual(samplesIn(facts), []);
});

test('options of the API: a share, none, and what is refused', () => {
  const [none, all, half, stacks] = [newFile(), newFile(), newFile(), newFile()];
  const { status, stdout, stderr } = runNode([
    program(`
    const { record } = require(${JSON.stringify(PRELOAD)});
    const { AsyncResource } = require('node:async_hooks');
    function makes() { new AsyncResource('OWN'); }
    const files = ${JSON.stringify([none, all, half, stacks])};
    [false, true, 0.5, true].forEach((places, at) => {
      const recorder = record({ file: files[at], places, stacks: at === 3 });
      for (let i = 0; i < 10; i++) makes();
      recorder.stop();
    });
    for (const places of ['3', -1, 101, NaN, {}, null]) {
      try { record({ file: '/dev/null', places }); console.log('taken', places); } catch ({ code }) { console.log(code); }
    }`),
  ]);
  assert.deepStrictEqual([status, stderr, stdout], [0, '', 'ERR_INVALID_ARG_TYPE\n'.repeat(6)]);
  const has = (/** @type {string} */ file) => stacksOf(readRecording(file), 'OWN').filter((stack) => stack?.includes('at makes (')).length;
  assert.deepStrictEqual([none, all, half, stacks].map(has), [0, 10, 10, 10]);
  // All frames with stacks, those down to the program's own without.
  const [full, short] = [stacks, all].map((file) => stacksOf(readRecording(file), 'OWN')[0]?.split('\n').length ?? 0);
  assert.ok(full > short, `${full} ${short}`);
});

test('a share of the time is all that is spent: what there is no time for has no place', () => {
  // What comes from one place or another is looked at each time, as long as there is time for it.
  const { events } = recorded(
    `
    const { AsyncResource } = require('node:async_hooks');
    function left() { new AsyncResource('OWN'); }
    function right() { new AsyncResource('OWN'); }
    for (let n = 0; n < 300_000; n++) [left, right, right, left, right][n % 5]();`,
    { ASYNC_HOOKS_RS_RECORD_PLACES: '0.01', ASYNC_HOOKS_RS_RECORD_SLOTS: '4194304' },
  );
  const made = events.filter(({ phase, type }) => phase === 'init' && type === 'OWN');
  const without = made.filter(({ stack }) => stack === undefined).length;
  assert.ok(made.length > 100_000 && without > made.length / 10, `${without} of ${made.length}`);
});

test('a function that computes for long is sampled where it runs, on the main thread and in a Worker', () => {
  const { facts, others, app } = recorded(`
    const { Worker, isMainThread } = require('node:worker_threads');
    function computes(ms) { for (const end = performance.now() + ms; performance.now() < end;); }
    function rests() { setTimeout(() => {}, 300); }
    if (isMainThread) {
      computes(400);
      new Worker(__filename).once('exit', rests);
    } else {
      (function inWorker() { computes(400); })();
    }`);
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  const threads = others.filter(({ phase }) => phase === 'start').map(({ thread, worker }) => [worker, thread]);
  assert.strictEqual(threads.length, 2);
  for (const [worker, thread] of threads) {
    const samples = samplesIn(facts).filter((sample) => sample.thread === thread);
    const within = samples.filter(({ stack }) => stack.includes(`at computes (${app}:`));
    assert.ok(within.length >= 10 && within.length <= 60, `${within.length} of ${samples.length} on the thread of worker ${worker}`);
    assert.strictEqual(
      within.some(({ stack }) => stack.includes('inWorker')),
      worker !== 0,
    );
  }
});

test('Workers that are terminated at any moment, while they are sampled', { timeout: patience(120_000) }, async () => {
  const [file, app] = [
    newFile(),
    program(`
    const { Worker, isMainThread } = require('node:worker_threads');
    if (!isMainThread) {
      const { AsyncResource } = require('node:async_hooks');
      setInterval(() => {}, 1);
      for (;;) { new AsyncResource('BUSY'); JSON.parse('[1, 2, 3]').sort(); Promise.resolve().then(() => {}); }
    }
    let ended = 0;
    async function kill() {
      const worker = new Worker(__filename, { resourceLimits: { maxOldGenerationSizeMb: 64 } });
      worker.on('error', () => {});
      await new Promise((resolve) => { worker.once('online', resolve); worker.once('exit', resolve); });
      await new Promise((resolve) => { setTimeout(resolve, Math.random() * 40); });
      await worker.terminate();
      ended += 1;
    }
    (async () => {
      for (let i = 0; i < 50; i++) await Promise.all([kill(), kill(), kill(), kill()]);
      process.stdout.write(String(ended));
    })();`),
  ];
  const child = startNode(['--require', PRELOAD, app], { ASYNC_HOOKS_RS_RECORD_FILE: file, ASYNC_HOOKS_RS_RECORD_SLOTS: '4096' });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  assert.deepStrictEqual([await once(child, 'close'), stdout, stderr], [[0, null], '200', '']);
  const { status, stderr: said } = runNode([BIN, 'report', file]);
  assert.deepStrictEqual([status, said], [0, '']);
});

test('a recording that is stopped and begun again has its own places, samples and facts', () => {
  const files = [newFile(), newFile(), newFile()];
  const { status, stderr } = runNode([
    program(`
    const { record } = require(${JSON.stringify(PRELOAD)});
    function computes(ms) { for (const end = performance.now() + ms; performance.now() < end;); }
    function makes() { return setTimeout(() => {}, 60_000); }
    (async () => {
      for (const file of ${JSON.stringify(files)}) {
        const recorder = record({ file });
        const timer = makes();
        computes(400);
        await new Promise((resolve) => { setTimeout(resolve, 20); });
        await recorder.stop();
        clearTimeout(timer);
        computes(50);
      }
    })();`),
  ]);
  assert.deepStrictEqual([status, stderr], [0, '']);
  for (const file of files) {
    const { events, facts, damage } = readRecording(file);
    assert.strictEqual(damage, null);
    const made = events.filter(({ phase, type, stack }) => phase === 'init' && type === 'Timeout' && stack?.includes('at makes ('));
    assert.strictEqual(made.length, 1);
    assert.deepStrictEqual(
      facts.filter(({ phase, id, about }) => phase === 'delay' && (id ?? about) === made[0].id).map(({ ms }) => ms),
      [60_000],
    );
    const held = facts.filter(({ fact }) => fact === 'holds').map(({ text }) => text.split(',').map(Number));
    assert.ok(
      held.some((ids) => ids.includes(made[0].id)),
      JSON.stringify(held),
    );
    const samples = samplesIn(facts);
    if (process.platform === 'linux' && process.arch === 'x64') {
      assert.ok(samples.length >= 3, `${samples.length} samples`);
      assert.ok(samples.filter(({ stack }) => stack.includes('computes')).length >= samples.length * 0.5, JSON.stringify(samples));
    }
  }
});
