'use strict';

/**
 * A server that is recorded with `--keep`, with a `top` that follows it, for long: what each of them weighs, how large the files are,
 * and how far `top` is behind.
 *
 *   node tasks/stress/always-on.js [--minutes 60] [--rate 2000] [--keep 32MiB] [--every 60]
 *
 * The load comes from another process, `--rate` requests a second over kept connections; `top` runs in tmux, whose pane is read every
 * second. Fails where the files are larger than they may be, where `top` ends, weighs more than 256 MiB or is more than two seconds behind,
 * and where the server or `top` grow in the second half of the time: by more than 20 MB an hour, beyond twice the error of the fit.
 */

const { execFileSync, fork, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { parseArgs } = require('node:util');

const { keepOf } = require('../../lib/record/keep');
const { fit } = require('./fit');

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '2000' },
    keep: { type: 'string', default: '32MiB' },
    every: { type: 'string', default: '60' },
    role: { type: 'string' },
    port: { type: 'string' },
  },
});
const [minutes, rate, every] = [options.minutes, options.rate, options.every].map(Number);

const CONNECTIONS = 32;
/** Between two handfuls of requests, in ms. */
const PACE = 10;
const MB = 1e6;
/** What `top` may weigh, in bytes, and how far it may be behind, in seconds. */
const MOST = 256 * 2 ** 20;
const BEHIND = 2;
/** What the processes may grow by, in MB an hour, and the minutes below which that says nothing. */
const GROWTH = 20;
const FEW = 10;
const ROOT = path.join(__dirname, '..', '..');
const UNITS = /** @type {Record<string, number>} */ ({ ns: 1e-9, µs: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600 });

// The server, and who asks it

function serve() {
  const users = new Map();
  const loadUser = (/** @type {string} */ name) => new Promise((resolve) => setTimeout(resolve, 3, { name }));
  const server = http.createServer({ keepAliveTimeout: 0 }, async (request, response) => {
    const name = String(request.url).slice(-2);
    users.set(name, await loadUser(name));
    await new Promise((resolve) => setImmediate(resolve));
    response.end(JSON.stringify(users.get(name)));
  });
  server.listen(0, '127.0.0.1', () => process.send?.(/** @type {import('node:net').AddressInfo} */ (server.address()).port));
  process.on('disconnect', () => process.exit());
  process.on('message', () => process.send?.(process.memoryUsage()));
}

async function load() {
  process.on('disconnect', () => process.exit());
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let [sent, open, failed] = [0, 0, 0];
  const over = (/** @type {boolean} */ isRight) => {
    open -= 1;
    failed += Number(!isRight);
  };
  const ask = () => {
    const request = http.get({ port: options.port, host: '127.0.0.1', agent, path: `/users/${sent % 100}` }, (response) => {
      response.resume().on('close', () => over(response.complete));
    });
    request.on('error', () => over(false));
    [sent, open] = [sent + 1, open + 1];
  };
  process.on('message', () => process.send?.({ sent, failed }));
  const begin = performance.now();
  for (let asked = 0; ; await sleep(PACE)) {
    const due = ((performance.now() - begin) / 1000) * rate;
    for (; asked < due; asked++) if (open < 4 * CONNECTIONS) ask();
  }
}

// What looks at them

const SOCKET = `async-hooks-rs-soak-${process.pid}`;

/** @param {string[]} args */
function tmux(...args) {
  return execFileSync('tmux', ['-L', SOCKET, ...args], { encoding: 'utf8' });
}

