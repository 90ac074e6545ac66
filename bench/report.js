'use strict';

/**
 * How long reports take, and how much memory: time and peak resident size of one process a report.
 *
 *   node bench/report.js [FILE]
 *
 * Without a file, it writes one of 10 million events first: a server that answers 50 requests at once, each with ten awaits
 * and a few timers and ticks. Its payloads are not packed, so it is larger than what the recorder writes.
 */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Thread, end, header } = require('../__test__/support/recording');

const EVENTS = 10_000_000;
const CONCURRENT = 50;
const FORMS = ['html', 'chrome', 'ndjson', 'traces', 'otlp'];

const command = path.join(__dirname, '..', 'lib', 'report', 'command.js');
const child = `
  const began = performance.now();
  require(${JSON.stringify(command)}).command(process.argv.slice(1)).then((code) => {
    const seconds = (performance.now() - began) / 1000;
    process.stderr.write(JSON.stringify({ code, seconds, rss: process.resourceUsage().maxRSS / 1024 }));
  });
`;

/** A server whose requests take turns: each `yield` is where one waits and others go on. */
class Server {
  time = 0;
  runtime = 10;
  own = 1e15;
  events = 0;
  main = new Thread(0);

  /**
   * @param {'init' | 'before' | 'after' | 'destroy' | 'promiseResolve'} kind
   * @param {number} id
   * @param {[string, { trigger: number, current?: number }] | []} more
   */
  event(kind, id, ...more) {
    this.events += 1;
    this.time += 120 + (this.events * 7919) % 1500;
    const [type, relations] = more;
    if (kind === 'init') this.main.init(this.time, id, type ?? '', relations);
    else this.main[kind](this.time, id);
  }

  * request(/** @type {number} */ connection) {
    const ended = [];
    const tick = (this.runtime += 1);
    this.event('before', connection);
    this.event('init', tick, 'TickObject', { trigger: connection });
    let parent = (this.own += 1);
    this.event('init', parent, 'PROMISE', { trigger: connection });
    this.event('after', connection);
    yield;
    this.event('before', tick);
    this.event('after', tick);
    ended.push(tick, parent);
    for (let awaits = 0; awaits < 10; awaits += 1) {
      const timer = awaits % 4 === 0 ? (this.runtime += 1) : 0;
      const promise = (this.own += 1);
      const then = (this.own += 1);
      if (timer > 0) this.event('init', timer, 'Timeout', { trigger: parent, current: connection });
      this.event('init', promise, 'PROMISE', { trigger: parent, current: connection });
      this.event('init', then, 'PROMISE', { trigger: promise, current: connection });
      yield;
      if (timer > 0) {
        this.event('before', timer);
        this.event('after', timer);
        ended.push(timer);
      }
      this.event('promiseResolve', promise);
      this.event('before', then);
      this.event('promiseResolve', then);
      this.event('after', then);
      ended.push(promise, then);
      parent = then;
    }
    yield;
    for (const id of ended) this.event('destroy', id);
  }
}

/** @param {string} file */
function write(file) {
  const out = fs.openSync(file, 'w');
  fs.writeSync(out, header({ wall: 1_700_000_000_000_000_000n }));
  const server = new Server();
  server.main.start(0, 0);
  const connections = Array.from({ length: CONCURRENT }, () => (server.runtime += 1));
  for (const id of connections) server.event('init', id, 'HTTPINCOMINGMESSAGE', { trigger: 1 });
  const requests = connections.map((id) => server.request(id));
  while (server.events < EVENTS) {
    for (const [at, request] of requests.entries()) {
      if (request.next().done) requests[at] = server.request(connections[at]);
    }
    if (server.main.shapes.bytes.length > 2 ** 16) fs.writeSync(out, server.main.chunk());
  }
  fs.writeSync(out, server.main.chunk());
  fs.writeSync(out, end());
  fs.closeSync(out);
}

/** @param {string[]} args */
function measure(args) {
  const { stderr, error } = spawnSync(process.execPath, ['-e', child, ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (error !== undefined) throw error;
  /** @type {{ code: number, seconds: number, rss: number }} */
  const { code, seconds, rss } = JSON.parse(stderr.slice(stderr.lastIndexOf('{')));
  if (code !== 0) throw new Error(`the report ended with ${code}: ${stderr}`);
  return { seconds, rss };
}

function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'report-bench-'));
  try {
    const file = process.argv[2] ?? path.join(folder, 'recording');
    if (process.argv[2] === undefined) write(file);
    const megabytes = (/** @type {number} */ size) => `${(size / 2 ** 20).toFixed(1)} MiB`;
    console.log(`Node ${process.version}, ${file === process.argv[2] ? file : `${EVENTS} events`}, ${megabytes(fs.statSync(file).size)}`);
    for (const form of ['summary', ...FORMS]) {
      const out = path.join(folder, form);
      const { seconds, rss } = measure(form === 'summary' ? [file] : [file, `--${form}`, out]);
      const size = form === 'summary' ? '' : `, ${megabytes(fs.statSync(out).size)}`;
      console.log(`${form.padEnd(8)} ${seconds.toFixed(2)} s, peak RSS ${rss.toFixed(0)} MiB${size}`);
      fs.rmSync(out, { force: true });
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

main();
