'use strict';
/** What reports say of the same thing: the same in all of them, and what the program measured itself. */

const assert = require('node:assert/strict');
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { BIN, PRELOAD, newFile, program, runNode } = require('./support/recorded');

const isWindows = process.platform === 'win32';
/** Node 20 does not tell of the requests of HTTP/2. */
const tellsOfStreams = Number(process.versions.node.split('.')[0]) >= 22;
/** What two clocks may differ by over the length of a request. */
const TOLERANCE_MS = 0.1;

/**
 * Looks at the clock before the recorder does, whose moments so lie between these and those of the server itself, however busy
 * the machine is.
 */
const before = () =>
  program(`
  const { subscribe } = require('node:diagnostics_channel');
  const early = globalThis.early = new WeakMap();
  const about = ({ stream, request }) => stream ?? request;
  for (const channel of ['http.server.request.start', 'http2.server.stream.start']) {
    subscribe(channel, (message) => { early.set(about(message), { start: performance.now() }); });
  }
  for (const channel of ['http.server.response.finish', 'http2.server.stream.close']) {
    subscribe(channel, (message) => { early.get(about(message)).end = performance.now(); });
  }`);

/** Answers at once, later, just before it blocks, never, and from a context that has nothing to do with the request. */
const server = (/** @type {string} */ measured) =>
  program(`
  const fs = require('node:fs');
  const http = require('node:http');
  const http2 = require('node:http2');
  const net = require('node:net');
  const took = [];
  const block = (ms) => { for (const end = performance.now() + ms; performance.now() < end;); };
  const waiting = [];
  const others = setInterval(() => waiting.splice(0).forEach((response) => response.end('from elsewhere')), 15);
  function serve(request, response) {
    const entry = { url: request.url, start: performance.now(), end: null };
    const early = globalThis.early.get(request.stream ?? request);
    took.push(entry);
    const over = () => Object.assign(entry, { end: performance.now(), early });
    if (request.stream) request.stream.on('close', over);
    else response.on('finish', over);
    switch (request.url) {
      case '/slow': return setTimeout(() => response.end('slow'), 40);
      case '/block': return response.on('finish', () => setImmediate(block, 60)).end('soon blocked');
      // Ends long after the recorder last took the time, unless a tick fell in between, as it does not for each of many.
      case '/brief': return response.prependListener('finish', () => block(0.4)).end('brief');
      case '/blocked': block(30); return response.end('blocked');
      case '/await': return (async () => { await new Promise((done) => setTimeout(done, 10)); block(10); response.end('awaited'); })();
      case '/elsewhere': return waiting.push(response);
      case '/never': setTimeout(() => request.socket.destroy(), 20); return;
      default: response.end('fast');
    }
  }
  const one = http.createServer(serve).listen(0, '127.0.0.1', () => two.listen(0, '127.0.0.1', run));
  const two = http2.createServer(serve);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const get = (path, options = { agent }) => new Promise((done) => {
    http.get({ host: '127.0.0.1', port: one.address().port, path, ...options }, (response) => response.resume().on('end', done)).on('error', done);
  });
  const later = (ms) => new Promise((done) => setTimeout(done, ms));
  async function run() {
    for (const path of ['/fast', '/slow', '/block', '/fast', '/blocked', '/await', '/elsewhere']) await get(path);
    await Promise.all(['/slow', '/never', '/fast'].map((path) => get(path, { agent: false })));
    const head = (path, more = '') => 'GET ' + path + ' HTTP/1.1\\r\\nHost: here\\r\\n' + more + '\\r\\n';
    const socket = net.connect(one.address().port, '127.0.0.1');
    socket.write(head('/brief').repeat(10) + head('/slow') + head('/fast') + head('/elsewhere', 'Connection: close\\r\\n'));
    await new Promise((done) => socket.resume().on('close', done));
    const session = http2.connect('http://127.0.0.1:' + two.address().port);
    await Promise.all(['/slow', '/fast', '/elsewhere'].map((path) =>
      new Promise((done) => session.request({ ':path': path }).resume().on('close', done))));
    session.close();
    await later(5);
    clearInterval(others);
    agent.destroy();
    one.close();
    two.close();
    fs.writeFileSync(${JSON.stringify(measured)}, JSON.stringify(took));
  }`);

