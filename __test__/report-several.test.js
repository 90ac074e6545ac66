'use strict';
// Several recordings in one report: what one process asked of another, on one clock, the same in every form.

const assert = require('node:assert');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const test = require('node:test');
const { BIN, PRELOAD, newFile, program, readRecording, runNode, startNode } = require('./support/recorded');

const REQUESTS = 12;

const BACKEND = program(`
const server = require('node:http').createServer((request, response) => {
  if (request.url === '/stop') { response.end(); process.exit(); }
  setTimeout(() => response.end('ok'), 1);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));`);

const GATEWAY = program(`
const http = require('node:http');
let span = 100;
const server = http.createServer((request, response) => {
  if (request.url === '/stop') { response.end(); process.exit(); }
  // As a tracer does: the same trace, and a span of its own.
  const [version, trace] = request.headers.traceparent.split('-');
  const traceparent = [version, trace, String(span++).padStart(16, '0'), '01'].join('-');
  http.get({ host: '127.0.0.1', port: process.argv[2], path: '/items/' + span, headers: { traceparent } }, (answer) => answer.pipe(response));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));`);

/**
 * @param {string} file
 * @param {string[]} words
 */
async function startRecorded(file, ...words) {
  const child = startNode(['--require', PRELOAD, ...words], { ASYNC_HOOKS_RS_RECORD_FILE: file });
  const ended = once(child, 'exit');
  const [port] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { port: Number(port), pid: Number(child.pid), ended };
}

/**
 * @param {number} port
 * @param {string} url
 * @param {Record<string, string>} [headers]
 */
async function get(port, url, headers = {}) {
  const [response] = await once(http.get({ host: '127.0.0.1', port, path: url, headers, agent: false }), 'response');
  response.resume();
  await once(response, 'end');
}

const trace = (/** @type {number} */ number) => `${number}`.padStart(32, 'a');

/** A gateway and a backend that were recorded while requests went through both. */
const recorded = (async () => {
  const folder = newFile('');
  fs.mkdirSync(folder);
  const [front, back] = ['front.rec', 'back.rec'].map((name) => path.join(folder, name));
  const backend = await startRecorded(back, BACKEND);
  const gateway = await startRecorded(front, GATEWAY, String(backend.port));
  for (let number = 0; number < REQUESTS; number++) {
    await get(gateway.port, '/shop', { traceparent: `00-${trace(number)}-${'b'.repeat(16)}-01` });
  }
  for (const { port, ended } of [gateway, backend]) {
    await get(port, '/stop');
    await ended;
  }
  return { folder, front, back, pids: [gateway.pid, backend.pid] };
})();

/** @param {string[]} words */
function report(...words) {
  const { status, stdout, stderr } = runNode([BIN, 'report', ...words]);
  assert.deepStrictEqual([status, stderr], [0, '']);
  return stdout;
}

/** @param {string} text */
const linesOf = (text) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

test('routes, threads and processes of all, in text and as JSON', async () => {
  const { front, back, pids } = await recorded;
  const text = report(front, back, '--all');
  assert.match(text, /^2 recordings: \d+\.js \d+, \d+\.js \d+\n/);
  for (const pid of pids) assert.match(text, new RegExp(`main of \\d+\\.js ${pid}\\s+event loop busy`));
  const data = JSON.parse(report(front, back, '--json'));
  assert.deepStrictEqual(data.processes.map((/** @type {any} */ { pid }) => pid).sort(), [...pids].sort());
  assert.strictEqual(data.complete, true);
  const counts = Object.fromEntries(data.routes.map((/** @type {any} */ { route, status, count }) => [`${route} ${status}`, count]));
  assert.deepStrictEqual([counts['GET /shop 200'], counts['GET /items/:id 200']], [REQUESTS, REQUESTS]);
  // No more and no less than each of them.
  const each = [front, back].map((file) => JSON.parse(report(file, '--json')));
  const sum = (/** @type {any[]} */ all) => all.flatMap(({ routes }) => routes).reduce((total, { count }) => total + count, 0);
  assert.strictEqual(sum([data]), sum(each));
  assert.strictEqual(data.events, each[0].events + each[1].events);
});

