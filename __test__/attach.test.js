'use strict';
// `record --pid`: attaching to programs that run and know nothing of it, and what is left in them afterwards.

const assert = require('node:assert');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');
const test = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const { BIN, ROOT, newFile, program, readRecording, runNode, startNode } = require('./support/recorded');

// Elsewhere nobody has tried it (docs/recorder.md).
const skip = process.platform !== 'linux';
const isSample = Boolean(process.env.ASYNC_HOOKS_RS_SAMPLE);
/** A port of its own for each, as tests run beside one another. */
const ANY_PORT = '--inspect-port=0';
const NOBODY = 65534;

/** What a program has that an attached recording could leave behind. */
const STATE = `
const channels = require('node:diagnostics_channel');
const state = () => JSON.stringify({
  globals: Reflect.ownKeys(globalThis).length,
  listeners: process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
  functions: [process._fatalException, process.reallyExit].map((own) => own?.name),
  channels: ['http.server.request.start', 'http.server.response.finish', 'worker_threads'].map((name) => channels.channel(name).hasSubscribers),
  inspector: require('node:inspector').url() ?? null,
  env: Object.keys(process.env).length,
  handles: process.getActiveResourcesInfo().filter((type) => type !== 'Immediate').sort(),
});`;

const SERVER = program(`${STATE}
// What a finalizer lets go of is free one collection later.
function collect(times, then) {
  gc();
  setImmediate(() => (times > 1 ? collect(times - 1, then) : then()));
}
const server = require('node:http').createServer((request, response) => {
  if (request.url === '/state') response.end(state());
  else if (request.url === '/memory') collect(8, () => response.end(JSON.stringify(process.memoryUsage())));
  else if (request.url === '/exit') process.exit();
  else if (request.url === '/close') { server.close(); response.end(); server.closeAllConnections(); }
  else if (request.url === '/throw') throw new Error('not caught');
  else setTimeout(() => response.end('ok'), 2);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));`);

/**
 * @param {import('node:test').TestContext} t
 * @param {string[]} [args]
 */
async function startServer(t, args = [ANY_PORT, '--expose-gc', SERVER]) {
  const child = startNode(args);
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  child.stdout.setEncoding('utf8');
  const [line] = await once(child.stdout, 'data');
  return { child, ended, pid: Number(child.pid), port: Number(line) };
}

/**
 * @param {import('node:test').TestContext} t
 * @param {string[]} args of the program
 * @returns {Promise<{ child: import('node:child_process').ChildProcess, pid: number, lines: string[] }>} when it has said something
 */
async function startProgram(t, args) {
  const child = startNode(args);
  t.after(() => child.kill('SIGKILL'));
  /** @type {string[]} */
  const lines = [];
  child.stdout.setEncoding('utf8').on('data', (text) => lines.push(text));
  await once(child.stdout, 'data');
  return { child, pid: Number(child.pid), lines };
}

/**
 * @param {number} pid
 * @param {string[]} args
 */
function attach(pid, ...args) {
  const child = startNode([BIN, 'record', '--pid', String(pid), ...args]);
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  const ended = once(child, 'close').then(([status]) => ({ status, stderr }));
  const began = new Promise((resolve, reject) => {
    child.stderr.on('data', () => stderr.includes('recording process') && resolve(undefined));
    void ended.then(() => reject(new Error(`it did not begin: ${stderr}`)));
  });
  began.catch(() => {});
  return { child, ended, began };
}

/**
 * @param {number} port
 * @param {string} [url]
 * @param {http.Agent} [agent]
 * @returns {Promise<string>}
 */
async function get(port, url = '/', agent = new http.Agent()) {
  const request = http.get({ host: '127.0.0.1', port, path: url, agent });
  const [response] = await once(request, 'response');
  let text = '';
  for await (const part of response) text += part;
  assert.strictEqual(response.statusCode, 200);
  return text;
}

/** @param {{ events: any[] }} recording */
const typesIn = ({ events }) => new Set(events.map(({ type }) => type));

