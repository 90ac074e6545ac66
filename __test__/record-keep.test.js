'use strict';
// The flight recorder: of a recording only the newest is kept, and it can be read whatever happens.

const assert = require('node:assert');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');

const { BIN, PRELOAD, newFile, program, readRecording, runNode, startNode } = require('./support/recorded');
const { loadAddon } = require('../lib/engine/addon');

const KEPT = path.join(__dirname, 'fixtures', 'record', 'kept.js');
const BUDGET = 2 ** 20;
const KILLS = Number(process.env.KEEP_KILLS ?? (process.env.ASYNC_HOOKS_RS_SAMPLE ? 5 : 20));
const isWindows = process.platform === 'win32';

/**
 * @param {string} file
 * @param {NodeJS.ProcessEnv} [more]
 */
const env = (file, more) => ({ ASYNC_HOOKS_RS_RECORD_FILE: file, ASYNC_HOOKS_RS_RECORD_KEEP: '1MiB', ...more });

/**
 * @param {number} turns parts that begin
 * @param {string} end of the program
 * @param {{ nodeOptions?: string[], more?: NodeJS.ProcessEnv }} [options]
 */
function runKept(turns, end, { nodeOptions = [], more = {} } = {}) {
  const file = newFile();
  return { file, ...runNode([...nodeOptions, '--require', PRELOAD, KEPT, String(turns), end], env(file, more)) };
}

/** @param {string} file */
function report(file) {
  const text = { all: false, why: false, json: true, width: 120, colour: false };
  const { summary = '', damage } = loadAddon().reportRecording(file, text, null, []);
  const screen = loadAddon().reportRecording(file, { ...text, json: false }, null, []).summary ?? '';
  const said = JSON.parse(summary);
  // Where the machine is busy, anything may take long.
  const findings = said.findings.filter((/** @type {any} */ { kind }) => kind !== 'block' && kind !== 'lost');
  return { ...said, findings, damage, screen };
}

/** @param {string} file */
const sizeOf = (file) => [file, `${file}.old`].reduce((sum, name) => sum + (fs.statSync(name, { throwIfNoEntry: false })?.size ?? 0), 0);

/**
 * What a recording says that was there when it began, of a type, made in a function.
 * @param {ReturnType<typeof readRecording>} recording
 * @param {string} type
 * @param {RegExp} stack
 */
function there({ facts }, type, stack) {
  return facts.filter((fact) => fact.fact === 'before' && fact.type === type && stack.test(fact.stack));
}

test('two parts are never larger than they may be, and tell the newest and all that was alive', () => {
  const { file, status, stdout, stderr } = runKept(5, 'exit');
  assert.deepStrictEqual([status, stderr], [0, '']);
  const { largest, asked } = JSON.parse(stdout);
  assert.ok(largest <= BUDGET && largest > BUDGET / 2, `${largest} bytes at most`);
  assert.ok(sizeOf(file) <= BUDGET);

  const recording = readRecording(file);
  assert.strictEqual(recording.damage, null);
  const marks = recording.others.filter(({ phase }) => phase === 'mark').map(({ name }) => name);
  assert.deepStrictEqual(marks, ['last']);
  const [beat, ...others] = there(recording, 'Timeout', /at heartbeat .*kept\.js/);
  assert.deepStrictEqual(others, []);
  assert.ok(beat.parent > 0 && beat.thread === 0);
  assert.ok(recording.facts.some(({ phase, about, repeats }) => phase === 'delay' && about === beat.about && repeats));
  const [later] = there(recording, 'Timeout', /later|handler .*kept\.js/);
  assert.ok(later !== undefined, 'what the oldest request waits for');
  assert.strictEqual(recording.facts.filter(({ fact, type }) => fact === 'before' && type === 'TCPSERVERWRAP').length, 1);
  assert.strictEqual(there(recording, 'Timeout', /kept\.js/).filter(({ thread }) => thread === 1).length, 1, 'that of the Worker');

  const { durationNs, keptFromNs, routes, findings, screen } = report(file);
  assert.ok(durationNs > 0 && keptFromNs > 0);
  assert.match(screen, /The recording begins in the middle: the last .* of .* were kept\./);
  assert.deepStrictEqual(findings, []);
  const [items, open] = [200, 0].map((status) => routes.find((/** @type {any} */ route) => route.status === status));
  assert.strictEqual(items.route, 'GET /items/:id');
  assert.ok(items.count > 0 && items.count < asked, `${items.count} of ${asked} requests`);
  assert.ok(items.maxNs <= durationNs);
  assert.deepStrictEqual([open.route, open.count], ['GET /later', 1]);
  assert.ok(open.maxNs > durationNs, 'it was open before');
  assert.match(open.mostly, /timer/);
});

