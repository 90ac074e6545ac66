'use strict';
// The recorder: options, threads, processes, requests; and what happens when the ring is full. The drain thread is paused
// where a test needs it, so nothing depends on time. `record-corpus.test.js` shows that what stands in the file is what a
// hook is told.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { pathToFileURL } = require('node:url');
const { compareBeside } = require('./support/beside');
const { BIN, PRELOAD, ROOT, newFile, program, readRecording, runNode, withoutEnd } = require('./support/recorded');
const { readTraceEvents } = require('./support/trace-events');

const CORPUS = path.join(__dirname, 'corpus');

test('only the types that are asked for', () => {
  const [{ told }] = compareBeside(path.join(CORPUS, 'http-request.js'), 'ours', { options: { types: ['TCPWRAP', 'Timeout'] } });
  assert.ok(told.some(([phase]) => phase === 'before'));
  assert.deepStrictEqual(new Set(told.flatMap(([, , type]) => type ?? [])), new Set(['TCPWRAP', 'Timeout']));
});

test('promises among the types, and without', () => {
  const file = path.join(CORPUS, 'fs-promises.js');
  const [some] = compareBeside(file, 'ours', { options: { types: ['PROMISE'] } });
  assert.ok(some.told.some(([phase]) => phase === 'promiseResolve'));
  const [none] = compareBeside(file, 'ours', { options: { promises: false } });
  assert.ok(none.told.length > 0 && !none.told.some(([, , type]) => type === 'PROMISE'));
});

test('each request of a connection that is kept alive is a trace, with its spans', () => {
  const file = newFile();
  const source = program(`
    const http = require('node:http');
    const server = http.createServer((request, response) => {
      setTimeout(() => { Promise.resolve().then(() => response.end('done.')); }, 1);
    }).listen(0, '127.0.0.1', async () => {
      const { port } = server.address();
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      for (let i = 0; i < 3; i++) {
        await new Promise((resolve) => http.get({ agent, port }, (response) => response.resume().on('end', resolve)));
      }
      agent.destroy();
      server.close();
    });`);
  assert.strictEqual(runNode(['--require', PRELOAD, source], { ASYNC_HOOKS_RS_RECORD_FILE: file }).status, 0);
  const [traces, chrome] = [newFile('.traces'), newFile('.json')];
  assert.strictEqual(runNode([BIN, 'report', file, '--traces', traces, '--chrome', chrome]).status, 0);
  const requests = fs
    .readFileSync(traces, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ request, partial }) => request !== undefined && !partial)
    .toSorted((a, b) => a.request - b.request);
  assert.deepStrictEqual(
    requests.map(({ request }) => request),
    [1, 2, 3],
  );
  assert.strictEqual(new Set(requests.map(({ id }) => id)).size, 1);
  for (const { id, spans } of requests) {
    assert.deepStrictEqual([spans[0].id, spans[0].type], [id, 'HTTPINCOMINGMESSAGE']);
    const types = spans.map((/** @type {any} */ { type }) => type);
    assert.ok(types.includes('Timeout') && types.includes('PROMISE'), types.join(', '));
  }
  const { arrows } = readTraceEvents(fs.readFileSync(chrome, 'utf8'));
  assert.ok(
    arrows.some(([from, to]) => from === 'HTTP connection' && to === 'timer of 1 ms'),
    JSON.stringify(arrows),
  );
});

const RECORD = `
const native = require(${JSON.stringify(path.join(ROOT, 'lib', 'engine', 'addon'))}).loadAddon();
const { record } = require(${JSON.stringify(PRELOAD)});
`;

/**
 * Runs a program that records itself into `file`, and prints something as JSON.
 * @param {string} source
 */
function recordItself(source, env = {}) {
  const file = newFile();
  const script = program(`${RECORD}const file = ${JSON.stringify(file)};\n${source}`);
  const { stdout, stderr, status } = runNode([script], env);
  assert.strictEqual(status, 0, stderr);
  return { file, said: stdout === '' ? undefined : JSON.parse(stdout), stderr, ...readRecording(file) };
}