test('a server under load keeps answering, its requests are recorded, and nothing is left in it', { skip }, async (t) => {
  const { pid, port } = await startServer(t);
  const before = await get(port, '/state');
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  t.after(() => agent.destroy());
  const sent = { isOver: false, answered: 0 };
  const load = Promise.all(
    Array.from({ length: 8 }, async () => {
      while (!sent.isOver) {
        assert.strictEqual(await get(port, '/users/17', agent), 'ok');
        sent.answered += 1;
      }
    }),
  );
  while (sent.answered < 100) await sleep(1);
  const file = newFile();
  const { status, stderr } = await attach(pid, '--for', '500ms', '-o', file, '--report').ended;
  const most = sent.answered + 100;
  while (sent.answered < most) await sleep(1);
  sent.isOver = true;
  await load;
  assert.strictEqual(status, 0, stderr);
  assert.match(stderr, new RegExp(`recording process ${pid} \\(Node v[\\d.]+, \\d+\\.js\\) for 0\\.5 s, or until Ctrl-C\\.\\n`));
  assert.match(stderr, /recorded [\d,]+ events in .*\. See: npx async-hooks-rs report /);
  assert.match(stderr, /GET \/users\/:id 200/);
  const recording = readRecording(file);
  assert.strictEqual(recording.damage, null);
  // Its connections were there before.
  const older = recording.facts.filter(({ fact }) => fact === 'before').map(({ text }) => text.split(' ').pop());
  assert.ok(older.includes('HTTPINCOMINGMESSAGE'), older.join());
  assert.ok(recording.others.filter(({ phase }) => phase === 'response').length > 10);
  assert.deepStrictEqual(
    [...typesIn(recording)].filter((type) => type === 'PROMISE' || type === 'Immediate'),
    [],
  );
  agent.destroy();
  await sleep(50);
  assert.deepStrictEqual(JSON.parse(await get(port, '/state')), JSON.parse(before));
});

test('Ctrl-C ends the recording, and not the program', { skip }, async (t) => {
  const { pid, port } = await startServer(t);
  const before = await get(port, '/state');
  const file = newFile();
  const { child, began, ended } = attach(pid, '-o', file, '--no-promises', '--types', 'Timeout,TimeOut');
  await began;
  await get(port);
  child.kill('SIGINT');
  const { status, stderr } = await ended;
  assert.strictEqual(status, 0, stderr);
  assert.match(stderr, /Did you mean Timeout\?/);
  assert.match(stderr, /no resource of type TimeOut was recorded\.\n$/);
  const recording = readRecording(file);
  assert.deepStrictEqual([...typesIn(recording)], ['Timeout']);
  assert.deepStrictEqual(
    recording.others.filter(({ phase }) => phase === 'end').map(({ reason }) => reason),
    ['stopped'],
  );
  assert.deepStrictEqual(JSON.parse(await get(port, '/state')), JSON.parse(before));
});

for (const [url, reason, status] of /** @type {const} */ ([
  ['/close', 'exit', 0],
  ['/exit', 'process.exit()', 0],
  ['/throw', 'uncaught exception', 1],
])) {
  test(`a program that ends meanwhile leaves a whole recording: ${reason}`, { skip }, async (t) => {
    const { pid, port, ended: programEnded } = await startServer(t);
    const file = newFile();
    const { began, ended } = attach(pid, '-o', file);
    await began;
    await get(port);
    await get(port, url).catch(() => {});
    assert.deepStrictEqual(await programEnded, [status, null]);
    const { status: code, stderr } = await ended;
    assert.strictEqual(code, 0, stderr);
    assert.match(stderr, new RegExp(`process ${pid} has ended\\.\\n.*recorded `));
    const { others, damage } = readRecording(file);
    assert.strictEqual(damage, null);
    assert.deepStrictEqual(
      others.filter(({ phase }) => phase === 'end').map((end) => end.reason),
      [reason],
    );
  });
}

test('a program whose recorder is killed records no longer than its lease', { skip }, async (t) => {
  const { pid, port } = await startServer(t);
  const before = await get(port, '/state');
  const file = newFile();
  const { child, began, ended } = attach(pid, '-o', file);
  await began;
  assert.notDeepStrictEqual(JSON.parse(await get(port, '/state')), JSON.parse(before));
  child.kill('SIGKILL');
  await ended;
  while (JSON.parse(await get(port, '/state')).inspector !== null) await sleep(100);
  assert.deepStrictEqual(JSON.parse(await get(port, '/state')), JSON.parse(before));
  const { others, damage } = readRecording(file);
  assert.strictEqual(damage, null);
  assert.deepStrictEqual(
    others.filter(({ phase }) => phase === 'end').map(({ reason }) => reason),
    ['stopped'],
  );
});