test('a healthy program has no finding', () => {
  const { file } = runKept(3, 'healthy');
  const { screen, findings } = report(file);
  assert.deepStrictEqual(findings, []);
  assert.match(screen, /Nothing stands out|kept the event loop/);
});

test('each part can be read alone, and every output has what is there', () => {
  const { file } = runKept(2, 'exit');
  for (const name of [`${file}.old`, file]) {
    const alone = newFile();
    fs.copyFileSync(name, alone);
    const recording = readRecording(alone);
    assert.strictEqual(recording.damage, null);
    assert.strictEqual(there(recording, 'Timeout', /heartbeat/).length, 1);
  }
  const forms = /** @type {const} */ (['html', 'chrome', 'ndjson', 'traces', 'otlp']);
  const outputs = forms.map((form) => ({ form, out: newFile(`.${form}`) }));
  for (const { failure } of loadAddon().reportRecording(file, null, null, outputs).outputs) assert.strictEqual(failure, undefined);
  fs.rmSync(file);
  assert.strictEqual(readRecording(file).damage, null, 'the part before, where the newest one is not there');
});

test('a time', () => {
  const { file } = runKept(3, 'exit', { more: { ASYNC_HOOKS_RS_RECORD_KEEP: '1s', ASYNC_HOOKS_RS_RECORD_PROMISES: '0' } });
  assert.strictEqual(there(readRecording(file), 'Timeout', /heartbeat/).length, 1);
});

test('an uncaught exception', () => {
  const { file, status } = runKept(2, 'throw');
  assert.strictEqual(status, 1);
  const { findings, keptFromNs } = report(file);
  assert.ok(keptFromNs > 0);
  assert.deepStrictEqual(
    findings.map((/** @type {any} */ { kind }) => kind),
    ['crash'],
  );
});

test('out of memory', () => {
  const { file, status, signal } = runKept(2, 'memory', { nodeOptions: ['--max-old-space-size=60'] });
  assert.ok(status !== 0 || signal !== null);
  const recording = readRecording(file);
  assert.ok(recording.others.some(({ name }) => name === 'last') || recording.events.length > 0);
  assert.strictEqual(there(recording, 'Timeout', /heartbeat/).length, 1);
});

test('a copy by the API, while the program goes on', () => {
  const { file, status, stdout } = runKept(2, 'dump');
  assert.strictEqual(status, 0);
  const [, { names, failure }, { late }] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepStrictEqual(names, [`${file}.copy`, path.join(path.dirname(file), `${path.parse(`${file}.copy`).name}.1.copy`)]);
  assert.match(failure, /none.copy cannot be written/);
  assert.match(late, /nothing is recorded/);
  for (const name of names) {
    const recording = readRecording(name);
    assert.strictEqual(recording.damage, null);
    assert.ok(recording.others.some((other) => other.name === 'last'));
    assert.strictEqual(there(recording, 'Timeout', /heartbeat/).length, 1);
    if (!isWindows) assert.strictEqual(fs.statSync(name).mode & 0o777, 0o600);
  }
});

/**
 * Starts a program, asks it by a signal when it has served, and answers the copy that it says it has made.
 * @param {string} end
 */
async function copyBySignal(end) {
  const file = newFile();
  const more = { ASYNC_HOOKS_RS_RECORD_DUMP_ON: 'SIGUSR2' };
  const child = startNode(['--require', PRELOAD, KEPT, '2', end], env(file, more));
  const closed = once(child, 'close');
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    if (stdout === '') child.kill('SIGUSR2');
    stdout += text;
  });
  const copied = new Promise((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
      if (stderr.includes('\n')) resolve(undefined);
    });
  });
  await Promise.race([copied, closed]);
  if (end === 'block') child.kill('SIGKILL');
  await closed;
  const [, copy] = /^async-hooks-rs: what is kept was copied to (.*)\.\n$/.exec(stderr) ?? [];
  assert.ok(copy !== undefined, `it said: ${stderr}`);
  assert.strictEqual(copy, `${file.slice(0, -'.rec'.length)}.dump.rec`);
  return { copy, stdout };
}