/** Bytes that a process has in memory; NaN where there is none. @param {number} pid */
function resident(pid) {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** Seconds that a screen says that it is behind. @param {string} screen */
function behind(screen) {
  const [, number, unit] = /([\d.]+) (ns|µs|ms|s|min|h) behind/.exec(screen) ?? [];
  return number === undefined ? 0 : Number(number) * UNITS[unit];
}

/** @param {string} screen */
function isLive(screen) {
  return / live$/m.test(screen);
}

async function watch() {
  if (spawnSync('tmux', ['-V']).status !== 0) throw new Error('This needs tmux.');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-soak-'));
  const file = path.join(folder, 'server.rec');
  const env = { ...process.env, ASYNC_HOOKS_RS_RECORD_FILE: file, ASYNC_HOOKS_RS_RECORD_KEEP: options.keep };
  const server = fork(__filename, ['--role', 'server'], { execArgv: ['--require', path.join(ROOT, 'record.js')], env });
  const [port] = await once(server, 'message');
  const asker = fork(__filename, ['--role', 'load', '--port', String(port), '--rate', options.rate]);
  const top = `exec '${process.execPath}' '${path.join(ROOT, 'bin', 'async-hooks-rs.js')}' top '${file}'`;
  tmux('-f', '/dev/null', 'new-session', '-d', '-x', '120', '-y', '40', top);
  const pid = Number(tmux('display-message', '-p', '#{pane_pid}'));
  /** @type {string[]} */
  const faults = [];
  try {
    await look({ server, asker, pid, file }, faults);
  } catch (error) {
    faults.push(String(error));
  }
  asker.disconnect();
  server.disconnect();
  spawnSync('tmux', ['-L', SOCKET, 'kill-server']);
  await once(server, 'exit');
  fs.rmSync(folder, { recursive: true, force: true });
  console.log(faults.length === 0 ? 'passed' : faults.join('\n'));
  process.exitCode = faults.length === 0 ? 0 : 1;
}

/**
 * @param {{ server: import('node:child_process').ChildProcess, asker: import('node:child_process').ChildProcess, pid: number, file: string }} about
 * @param {string[]} faults
 */
async function look({ server, asker, pid, file }, faults) {
  const size = (/** @type {string} */ name) => fs.statSync(name, { throwIfNoEntry: false })?.size ?? 0;
  const most = keepOf(options.keep).bytes;
  let [largest, furthest, screens, parts, former] = [0, 0, 0, 0, 0];
  const samples = {
    server: /** @type {[number, number][]} */ ([]),
    heap: /** @type {[number, number][]} */ ([]),
    top: /** @type {[number, number][]} */ ([]),
  };
  console.log(`Node ${process.version}, --keep ${options.keep}`);
  console.log('minute  requests  failed  server MB  heap MB  top MB  files MB  parts  behind s');
  for (let tries = 0; !isLive(tmux('capture-pane', '-p')) && tries < 60; tries++) await sleep(1000);
  const begin = performance.now();
  const end = begin + minutes * 60_000;
  for (let due = begin + every * 1000; performance.now() < end; await sleep(1000)) {
    // In this order: a part that begins in between is counted once.
    const old = fs.statSync(`${file}.old`, { throwIfNoEntry: false });
    largest = Math.max(largest, (old?.size ?? 0) + size(file));
    if (old !== undefined && old.ino !== former) [former, parts] = [old.ino, parts + 1];
    const screen = tmux('capture-pane', '-p');
    if (!isLive(screen)) faults.push(`after ${Math.round((performance.now() - begin) / 1000)} s top shows:\n${screen.trim()}`);
    if (faults.length > 10) return;
    [screens, furthest] = [screens + 1, Math.max(furthest, behind(screen))];
    if (performance.now() < due) continue;
    due += every * 1000;
    server.send('memory');
    asker.send('tally');
    const [[{ heapUsed }], [{ sent, failed }]] = await Promise.all([once(server, 'message'), once(asker, 'message')]);
    const hours = (performance.now() - begin) / 3_600_000;
    const weights = { server: resident(Number(server.pid)), heap: heapUsed, top: resident(pid) };
    for (const of of /** @type {const} */ (['server', 'heap', 'top'])) samples[of].push([hours, weights[of] / MB]);
    const columns = /** @type {[number, number, number][]} */ ([
      [hours * 60, 6, 1],
      [sent, 9, 0],
      [failed, 7, 0],
      [weights.server / MB, 10, 1],
      [heapUsed / MB, 8, 1],
      [weights.top / MB, 7, 1],
      [largest / MB, 9, 1],
      [parts, 6, 0],
      [furthest, 9, 1],
    ]);
    console.log(columns.map(([value, width, digits]) => value.toFixed(digits).padStart(width)).join(' '));
    if (weights.top > MOST) faults.push(`top weighs ${weights.top} bytes`);
    if (failed > 0) faults.push(`${failed} requests failed`);
  }
  if (largest > most) faults.push(`the files had ${largest} bytes`);
  if (furthest > BEHIND) faults.push(`top was ${furthest} s behind`);
  console.log(`${screens} screens were looked at.`);
  for (const of of /** @type {const} */ (['server', 'heap', 'top'])) {
    const used = samples[of].slice(samples[of].length / 2);
    const hours = used.map(([hour]) => hour);
    const { slope: growth, error } = fit(
      hours,
      used.map(([, weight]) => weight),
    );
    console.log(`${of}: ${growth.toFixed(2)} ± ${error.toFixed(2)} MB an hour`);
    if (of !== 'heap' && minutes >= FEW && growth - 2 * error > GROWTH) faults.push(`${of} grows`);
  }
}

const ROLES = /** @type {Record<string, () => unknown>} */ ({ server: serve, load, undefined: watch });
ROLES[String(options.role)]();