test('a request that went through both is one trace', async () => {
  const { front, back, pids } = await recorded;
  const out = newFile('.json');
  report(front, back, '--otlp', out);
  /** @type {Map<string, Set<number>>} */
  const processes = new Map();
  const requests = new Map();
  for (const { resourceSpans } of linesOf(fs.readFileSync(out, 'utf8'))) {
    for (const { resource, scopeSpans } of resourceSpans) {
      const pid = Number(resource.attributes.find((/** @type {any} */ { key }) => key === 'process.pid').value.intValue);
      for (const span of scopeSpans.flatMap((/** @type {any} */ { spans }) => spans)) {
        if (span.kind === 2) requests.set(pid, (requests.get(pid) ?? 0) + 1);
        const of = processes.get(span.traceId) ?? new Set();
        processes.set(span.traceId, of.add(pid));
      }
    }
  }
  const shared = [...processes].filter(([, of]) => of.size === 2).map(([id]) => id);
  assert.deepStrictEqual(shared.sort(), Array.from({ length: REQUESTS }, (_, number) => trace(number)).sort());
  // Each has a last request that ends it, which the process may not answer any more.
  for (const pid of pids) assert.ok(requests.get(pid) >= REQUESTS && requests.get(pid) <= REQUESTS + 1);
});

test('every form has what each recording has', async () => {
  const { folder, front, back, pids } = await recorded;
  const [nd, chrome, traces, html] = ['.ndjson', '.chrome.json', '.traces', '.html'].map(newFile);
  // A pattern that no shell has seen.
  report(path.join(folder, '*.rec'), '--ndjson', nd, '--chrome', chrome, '--traces', traces, '--html', html);
  const lines = linesOf(fs.readFileSync(nd, 'utf8'));
  const events = (/** @type {number} */ pid) => lines.filter((line) => line.pid === pid && typeof line.id === 'number').length;
  assert.deepStrictEqual(
    pids.map(events),
    [front, back].map((file) => readRecording(file).events.length),
  );
  const slices = JSON.parse(fs.readFileSync(chrome, 'utf8')).traceEvents;
  assert.deepStrictEqual(new Set(slices.map((/** @type {any} */ { pid }) => pid)), new Set(pids));
  const routes = linesOf(fs.readFileSync(traces, 'utf8')).filter(({ route, partial }) => route && !partial);
  assert.strictEqual(routes.filter(({ route }) => route === 'GET /shop').length, REQUESTS);
  assert.strictEqual(routes.filter(({ route }) => route === 'GET /items/:id').length, REQUESTS);
  assert.match(fs.readFileSync(html, 'utf8'), /"processes":2/);
});

test('a damaged recording and one without an end are named, and the others are whole', async () => {
  const { folder, front, back } = await recorded;
  const cut = path.join(folder, 'cut.damaged');
  const bytes = fs.readFileSync(back);
  fs.writeFileSync(cut, bytes.subarray(0, bytes.length - 40));
  const { status, stdout, stderr } = runNode([BIN, 'report', front, cut, '--json']);
  assert.strictEqual(status, 1);
  assert.match(stderr, /cut\.damaged is damaged: .* The report covers what comes before\./);
  const { routes, complete } = JSON.parse(stdout);
  assert.strictEqual(complete, false);
  assert.strictEqual(routes.find((/** @type {any} */ { route }) => route === 'GET /shop').count, REQUESTS);
  assert.match(runNode([BIN, 'report', front, cut]).stdout, /! .*cut\.damaged is damaged at byte \d+/);
});

test('the same recording twice counts once, and what is refused', async () => {
  const { folder, front, back } = await recorded;
  assert.strictEqual(report(front, path.join(folder, '.', 'front.rec'), '--json'), report(front, '--json'));
  for (const [words, message] of /** @type {[string[], RegExp][]} */ ([
    [[path.join(folder, '*.none')], /No file matches .*\*\.none\./],
    [[front, back, '--html', back], /is the recording itself/],
    [[front, path.join(folder, 'none.rec')], /none\.rec: /],
    [[front, BIN], /async-hooks-rs\.js: /],
  ])) {
    const { status, stderr } = runNode([BIN, 'report', ...words]);
    assert.match(stderr, message);
    assert.ok(status === 2 || status === 3);
  }
});