test('a copy by a signal, beside a listener of the program', { skip: isWindows }, async () => {
  const { copy, stdout } = await copyBySignal('signal');
  assert.match(stdout, /heard/);
  assert.strictEqual(there(readRecording(copy), 'Timeout', /heartbeat/).length, 1);
});

test('a copy by a signal of a program that does not come back', { skip: isWindows }, async () => {
  const { copy } = await copyBySignal('block');
  assert.strictEqual(readRecording(copy).damage, null);
});

test(`SIGKILL at ${KILLS} random moments`, { skip: isWindows }, async () => {
  for (let i = 0; i < KILLS; i++) {
    const file = newFile();
    const child = startNode(['--require', PRELOAD, KEPT, '0', 'forever'], env(file));
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), Math.random() * 700));
    await once(child, 'close');
    assert.ok(sizeOf(file) <= BUDGET);
    const recording = readRecording(file);
    // The system may have taken the last chunk in part.
    assert.ok(recording.damage === null || /cut off in a chunk/.test(recording.damage), String(recording.damage));
    const { facts, events } = recording;
    assert.ok(events.length > 0);
    const stacks = [...facts, ...events].filter(({ type, stack }) => type === 'Timeout' && /heartbeat/.test(stack ?? ''));
    assert.ok(stacks.length > 0, 'it is known what is alive');
    for (const name of [file, `${file}.old`]) fs.rmSync(name, { force: true });
  }
});

test('places are known of code that is made again and again', () => {
  const file = newFile();
  // More stacks than a thread can tell apart, and not more text than a report keeps (`replay/stacks.rs`).
  const source = `
    let made = 0;
    setImmediate(function make() {
      for (let i = 0; i < 2000; i++) {
        made += 1;
        new Function('set', 'set(() => {});\\n//# sourceURL=/app/made' + made + '.js')(setImmediate);
      }
      if (made < 80_000) setImmediate(make);
    });`;
  const { status, stderr } = runNode(
    ['--require', PRELOAD, program(source)],
    env(file, { ASYNC_HOOKS_RS_RECORD_STACKS: '1', ASYNC_HOOKS_RS_RECORD_PROMISES: '0', ASYNC_HOOKS_RS_RECORD_KEEP: '4MiB' }),
  );
  assert.deepStrictEqual([status, stderr], [0, '']);
  const { events, damage } = readRecording(file);
  assert.strictEqual(damage, null);
  const last = events.filter(({ phase, type }) => phase === 'init' && type === 'Immediate').slice(-500);
  const known = last.map(({ stack }) => Number(/made(\d+)\.js/.exec(stack ?? '')?.[1]));
  assert.deepStrictEqual(
    known,
    known.map((_, at) => 80_000 - 499 + at),
  );
});

test('files that are taken away', { skip: isWindows }, () => {
  const file = newFile();
  const source = `
    const fs = require('node:fs');
    const { file } = require(${JSON.stringify(PRELOAD)}).record();
    async function churn() { for (let i = 0; i < 5000; i++) await null; }
    (async () => {
      fs.rmSync(file);
      let parts = 0;
      let last = 0;
      while (parts < 3) {
        await churn();
        await new Promise(setImmediate);
        const { ino } = fs.statSync(file, { throwIfNoEntry: false }) ?? { ino: last };
        if (ino !== last) { parts += 1; last = ino; fs.rmSync(file + '.old', { force: true }); }
      }
      console.log('done');
    })();`;
  const { status, stdout, stderr } = runNode(['--require', PRELOAD, program(source)], env(file));
  assert.deepStrictEqual([status, stdout], [0, 'done\n']);
  assert.match(stderr, /^(?:async-hooks-rs: the recording .* was deleted, .* until it begins a new part.*\n)?$/);
  assert.strictEqual(readRecording(file).damage, null);
});

test('a disk that is full', { skip: isWindows }, () => {
  const file = newFile();
  // A file of this process may not be larger than this, in KiB, and a part may.
  const { status, stdout, stderr } = runNode(
    [
      '-e',
      `const { spawnSync } = require('node:child_process');
      const limited = spawnSync('sh', ['-c', 'ulimit -f 600; exec "$0" "$@"', process.execPath, ...process.argv.slice(1)], { stdio: 'inherit' });
      process.exitCode = limited.status;`,
      '--',
      '--require',
      PRELOAD,
      program(`
        async function churn() { for (let i = 0; i < 5000; i++) await null; }
        (async () => {
          for (let i = 0; i < 150; i++) { await churn(); await new Promise(setImmediate); }
          console.log('done');
        })();`),
    ],
    env(file, { ASYNC_HOOKS_RS_RECORD_KEEP: '2MiB' }),
  );
  assert.deepStrictEqual([status, stdout], [0, 'done\n']);
  assert.match(stderr, /^async-hooks-rs: the recording .* misses what follows until its next part, .*The program goes on\.\n$/);
  assert.strictEqual(readRecording(file).damage, null);
});