test('Workers take part, those that start meanwhile too', { skip }, async (t) => {
  const source = program(`
    const { Worker } = require('node:worker_threads');
    const { AsyncResource } = require('node:async_hooks');
    const start = (type) => new Worker(
      "setInterval(() => new (require('node:async_hooks').AsyncResource)(process.env.TYPE), 5)",
      { eval: true, env: { TYPE: type } });
    start('EARLY').once('online', () => console.log('ready'));
    process.once('SIGUSR2', () => start('LATE'));
    setInterval(() => new AsyncResource('MAIN'), 5);`);
  const { pid } = await startProgram(t, [ANY_PORT, source]);
  const file = newFile();
  const { child, began, ended } = attach(pid, '-o', file);
  await began;
  process.kill(pid, 'SIGUSR2');
  const sees = () => fs.existsSync(file) && readRecording(file).events.some(({ type }) => type === 'LATE');
  while (!sees()) await sleep(50);
  child.kill('SIGINT');
  const { status, stderr } = await ended;
  assert.strictEqual(status, 0, stderr);
  const recording = readRecording(file);
  assert.strictEqual(recording.damage, null);
  const types = typesIn(recording);
  assert.deepStrictEqual(
    ['MAIN', 'EARLY', 'LATE'].filter((type) => !types.has(type)),
    [],
  );
  assert.deepStrictEqual(
    recording.others.filter(({ phase }) => phase === 'start').map(({ worker }) => worker),
    [0, 1, 2],
  );
});

test('a program that never yields is recorded where it runs', { skip }, async (t) => {
  const source = program('console.log("busy"); function spin() { for (;;) Math.sqrt(2); } setTimeout(spin, 100);');
  const { pid, child: busy } = await startProgram(t, [ANY_PORT, source]);
  await sleep(300);
  const file = newFile();
  const { status, stderr } = await attach(pid, '-o', file, '--for', '300ms').ended;
  assert.strictEqual(status, 0, stderr);
  const { facts, damage } = readRecording(file);
  assert.strictEqual(damage, null);
  assert.strictEqual(busy.exitCode, null);
  if (process.arch !== 'x64') return;
  const stacks = facts.filter(({ phase }) => phase === 'sample').map(({ stack }) => stack);
  assert.ok(
    stacks.some((stack) => stack?.includes('spin')),
    JSON.stringify(stacks),
  );
});

test('attaching again and again leaves nothing', { skip }, async (t) => {
  const { pid, port } = await startServer(t);
  const once_ = async () => {
    const { status, stderr } = await attach(pid, '-o', newFile(), '--for', '1ms').ended;
    assert.strictEqual(status, 0, stderr);
  };
  await once_();
  const [state, memory] = [await get(port, '/state'), JSON.parse(await get(port, '/memory'))];
  for (let count = isSample ? 3 : 50; count > 0; count--) await once_();
  assert.deepStrictEqual(JSON.parse(await get(port, '/state')), JSON.parse(state));
  const { heapUsed, external, arrayBuffers } = JSON.parse(await get(port, '/memory'));
  // A ring has 32 MiB.
  assert.ok(heapUsed - memory.heapUsed < 8 << 20, `${memory.heapUsed} ${heapUsed}`);
  assert.ok(external + arrayBuffers - memory.external - memory.arrayBuffers < 40 << 20, JSON.stringify([memory, external, arrayBuffers]));
});

test('an inspector that was open before stays open', { skip }, async (t) => {
  const { pid, port } = await startServer(t, ['--inspect=127.0.0.1:0', SERVER]);
  const { inspector } = JSON.parse(await get(port, '/state'));
  const file = newFile();
  const { status, stderr } = await attach(pid, '-o', file, '--for', '50ms').ended;
  assert.strictEqual(status, 0, stderr);
  assert.strictEqual(JSON.parse(await get(port, '/state')).inspector, inspector);
  assert.strictEqual(readRecording(file).damage, null);
});

test('a Node without process.getBuiltinModule, as 20.0 is', { skip }, async (t) => {
  const { pid } = await startProgram(t, [ANY_PORT, program('delete process.getBuiltinModule; console.log(1); setInterval(() => {}, 10);')]);
  const file = newFile();
  const { status, stderr } = await attach(pid, '-o', file, '--for', '50ms').ended;
  assert.strictEqual(status, 0, stderr);
  assert.strictEqual(readRecording(file).damage, null);
});

/** @param {string} reason */
const refused = (reason) => new RegExp(`^async-hooks-rs: process \\d+ cannot be recorded: ${reason}`);