test('recording alone shows in no hook: not in what it is told, nor in listeners', () => {
  const source = `
    const events = [];
    const before = process.eventNames().length;
    if (process.argv[2]) record({ file: process.argv[2] });
    require(${JSON.stringify(ROOT)}).createHook({
      init(id, type, trigger) { events.push(type); }, before() { events.push('before'); },
    }).enable();
    setTimeout(() => {}, 1);
    Promise.resolve().then(() => {});
    process.on('exit', () => console.log(JSON.stringify([events, before])));`;
  const file = program(RECORD + source);
  const [alone, recorded] = [[], [newFile()]].map((args) => runNode([file, ...args]).stdout);
  assert.ok(alone.includes('Timeout'));
  assert.strictEqual(recorded, alone);
});

test('what is recorded alone is what is recorded beside other hooks, and times do not go back', () => {
  const { events } = recordItself(`
    const r = record({ file });
    let resolveLater;
    const later = new Promise((resolve) => { resolveLater = resolve; });
    (async () => { await null; await later; })();
    setTimeout(() => {
      const hook = require(${JSON.stringify(ROOT)}).createHook({ init() {}, destroy() {} }).enable();
      resolveLater();
      setImmediate(() => { hook.disable(); setImmediate(() => {}); });
    }, 5);
    process.on('exit', () => r.stop());`);
  const phases = events.filter(({ type }) => type === 'PROMISE').map(({ phase }) => phase);
  assert.deepStrictEqual(
    ['init', 'before', 'after', 'promiseResolve'].filter((phase) => !phases.includes(phase)),
    [],
  );
  const entered = events.filter(({ phase }) => phase === 'before').map(({ id }) => id);
  const left = events.filter(({ phase }) => phase === 'after').map(({ id }) => id);
  assert.deepStrictEqual([...entered].sort(), [...left].sort());
  assert.ok(events.every(({ time }, i) => i === 0 || time >= events[i - 1].time));
});

test('marks, counts and latencies', () => {
  const { said, file } = recordItself(`
    const r = record({ file });
    r.mark('begin');
    setTimeout(() => {
      const until = performance.now() + 20;
      while (performance.now() < until);
    }, 5);
    setTimeout(() => {
      r.mark('end');
      console.log(JSON.stringify(r.stats()));
      r.stop();
    }, 30);`);
  const { Timeout } = said;
  assert.strictEqual(Timeout.created, 2);
  assert.strictEqual(Timeout.callbacks, 2);
  assert.ok(Timeout.run.max >= 19 && Timeout.wait.max >= 29, JSON.stringify(Timeout));
  assert.strictEqual(Timeout.dropped, 0);
  const out = newFile('.json');
  assert.strictEqual(runNode([BIN, 'report', file, '--chrome', out]).status, 0);
  assert.match(fs.readFileSync(out, 'utf8'), /"begin"[^]*"end"/);
});

test('where resources are created', () => {
  const file = newFile();
  const source = program(`${RECORD}
    Error.prepareStackTrace = () => { throw new Error('the formatting of the program is not asked'); };
    const r = record({ file: ${JSON.stringify(file)}, stacks: true });
    function makesTimers() { setTimeout(() => {}, 1); }
    makesTimers();`);
  assert.strictEqual(runNode([source]).status, 0);
  const page = newFile('.json');
  assert.strictEqual(runNode([BIN, 'report', file, '--chrome', page]).status, 0);
  const text = fs.readFileSync(page, 'utf8');
  assert.match(text, /makesTimers/);
  assert.doesNotMatch(text, /async-hooks-rs\/(record|only|emit|feed)/);
});

