'use strict';

/**
 * An HTTP server with hooks and storage under load for long: whether memory grows, whether an event is lost, and
 * whether every request finds its own store.
 *
 *   node --expose-gc tasks/stress/soak.js [--minutes 30] [--rate 300] [--every 30] [--builtin]
 *
 * The load comes from a child process, `--rate` requests a second over kept connections, and as many as the minutes
 * ask for. `--every` seconds it collects garbage and notes what the heap, external memory and the process weigh; what
 * they grow by is fitted to the second half of these: in the first, caches fill and V8 finds its size. A soak of less than ten minutes judges events
 * and stores only. `--builtin` runs the same with Node's own module, to compare with.
 */

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const builtin = require('node:async_hooks');
const { setTimeout: sleep } = require('node:timers/promises');
const { parseArgs } = require('node:util');

const { fit } = require('./fit');

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '300' },
    every: { type: 'string', default: '30' },
    builtin: { type: 'boolean', default: false },
    load: { type: 'string' },
  },
});

const [minutes, rate, every] = [options.minutes, options.rate, options.every].map(Number);
const TOTAL = Math.round(minutes * 60 * rate);
const CONNECTIONS = 16;
/** Between two handfuls of requests, in ms. */
const PACE = 20;
const MB = 1e6;
/** What may be grown by in MB an hour, beyond twice the error of the fit. A lost kilobyte in a request would be 1080 at 300 a second. */
const BOUNDS = { heap: 2, external: 2, rss: 20 };
/** Minutes below which a slope says nothing. */
const FEW = 10;
/** The share of the samples, at the beginning, that is left out. */
const WARM = 0.5;
/** What only the work of a request makes, and so is known to the number. */
const EXACT = ['PROMISE', 'FSREQCALLBACK', 'Immediate', 'SOAK'];

/** @type {typeof import('../..')} */
const { createHook, AsyncLocalStorage, AsyncResource } = options.builtin ? /** @type {any} */ (builtin) : require('../..');

/** @typedef {{ type: string, resource: WeakRef<object>, entered: number }} Life */
/** @typedef {{ init: number, destroy: number, before: number, after: number, resolve: number, alive: number, lost: number }} Counts */

// The load

/** The child: `TOTAL` requests, each with a number that the answer must repeat. Says on stdout how many were right. */
async function load(/** @type {number} */ port) {
  process.stdin.on('end', () => process.exit(1)).resume();
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const tally = { sent: 0, right: 0, wrong: 0 };
  const ask = () =>
    new Promise((resolve) => {
      const number = String(tally.sent++);
      const request = http.get({ port, host: '127.0.0.1', agent, path: `/${number}` }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part) => {
          body += part;
        });
        response.on('close', () => resolve(body === number));
      });
      request.on('error', () => resolve(false));
    }).then((right) => {
      tally[right ? 'right' : 'wrong'] += 1;
    });
  const start = performance.now();
  /** @type {Set<Promise<void>>} */
  const open = new Set();
  while (tally.sent < TOTAL) {
    const due = Math.min(TOTAL, Math.ceil(((performance.now() - start) / 1000) * rate));
    while (tally.sent < due && open.size < CONNECTIONS) {
      const asked = ask().finally(() => open.delete(asked));
      open.add(asked);
    }
    await sleep(PACE);
  }
  await Promise.all(open);
  agent.destroy();
  process.stdin.destroy();
  console.log(JSON.stringify(tally));
}

// What a request does

/** @type {import('../..').AsyncLocalStorage<{ number: string }>} */
const storage = new AsyncLocalStorage();
const stores = { right: 0, wrong: 0 };

/** @param {object | undefined} expected */
function check(expected) {
  stores[storage.getStore() === expected ? 'right' : 'wrong'] += 1;
}

/**
 * One of everything that a handler is made of. The store must be there after each.
 * @param {{ number: string }} store
 */
async function work(store) {
  check(store);
  await null;
  check(store);
  await new Promise((resolve) => setImmediate(resolve));
  check(store);
  await new Promise((resolve) => fs.stat(__filename, resolve));
  check(store);
  await new Promise((resolve) => {
    process.nextTick(resolve);
  });
  const resource = new AsyncResource('SOAK', { requireManualDestroy: true });
  storage.run({ number: 'another' }, () => resource.runInAsyncScope(check, undefined, store));
  resource.emitDestroy();
  await Promise.all(
    [1, 2, 3].map(async (n) => {
      await n;
      check(store);
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1));
  check(store);
}

function serve() {
  // No connection times out: one that does so while the next request is on its way would fail that.
  return http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const store = { number: String(request.url).slice(1) };
    storage.run(store, () =>
      work(store).then(() => {
        check(store);
        response.end(store.number);
      }),
    );
  });
}