/**
 * @param {number} pid
 * @param {string} reason
 */
async function assertRefused(pid, reason) {
  const file = newFile();
  const { status, stderr } = await attach(pid, '-o', file, '--for', '50ms').ended;
  assert.match(stderr, refused(reason));
  assert.deepStrictEqual([status, fs.existsSync(file)], [1, false]);
}

test('refused: no such process, and what is not Node', { skip }, async (t) => {
  const { spawn } = require('node:child_process');
  const gone = spawn('true');
  await once(gone, 'exit');
  await assertRefused(Number(gone.pid), 'there is no such process');
  // Its name says nothing.
  const other = newFile('');
  fs.mkdirSync(other);
  fs.copyFileSync('/bin/sleep', path.join(other, 'node'));
  const child = spawn(path.join(other, 'node'), ['60']);
  t.after(() => child.kill('SIGKILL'));
  await once(child, 'spawn');
  await assertRefused(Number(child.pid), 'it is not Node');
  assert.deepStrictEqual([child.exitCode, child.signalCode], [null, null]);
});

test("refused: another user's process", { skip }, async (t) => {
  if (process.getuid?.() !== 0) {
    await assertRefused(1, "it is another user's process");
    return;
  }
  const { spawnSync } = require('node:child_process');
  const { pid } = await startProgram(t, [ANY_PORT, program('console.log(1); setInterval(() => {}, 1000);')]);
  const folder = copyOfThePackage(0o755);
  const { status, stderr } = spawnSync(process.execPath, [path.join(folder, 'bin', 'async-hooks-rs.js'), 'record', '--pid', String(pid)], {
    uid: NOBODY,
    cwd: '/tmp',
    encoding: 'utf8',
  });
  if (stderr.includes('EACCES')) return t.skip('this Node is not for other users');
  assert.match(stderr, refused("it is another user's process"));
  assert.strictEqual(status, 1);
});

test('refused: a folder of the package that the process cannot read', { skip: skip || process.getuid?.() !== 0 }, async (t) => {
  const { spawn, spawnSync } = require('node:child_process');
  const script = path.join(fs.mkdtempSync('/tmp/async-hooks-rs-nobody-'), 'app.js');
  t.after(() => fs.rmSync(path.dirname(script), { recursive: true }));
  fs.writeFileSync(script, `${STATE} console.log(1); setInterval(() => {}, 1000); process.on('SIGUSR2', () => console.log(state()));`);
  fs.chmodSync(path.dirname(script), 0o755);
  const child = spawn(process.execPath, [ANY_PORT, script], { uid: NOBODY, cwd: '/tmp' });
  t.after(() => child.kill('SIGKILL'));
  const isStarted = await Promise.race([once(child.stdout, 'data').then(() => true), once(child, 'exit').then(() => false)]);
  if (!isStarted) return t.skip('this Node is not for other users');
  const bin = path.join(copyOfThePackage(0o700), 'bin', 'async-hooks-rs.js');
  const { status, stderr } = spawnSync(process.execPath, [bin, 'record', '--pid', String(child.pid)], { cwd: '/tmp', encoding: 'utf8' });
  assert.match(stderr, refused('it cannot read .* Install the package where its user can read it'));
  assert.strictEqual(status, 1);
  process.kill(Number(child.pid), 'SIGUSR2');
  const [state] = await once(child.stdout, 'data');
  assert.strictEqual(JSON.parse(state).inspector, null);
});

/** @param {number} mode */
function copyOfThePackage(mode) {
  const folder = fs.mkdtempSync('/tmp/async-hooks-rs-copy-');
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  for (const name of ['bin', 'lib', 'record.js', 'package.json', 'async-hooks-rs.node']) {
    fs.cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  }
  fs.chmodSync(folder, mode);
  return folder;
}

test('refused: --disable-sigusr1', { skip: skip || Number.parseInt(process.versions.node, 10) < 22 }, async (t) => {
  const { pid, child } = await startProgram(t, ['--disable-sigusr1', program('console.log(1); setInterval(() => {}, 1000);')]);
  await assertRefused(pid, 'it ignores the signal that opens its inspector: it was started with --disable-sigusr1');
  assert.strictEqual(child.exitCode, null);
});