/** @param {string} page its data */
const dataOf = (page) => JSON.parse(fs.readFileSync(page, 'utf8').split('id="data">')[1].split('</script>')[0]);

/** @typedef {{ start: bigint, took: bigint }} Took in nanoseconds */
const inOrder = (/** @type {Took[]} */ all) => all.sort((a, b) => Number(a.start - b.start) || Number(a.took - b.took));

/** Milliseconds with six digits, too long for a number. */
const ns = (/** @type {string} */ ms) => BigInt(ms.replace('.', ''));

/** @param {string} file */
function readTraces(file) {
  const first =
    /"startTime":([\d.]+),"endTime":[\d.]+,"duration":([\d.]+),"spans":\[\{"id":\d+,"type":"(\w+)","parent":\d+,"startTime":([\d.]+),"endTime":[\d.]+,"duration":([\d.]+)/;
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, start, took, type, spanStart, spanTook] = first.exec(line) ?? [];
      if (line.includes('"request":')) assert.deepEqual([start, took], [spanStart, spanTook], line);
      else if (type !== 'HTTP2STREAM' || tellsOfStreams) return [];
      return [{ start: ns(spanStart), took: ns(spanTook) }];
    });
}

/** @param {string} file */
function readOtlp(file) {
  return [...fs.readFileSync(file, 'utf8').matchAll(/"kind":2,"startTimeUnixNano":"(\d+)","endTimeUnixNano":"(\d+)"/g)].map(
    ([, start, end]) => ({ start: BigInt(start), took: BigInt(end) - BigInt(start) }),
  );
}

/** As the summary shows a time. */
function shown(/** @type {bigint} */ time) {
  const [unit, name] = /** @type {[number, string]} */ (
    [
      [1e9, 's'],
      [1e6, 'ms'],
      [1e3, 'µs'],
    ].find(([unit]) => time >= unit)
  );
  const value = Number(time) / unit;
  return `${value.toFixed(value < 10 ? 2 : Number(value < 100))} ${name}`;
}

/** Records the server, and compares its reports. @returns {{ url: string, least: number, most: number, recorded: number }[]} in ms */
function requestsOf() {
  const [file, measured, page, traces, otlp] = ['', '.json', '.html', '.traces', '.otlp'].map((end) => newFile(end));
  const { status, stderr } = runNode(['--require', before(), '--require', PRELOAD, server(measured)], { ASYNC_HOOKS_RS_RECORD_FILE: file });
  assert.deepEqual([status, stderr], [0, '']);
  const report = runNode([BIN, 'report', file, '--all', '--html', page, '--traces', traces, '--otlp', otlp]);
  assert.deepEqual([report.status, report.stderr], [0, '']);

  const { requests } = dataOf(page);
  const received = requests.list.filter((/** @type {any} */ { client }) => client === 0);
  const onPage = inOrder(received.map((/** @type {any} */ { start, length }) => ({ start: BigInt(start), took: BigInt(length) })));
  const inTraces = inOrder(readTraces(traces));
  const times = inTraces.map(({ took }) => took);
  assert.deepEqual(inOrder(readOtlp(otlp)), inTraces);
  assert.deepEqual(
    onPage.map(({ took }) => took),
    times,
  );

  const [, count, slowest] = /** @type {RegExpExecArray} */ (/^ {2}(\d+) requests: p50 [^]*?\n([^]*?)\n\n/m.exec(report.stdout));
  assert.equal(Number(count), times.length);
  assert.equal(requests.total - requests.list.filter((/** @type {any} */ { client }) => client === 1).length, times.length);
  assert.deepEqual(
    [...slowest.matchAll(/^ +(\S+ \S+) at /gm)].map(([, took]) => took),
    [...times]
      .sort((a, b) => Number(b - a))
      .slice(0, 10)
      .map(shown),
  );

  const itself = JSON.parse(fs.readFileSync(measured, 'utf8'));
  assert.equal(times.length, itself.length);
  return itself.map((/** @type {any} */ { url, start, end, early }, /** @type {number} */ at) => {
    const recorded = Number(times[at]) / 1e6;
    // Nothing ends the one that is never answered but the last thing that happens in it.
    if (early?.end === undefined) return { url, least: 0, most: Infinity, recorded };
    return { url, least: early.end - start - TOLERANCE_MS, most: end - early.start + TOLERANCE_MS, recorded };
  });
}