// What hooks see

/**
 * What a promise that lives may hold back of its batch, and the batch that is still open: their destroys are not lost,
 * they are to come (docs/differences.md).
 */
const HELD_BACK = 64;

/** Follows every resource from its init to its destroy. */
class Ledger {
  /** @type {Map<number, Life>} */
  alive = new Map();
  /** @type {Map<string, Counts>} */
  types = new Map();
  /** Events of resources that had no init. */
  unknown = 0;

  constructor() {
    // What is older than this had its init before anybody looked.
    const first = new AsyncResource('FIRST', { requireManualDestroy: true }).asyncId();
    const step =
      (/** @type {'before' | 'after' | 'resolve' | 'destroy'} */ event, /** @type {number} */ change) => (/** @type {number} */ id) => {
        const life = this.alive.get(id);
        if (life === undefined) return void (this.unknown += Number(id > first));
        life.entered += change;
        this.of(life.type)[event] += 1;
        if (event === 'destroy') this.alive.delete(id);
      };
    createHook({
      init: (id, type, trigger, resource) => {
        const counts = this.of(type);
        counts.init += 1;
        if (this.alive.has(id)) counts.lost += 1;
        this.alive.set(id, { type, resource: new WeakRef(resource), entered: 0 });
      },
      before: step('before', 1),
      after: step('after', -1),
      promiseResolve: step('resolve', 0),
      destroy: step('destroy', 0),
    }).enable();
  }

  /**
   * @param {string} type
   * @returns {Counts}
   */
  of(type) {
    let counts = this.types.get(type);
    if (counts === undefined) {
      counts = { init: 0, destroy: 0, before: 0, after: 0, resolve: 0, alive: 0, lost: 0 };
      this.types.set(type, counts);
    }
    return counts;
  }

  /** Looks at what is alive by the events: whether it is there, and was left as often as entered. */
  settle() {
    for (const { type, resource, entered } of this.alive.values()) {
      const counts = this.of(type);
      counts.alive += 1;
      if (resource.deref() === undefined || entered !== 0) counts.lost += 1;
    }
  }
}

/**
 * How many of each type of `EXACT` a request makes, as Node's own module sees it.
 * @param {(counts: Map<string, number>) => void} then
 */
function made(then) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  const hook = builtin
    .createHook({
      init: (id, type) => {
        counts.set(type, (counts.get(type) ?? 0) + 1);
      },
    })
    .enable();
  const store = { number: 'none' };
  storage.run(store, () =>
    work(store).then(() => {
      check(store);
      hook.disable();
      setImmediate(then, counts);
    }),
  );
}

// What it weighs

/** @typedef {{ hours: number, heap: number, external: number, rss: number }} Sample */

/** Runs in timers alone: a promise or an immediate of its own would be counted as one of a request. */
class Scale {
  /** @type {Sample[]} */
  samples = [];
  start = performance.now();
  /** @type {NodeJS.Timeout | undefined} */
  timer;

  /** @param {Ledger} ledger */
  constructor(ledger) {
    this.ledger = ledger;
    console.log('minute  heap MB  external MB   rss MB   alive');
    this.weigh();
  }

  weigh() {
    collect(3, () => {
      const { heapUsed, external, rss } = process.memoryUsage();
      const hours = (performance.now() - this.start) / 3_600_000;
      this.samples.push({ hours, heap: heapUsed / MB, external: external / MB, rss: rss / MB });
      console.log(
        `${(hours * 60).toFixed(1).padStart(6)} ${(heapUsed / MB).toFixed(2).padStart(8)} ` +
          `${(external / MB).toFixed(2).padStart(12)} ${(rss / MB).toFixed(1).padStart(8)} ${String(this.ledger.alive.size).padStart(7)}`,
      );
      this.timer = setTimeout(() => this.weigh(), every * 1000);
    });
  }

  stop() {
    clearTimeout(this.timer);
  }
}