test('refused: an inspector that a debugger uses', { skip }, async (t) => {
  const { pid, port } = await startServer(t, ['--inspect=127.0.0.1:0', SERVER]);
  const { inspector } = JSON.parse(await get(port, '/state'));
  const { connect } = require('../lib/attach/websocket');
  const debuggers = await connect(new URL(inspector), { onMessage() {}, onClose() {} }, 1000);
  await assertRefused(pid, 'a debugger is connected to its inspector');
  debuggers.close();
  const state = async () => (await attach(pid, '-o', newFile(), '--for', '50ms').ended).status;
  while ((await state()) !== 0) await sleep(50);
});

test('refused: a port that another process has', { skip }, async (t) => {
  const taken = net.createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.after(() => taken.close());
  let connections = 0;
  taken.on('connection', (socket) => {
    connections += 1;
    socket.destroy();
  });
  const { port } = /** @type {net.AddressInfo} */ (taken.address());
  const { pid } = await startProgram(t, [`--inspect-port=${port}`, program('console.log(1); setInterval(() => {}, 1000);')]);
  await assertRefused(pid, `its inspector cannot open: port ${port} belongs to another process`);
  assert.ok(connections > 0);
});

test('refused: a Node that is too old, and a process that is recorded', { skip }, async (t) => {
  const old = await startProgram(t, [
    ANY_PORT,
    program("Object.defineProperty(process, 'version', { value: 'v18.20.8' }); console.log(1); setInterval(() => {}, 1000);"),
  ]);
  await assertRefused(old.pid, 'it runs Node v18\\.20\\.8, and the recorder needs Node 20 or newer');
  const { pid, port } = await startServer(t);
  const first = attach(pid, '-o', newFile());
  await first.began;
  // The first one is the debugger that the other one finds.
  await assertRefused(pid, 'a debugger is connected|it is already being recorded');
  first.child.kill('SIGINT');
  assert.strictEqual((await first.ended).status, 0);
  assert.strictEqual(JSON.parse(await get(port, '/state')).inspector, null);
  const recorded = await startProgram(t, [
    ANY_PORT,
    program(`require(${JSON.stringify(path.join(ROOT, 'record.js'))}).record({ file: ${JSON.stringify(newFile())} });
      ${STATE} console.log(1); setInterval(() => {}, 1000); process.on('SIGUSR2', () => console.log(state()));`),
  ]);
  await assertRefused(recorded.pid, 'it is already being recorded');
  process.kill(recorded.pid, 'SIGUSR2');
  await once(/** @type {any} */ (recorded.child.stdout), 'data');
  assert.strictEqual(JSON.parse(/** @type {string} */ (recorded.lines.pop())).inspector, null);
});

test('refused: a file that the process cannot write', { skip: skip || process.getuid?.() !== 0 }, async (t) => {
  const { spawn, spawnSync } = require('node:child_process');
  const child = spawn(process.execPath, [ANY_PORT, '-e', 'console.log(1); setInterval(() => {}, 1000)'], { uid: NOBODY, cwd: '/tmp' });
  t.after(() => child.kill('SIGKILL'));
  const isStarted = await Promise.race([once(child.stdout, 'data').then(() => true), once(child, 'exit').then(() => false)]);
  if (!isStarted) return t.skip('this Node is not for other users');
  const bin = path.join(copyOfThePackage(0o755), 'bin', 'async-hooks-rs.js');
  const { status, stderr } = spawnSync(process.execPath, [bin, 'record', '--pid', String(child.pid), '-o', newFile()], {
    encoding: 'utf8',
  });
  assert.match(stderr, refused('it cannot write .* Name a file with -o that its user can write'));
  assert.strictEqual(status, 1);
});

test('what is refused before anything is looked at', () => {
  for (const [args, message] of /** @type {[string[], RegExp][]} */ ([
    [['--pid', 'x'], /--pid=x: it takes a process id/],
    [['--pid', '0'], /--pid=0: it takes a process id/],
    [['--pid', '1', 'app.js'], /--pid records a process that already runs, but app\.js is a program to start/],
    [['--pid', '1', '--children'], /--children cannot be used with --pid/],
    [['--pid', '1', '--for', '10'], /--for=10: it takes a time with its unit/],
    [['--pid', '1', '--for', '99d'], /--for=99d: it takes a time with its unit/],
    [['--pid', '1', '--for', '0s'], /--for=0s: it takes a time with its unit/],
    [['--for', '1s', 'app.js'], /--for needs --pid/],
  ])) {
    const { status, stderr } = runNode([BIN, 'record', ...args]);
    assert.match(stderr, message);
    assert.strictEqual(status, 2);
  }
});