test('a folder in which nothing can be made any more', { skip: isWindows || process.getuid?.() === 0 }, () => {
  const folder = `${newFile()}.d`;
  fs.mkdirSync(folder);
  const source = `
    const fs = require('node:fs');
    fs.chmodSync(${JSON.stringify(folder)}, 0o500);
    async function churn() { for (let i = 0; i < 5000; i++) await null; }
    (async () => {
      for (let i = 0; i < 150; i++) { await churn(); await new Promise(setImmediate); }
      console.log('done');
    })();`;
  const file = path.join(folder, 'a.rec');
  const { status, stdout, stderr } = runNode(['--require', PRELOAD, program(source)], env(file));
  fs.chmodSync(folder, 0o700);
  assert.deepStrictEqual([status, stdout], [0, 'done\n']);
  assert.match(stderr, /has only its newest part, for a new file cannot begin/);
  assert.strictEqual(readRecording(file).damage, null);
});

test('a time and a size limit it together, and a time alone has a size, too', () => {
  const { file, stdout } = runKept(2, 'exit', { more: { ASYNC_HOOKS_RS_RECORD_KEEP: '1h, 1MiB' } });
  const { largest } = JSON.parse(stdout);
  assert.ok(largest <= BUDGET && largest > BUDGET / 2, `${largest} bytes at most`);
  assert.strictEqual(readRecording(file).damage, null);
  const { keepOf } = require('../lib/record/keep');
  assert.deepStrictEqual(keepOf('256MiB,5m'), { bytes: 2 ** 28, ms: 300_000 });
  assert.deepStrictEqual(keepOf('5m'), { bytes: 2 ** 30, ms: 300_000 });
  assert.deepStrictEqual(keepOf('64MiB'), { bytes: 2 ** 26 });
});

test('what cannot be kept is refused', () => {
  const script = program('');
  const refused = (/** @type {string[]} */ ...args) => {
    const { status, stderr } = runNode([BIN, 'record', ...args, script]);
    assert.strictEqual(status, 2, stderr);
    return stderr.split('\n')[0];
  };
  assert.match(
    refused('--keep', '5x'),
    /--keep=5x: it takes a size from 1MiB on, as in 64MiB, a time from 1s on, as in 5m, or both, as in 5m,256MiB\.$/,
  );
  for (const keep of ['100KiB', '0.5s', '1', '-1MiB', '5ms', 'MiB', '99999999GiB', ',', '5m,', '5m,5x', '5m,1h', '1MiB,2MiB', '5m,1MiB,1h'])
    assert.match(refused(`--keep=${keep}`), /it takes a size/);
  assert.match(refused('--dump-on', 'SIGUSR2'), /--dump-on needs --keep/);
  assert.match(refused('--keep', '1MiB', '--dump-on', 'SIGKILL'), /--dump-on=SIGKILL: it has to be/);
  if (!isWindows) assert.match(refused('--keep', '1MiB', '-o', '/dev/null'), /needs a file/);
  const { record } = require('..' + '/record');
  assert.throws(() => record({ keep: '5x' }), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => record({ keep: 5 }), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => record({ dumpOn: 'SIGUSR2' }), { code: 'ERR_INVALID_ARG_TYPE' });
  const { status, stdout, stderr } = runNode(
    ['--require', PRELOAD, program("console.log('runs')")],
    env(newFile(), { ASYNC_HOOKS_RS_RECORD_KEEP: 'x' }),
  );
  assert.deepStrictEqual([status, stdout], [0, 'runs\n']);
  assert.match(stderr, /^async-hooks-rs: nothing is recorded: .*The program goes on\.\r?\n$/);
});

test('the command line tells of both files', () => {
  const file = newFile();
  const { status, stderr } = runNode([BIN, 'record', '--keep', '1MiB', '-o', file, KEPT, '2', 'exit']);
  assert.strictEqual(status, 0);
  assert.match(stderr, /^async-hooks-rs: recorded [\d,]+ events in .*\.rec\. See: .*\n$/);
});