test('a full ring drops whole resources, counts them and recovers', () => {
  const { said, events } = recordItself(`
    const r = record({ file, slots: 16384 });
    native.pauseRecording(true);
    const { AsyncResource } = require('node:async_hooks');
    const early = new AsyncResource('EARLY');
    // More than the ring holds, in turns, so that steps of dropped resources come as well.
    let made = 0;
    (async () => {
      for (let i = 0; i < 60; i++) {
        for (let k = 0; k < 100; k++) { await null; made += 1; }
        new AsyncResource('SOME').runInAsyncScope(() => {});
        early.runInAsyncScope(() => {});
      }
      native.pauseRecording(false);
      native.flushRecording();
      // Two rounds: in the first one the ring finds out that it has room again.
      for (let i = 0; i < 2; i++) { new AsyncResource('LATE').runInAsyncScope(() => {}); native.flushRecording(); }
      const stats = r.stats();
      r.stop();
      console.log(JSON.stringify({ made, stats }));
    })();`);
  const { made, stats } = said;
  assert.ok(stats.PROMISE.dropped > 0 && stats.PROMISE.created > 0, JSON.stringify(stats.PROMISE));
  assert.ok(stats.PROMISE.created + stats.PROMISE.dropped >= made);
  assert.strictEqual(stats.SOME.created + stats.SOME.dropped, 60);
  assert.ok(stats.LATE.created >= 1, JSON.stringify(stats));
  // Of those that are recorded everything is, of the others nothing.
  const announced = new Set(events.filter(({ phase }) => phase === 'init').map(({ id }) => id));
  const early = events.find(({ type }) => type === 'EARLY')?.id;
  const unknown = events.filter(({ id }) => !announced.has(id));
  assert.deepStrictEqual(unknown, []);
  assert.strictEqual(events.filter(({ id, phase }) => id === early && phase === 'before').length, 60);
  const open = new Map();
  for (const { id, phase } of events) {
    if (phase === 'before') open.set(id, (open.get(id) ?? 0) + 1);
    if (phase === 'after') open.set(id, open.get(id) - 1);
  }
  assert.deepStrictEqual(
    [...open].filter(([, count]) => count !== 0),
    [],
  );
});

test('workers take part, also those that are terminated', () => {
  const worker = program(`
    const { parentPort, workerData } = require('node:worker_threads');
    setInterval(() => {}, 1);
    (async () => { for (;;) await new Promise((resolve) => setImmediate(resolve)); })();
    parentPort.postMessage('runs');`);
  const main = program(`
    const { Worker } = require('node:worker_threads');
    let left = 3;
    for (let i = 0; i < 3; i++) {
      const worker = new Worker(${JSON.stringify(worker)});
      worker.on('message', () => worker.terminate());
      worker.on('exit', () => { left -= 1; if (left === 0) console.log('done'); });
    }`);
  const file = newFile();
  const { status, stdout, stderr } = runNode(['--require', PRELOAD, main], { ASYNC_HOOKS_RS_RECORD_FILE: file });
  assert.deepStrictEqual([status, stdout, stderr], [0, 'done\n', '']);
  const { events, damage } = readRecording(file);
  assert.strictEqual(damage, null);
  const threads = new Set(events.map(({ thread }) => thread));
  assert.strictEqual(threads.size, 4);
});

test('a worker alone, whose end unloads the addon', () => {
  const file = newFile();
  const main = program(`
    const { Worker } = require('node:worker_threads');
    const source = ${JSON.stringify(`${RECORD} record({ file: ${JSON.stringify(file)} }); setTimeout(() => {}, 5);`)};
    const worker = new Worker(source, { eval: true });
    worker.on('exit', () => setTimeout(() => console.log('done'), 30));`);
  const { status, stdout, stderr } = runNode([main]);
  assert.deepStrictEqual([status, stdout, stderr], [0, 'done\n', '']);
  const { events, damage } = readRecording(file);
  assert.strictEqual(damage, null);
  assert.ok(events.some(({ type }) => type === 'Timeout'));
});

test('workers that begin a recording while the last one of another ends it', () => {
  const source = `${RECORD}
    const file = ${JSON.stringify(newFile())} + require('node:worker_threads').threadId;
    record({ file, slots: 64 }).mark('here');`;
  const main = program(`
    const { Worker } = require('node:worker_threads');
    let left = 96;
    const failed = [];
    function begin() {
      const worker = new Worker(${JSON.stringify(source)}, { eval: true });
      worker.on('error', (error) => failed.push(String(error)));
      worker.on('exit', () => { left -= 1; if (left >= 8) begin(); else if (left === 0) console.log(failed.join() || 'done'); });
    }
    for (let i = 0; i < 8; i++) begin();`);
  const { status, stdout, stderr } = runNode([main]);
  assert.deepStrictEqual([status, stdout, stderr], [0, 'done\n', '']);
});