test('a request took as long in all reports as the server measured', () => {
  const requests = requestsOf();
  const known = requests.filter(({ most }) => most < Infinity);
  assert.deepEqual(
    known.map(({ url }) => url).filter((url) => url === '/never'),
    [],
  );
  assert.equal(known.length, requests.length - (tellsOfStreams ? 1 : 4));
  assert.deepEqual(
    known.filter(({ least, most, recorded }) => recorded < least || recorded > most),
    [],
  );
});

test('a program that never yields is busy all the time', () => {
  const [file, page] = [newFile(), newFile('.html')];
  const source = program('for (const end = performance.now() + 200; performance.now() < end;);');
  assert.equal(runNode(['--require', PRELOAD, source], { ASYNC_HOOKS_RS_RECORD_FILE: file }).status, 0);
  const { stdout } = runNode([BIN, 'report', file, '--all', '--html', page]);
  const {
    busy: [active, looped],
  } = dataOf(page).totals;
  assert.equal(active, looped);
  assert.ok(active >= 200e6, `${active} ns`);
  assert.match(stdout, new RegExp(`^ {2}main +event loop busy 100 % \\(${shown(BigInt(active))} of ${shown(BigInt(looped))}\\)`, 'm'));
});

test('what runs when the program ends has run, in all reports', () => {
  const [file, page] = [newFile(), newFile('.html')];
  const source = program(`setTimeout(() => {
    for (const end = performance.now() + 100; performance.now() < end;);
    process.exit();
  }, 1);`);
  assert.equal(runNode(['--require', PRELOAD, source], { ASYNC_HOOKS_RS_RECORD_FILE: file }).status, 0);
  const { stdout } = runNode([BIN, 'report', file, '--all', '--html', page]);
  const { longest } = dataOf(page).totals;
  assert.ok(longest >= 100e6, `${longest} ns`);
  assert.match(stdout, new RegExp(`^ +${shown(BigInt(longest))} at .* on the thread main\\n +of timer \\(Timeout\\) `, 'm'));
});

test('a file that can be read only once is enough for all of them', { skip: isWindows && 'there is no FIFO' }, () => {
  const [file, fifo] = [newFile(), newFile('.fifo')];
  assert.equal(runNode(['--require', PRELOAD, program('setTimeout(() => {}, 1);')], { ASYNC_HOOKS_RS_RECORD_FILE: file }).status, 0);
  assert.equal(spawnSync('mkfifo', [fifo]).status, 0);
  const outputs = ['html', 'chrome', 'ndjson', 'traces', 'otlp'].map((form) => [form, newFile(`.${form}`)]);
  const writer = spawn('cp', ['--', file, fifo]);
  const { status, stdout, stderr } = runNode([BIN, 'report', fifo, '--all', ...outputs.flatMap(([form, out]) => [`--${form}`, out])]);
  writer.kill();
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^ {2}timer \(Timeout\) +1 /m);
  for (const [form, out] of outputs) assert.match(fs.readFileSync(out, 'utf8'), /Timeout/, form);
});

test('outputs to one pipe do not mix, and one that fails leaves the others whole', { skip: isWindows && 'there is no /dev/stdout' }, () => {
  const file = newFile();
  const source = program('for (let n = 0; n < 3000; n += 1) setTimeout(() => {}, 1);');
  assert.equal(runNode(['--require', PRELOAD, source], { ASYNC_HOOKS_RS_RECORD_FILE: file }).status, 0);
  const [alone, none] = [newFile('.ndjson'), path.join(newFile('.no'), 'folder')];
  const { status, stderr } = runNode([BIN, 'report', file, '--ndjson', alone, '--chrome', none]);
  assert.equal(status, 3);
  assert.match(stderr, /^async-hooks-rs report: .*folder cannot be written: /);
  // A pipe of the shell: that of a child process may be a socket, which cannot be opened by its name.
  const args = [process.execPath, BIN, 'report', file, '--all', '--ndjson', '/dev/stdout', '--traces', '/dev/stdout'];
  const { stdout } = spawnSync('sh', ['-c', '"$@" | cat', 'sh', ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  const at = stdout.indexOf(fs.readFileSync(alone, 'utf8'));
  assert.ok(at > 0, 'the events stand together');
  assert.match(stdout.slice(0, at), /^node [^]*\nFindings\n[^]*\nAlive at the end\n[^]*\n$/);
});
