'use strict';

/**
 * The process in which one variant of one row is measured:
 * `node --expose-gc measure.js ROW VARIANT [quick]`. Prints a sample as JSON.
 */

const { FIVE, Counter, sum } = require('./counters');
const { loop, turn } = require('./loop');
const { rows } = require('./rows');
const { moduleOf } = require('./variants');

const SETTLING_TURNS = 30;

/**
 * @param {import('./rows').Repeated & import('./rows').Common} row
 * @param {import('./variants').Variant} variant
 * @param {boolean} quick
 * @returns {Promise<import('./measures').Sample>}
 */
async function sampleOf(row, variant, quick) {
  const asyncHooks = moduleOf(variant);
  const counters =
    variant === 'none' || row.hooks.length === 0
      ? []
      : Array.from({ length: row.enabledHooks ?? 1 }, () => new Counter(asyncHooks, row.hooks));
  for (const { hook } of counters) hook.enable();

  /** @type {(() => unknown)[]} */
  const closing = [];
  const batch = await row.prepare({ variant, asyncHooks, onEnd: (close) => closing.push(close) });
  const batches = quick ? 2 : row.batches;
  const warmUp = Math.ceil(batches / 5);
  const measured = await timed(batch, { size: row.size, batches, warmUp }, counters);
  const peakMemory = process.resourceUsage().maxRSS * 1024;
  for (const close of closing) await close();
  await settle(counters);
  for (const { hook } of counters) hook.disable();
  return { operations: batches * row.size, batches, ...measured, peakMemory, all: sum(counters) };
}

/**
 * @param {import('./loop').Batch} batch
 * @param {{ size: number, batches: number, warmUp: number }} extent
 * @param {Counter[]} counters
 */
async function timed(batch, extent, counters) {
  /** @type {ReturnType<typeof reading>[]} */
  const readings = [];
  await loop(batch, extent, () => readings.push(reading(counters)));
  const [before, after] = readings;
  const events = after.events;
  for (const event of FIVE) events[event] -= before.events[event];
  const wall = Number(after.time - before.time);
  return { wall, busy: wall - (after.idle - before.idle), cpu: after.cpu - before.cpu, timed: events };
}

/** @param {Counter[]} counters */
function reading(counters) {
  const { user, system } = process.cpuUsage();
  return {
    time: process.hrtime.bigint(),
    idle: performance.eventLoopUtilization().idle * 1e6,
    cpu: (user + system) * 1e3,
    events: sum(counters),
  };
}

/**
 * Collects the garbage until every `destroy` has come, or some time has passed.
 * @param {Counter[]} counters
 */
async function settle(counters) {
  for (let i = 0; i < SETTLING_TURNS; i++) {
    /** @type {any} */ (globalThis).gc();
    await turn();
    const { init, destroy } = sum(counters);
    if (destroy === init) return;
  }
}

async function main() {
  const [name, variant, quick] = process.argv.slice(2);
  const row = rows.find((row) => row.name === name);
  if (row === undefined) throw new Error(`There is no row "${name}"`);
  const which = /** @type {import('./variants').Variant} */ (variant);
  const sample = 'once' in row ? { wall: await row.once(which) } : await sampleOf(row, which, quick === 'quick');
  console.log(JSON.stringify(sample));
}

main();