/**
 * Collects garbage, with time for finalizers after each.
 * @param {number} times
 * @param {() => void} then
 */
function collect(times, then) {
  if (times === 0) return then();
  /** @type {() => void} */ (globalThis.gc)();
  setTimeout(collect, 1, times - 1, then);
}

// The report

/** @type {string[]} */
const failures = [];

/**
 * @param {boolean} holds
 * @param {string} what
 */
function demand(holds, what) {
  if (!holds) failures.push(what);
}

/** @param {Sample[]} samples */
function reportGrowth(samples) {
  const used = samples.slice(Math.ceil(samples.length * WARM));
  if (used.length < 3) return;
  const hours = used.map((sample) => sample.hours);
  console.log(`\n${`${used.length} samples`.padEnd(12)}    mean MB    MB/hour    ± error  off line, MB`);
  for (const key of /** @type {const} */ (['heap', 'external', 'rss'])) {
    const { mean, slope, error, off } = fit(
      hours,
      used.map((sample) => sample[key]),
    );
    console.log(`${key.padEnd(12)}${[mean, slope, error, off].map((number) => number.toFixed(2).padStart(11)).join('')}`);
    if (minutes < FEW) continue;
    demand(slope - 2 * error <= BOUNDS[key], `${key} grows by ${slope.toFixed(2)} MB an hour, bound ${BOUNDS[key]}`);
  }
  if (minutes < FEW) console.log(`Growth is not judged: a soak of less than ${FEW} minutes says nothing about it.`);
}

/**
 * @param {Ledger} ledger
 * @param {Map<string, number>} expected of a request
 */
function reportEvents(ledger, expected) {
  ledger.settle();
  const columns = /** @type {const} */ (['init', 'destroy', 'alive', 'before', 'after', 'resolve', 'lost']);
  console.log(`\n${'type'.padEnd(24)}${columns.map((column) => column.padStart(10)).join('')}`);
  for (const [type, counts] of [...ledger.types].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`${type.padEnd(24)}${columns.map((column) => String(counts[column]).padStart(10)).join('')}`);
    demand(counts.lost <= (type === 'PROMISE' && !options.builtin ? HELD_BACK : 0), `${type}: ${counts.lost} have lost events`);
    demand(counts.init === counts.destroy + counts.alive, `${type}: init is not destroy + alive`);
    demand(counts.before === counts.after, `${type}: before is not after`);
  }
  for (const type of EXACT) {
    const [is, ought] = [ledger.of(type).init, (expected.get(type) ?? 0) * TOTAL];
    demand(is === ought && ought > 0, `${type}: ${is} inits, ${ought} are due`);
  }
  demand(ledger.unknown === 0, `${ledger.unknown} events of resources without an init`);
}

/** @param {string} said by the child */
function reportRequests(said) {
  console.log(`\nNode ${process.version}, ${options.builtin ? 'its own module' : 'this module'}: ${said.trim()}`);
  console.log(`stores: ${stores.right} right, ${stores.wrong} wrong`);
  demand(JSON.parse(said || '{}').right === TOTAL, `not all of ${TOTAL} requests were answered with their number`);
  demand(stores.wrong === 0 && stores.right > TOTAL, `${stores.wrong} times the store was not that of the request`);
}

/** @param {Map<string, number>} expected */
function soak(expected) {
  const ledger = new Ledger();
  const scale = new Scale(ledger);
  let said = '';
  const server = serve().listen(0, '127.0.0.1', () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const args = [__filename, '--load', String(port), '--minutes', String(minutes), '--rate', String(rate)];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdout.setEncoding('utf8').on('data', (part) => {
      said += part;
    });
    child.on('close', () => {
      scale.stop();
      server.close();
      server.closeAllConnections();
      collect(20, () => {});
    });
  });
  // Here nothing runs any more, not even the timer that waited for this.
  process.on('exit', () => {
    reportGrowth(scale.samples);
    reportEvents(ledger, expected);
    reportRequests(said);
    for (const failure of failures) console.log(`FAILED: ${failure}`);
    if (failures.length > 0) process.exitCode = 1;
  });
}

if (options.load !== undefined) {
  load(Number(options.load));
} else if (globalThis.gc === undefined) {
  throw new Error('Without --expose-gc, what is garbage would be weighed too');
} else {
  made(soak);
}