test('--import, and nothing is recorded where the module is only required', () => {
  const file = newFile();
  const source = program('setTimeout(() => {}, 1);');
  const env = { ASYNC_HOOKS_RS_RECORD_FILE: file };
  assert.strictEqual(runNode([program(`${RECORD}setTimeout(() => {}, 1);`)], env).status, 0);
  assert.strictEqual(fs.existsSync(file), false);
  assert.strictEqual(
    runNode(['--import', pathToFileURL(PRELOAD).href, source], { ...env, ASYNC_HOOKS_RS_RECORD_TYPES: 'Timeout' }).status,
    0,
  );
  const { events } = readRecording(file);
  assert.deepStrictEqual([...new Set(events.map(({ type }) => type))], ['Timeout']);
});

test('the command line leaves the program as it is', () => {
  const source = program(`
    process.stdout.write(process.argv.slice(2).join(' '));
    process.stderr.write(process.env.SOME_VARIABLE);
    setTimeout(() => { process.exitCode = 7; }, 1);`);
  const file = newFile();
  const args = [BIN, 'record', '-o', file, '--no-promises', '--', source, '--types', '-o', 'x'];
  const { status, stdout, stderr } = runNode(args, { SOME_VARIABLE: 'some value' });
  assert.deepStrictEqual([status, stdout, withoutEnd(stderr)], [7, '--types -o x', 'some value']);
  const { events } = readRecording(file);
  assert.ok(events.some(({ type }) => type === 'Timeout'));
  assert.ok(!events.some(({ type }) => type === 'PROMISE'));
});

test('the command line ends by the signal that ends the program', { skip: process.platform === 'win32' }, () => {
  const file = newFile();
  // What has not been written by then is lost.
  const source = program(`
    const { statSync } = require('node:fs');
    const size = () => statSync(process.argv[2]).size;
    const before = size();
    setInterval(() => { if (size() > before + 500) process.kill(process.pid, 'SIGTERM'); }, 5);`);
  const { status, signal } = runNode([BIN, 'record', '-o', file, source, file]);
  assert.deepStrictEqual([status, signal], [null, 'SIGTERM']);
  assert.ok(readRecording(file).events.length > 0);
});

test('the command line refuses what it does not know', () => {
  for (const args of [[], ['--what', 'app.js'], ['--stacks=0.5', 'app.js']]) {
    const { status, stderr } = runNode([BIN, 'record', ...args]);
    assert.strictEqual(status, 2);
    assert.match(stderr, /async-hooks-rs record --help/);
  }
  assert.strictEqual(runNode([BIN, 'record', '--help']).status, 0);
});

test('child processes have files of their own, on request', () => {
  const child = program('setTimeout(() => {}, 1);');
  const parent = program(`
    const { fork, spawnSync } = require('node:child_process');
    spawnSync(process.execPath, [${JSON.stringify(child)}], { stdio: 'inherit' });
    fork(${JSON.stringify(child)});`);
  const count = (/** @type {string} */ file) =>
    fs.readdirSync(path.dirname(file)).filter((name) => name.startsWith(`${path.parse(file).name}.`)).length;
  const [alone, together] = [newFile(), newFile()];
  assert.strictEqual(runNode([BIN, 'record', '-o', alone, parent]).status, 0);
  assert.strictEqual(count(alone), 1);
  assert.strictEqual(runNode([BIN, 'record', '-o', together, '--children', parent]).status, 0);
  assert.strictEqual(count(together), 3);
});

test('options are checked', () => {
  const { record } = require('../record');
  for (const options of [
    null,
    { file: 1 },
    { types: 'Timeout' },
    { promises: 1 },
    { stacks: 0 },
    { stacks: 'all' },
    { places: '3' },
    { places: -1 },
    { places: 101 },
  ]) {
    assert.throws(() => record(/** @type {any} */ (options)), { code: 'ERR_INVALID_ARG_TYPE' });
  }
});
