'use strict';

/**
 * Measures the crate against what it stands on, in CPU time.
 *
 *   node crates/async-hooks/bench [--rounds 7]
 *
 * Everything is measured in each round, one after the other, and the least time of all rounds counts. The bars are those of the
 * README. With a hook enabled nothing but a function that does nothing is added.
 */

const { AsyncResource, createHook } = require('node:async_hooks');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { build } = require('../../../scripts/crate');

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } });
const rounds = Math.max(5, Number(values.rounds));
/** What is dropped is released in the next turn of the event loop, which belongs to it: so much is done in one turn. */
const IN_A_TURN = 1000;
const TURNS = 100;
/** So many operations are under way at once. */
const AT_ONCE = 100;

build('release');
const addon = require(path.join(__dirname, '..', '..', '..', 'target', 'crate', 'napi.release.node'));

const turn = () => new Promise((resolve) => setImmediate(resolve));
const nothing = () => {};

/** `new`, a reference of Node-API, and `emitDestroy`: what an addon would do by hand. */
function madeInJavaScript() {
  for (let i = 0; i < IN_A_TURN; i++) {
    const resource = new AsyncResource('DbQuery', { requireManualDestroy: true });
    addon.benchReference(resource);
    resource.emitDestroy();
  }
}

/** @param {() => Promise<unknown>} operation */
const operations = (operation) => Promise.all(Array.from({ length: AT_ONCE }, operation));

/** @type {Record<string, { run: () => unknown, turns: number, count?: number }>} */
const works = {
  'plain call': { run: () => addon.benchPlain(IN_A_TURN, nothing), turns: TURNS },
  "JavaScript's resource": { run: madeInJavaScript, turns: TURNS },
  resource: { run: () => addon.benchResource(IN_A_TURN), turns: TURNS },
  run_in_scope: { run: () => addon.benchRun(IN_A_TURN), turns: TURNS },
  capture: { run: () => addon.benchCapture(IN_A_TURN), turns: TURNS },
  enter: { run: () => addon.benchEnter(IN_A_TURN), turns: TURNS },
  'async fn': { run: () => operations(addon.lostAsyncFn), turns: 50, count: AT_ONCE },
  spawn: { run: () => operations(addon.keptAsyncFn), turns: 50, count: AT_ONCE },
};

/** What is compared, with what, and the ratio that was asked for. */
const BARS = [
  ['resource', "JavaScript's resource", 2],
  ['run_in_scope', 'plain call', 3.5],
  ['capture', 'plain call', 1.5],
  ['enter', 'plain call', 1.4],
  ['spawn', 'async fn', 1.5],
];

/** @returns {Promise<Map<string, number>>} the least nanoseconds for one, by work */
async function measure() {
  const least = new Map();
  for (let round = -1; round < rounds; round++) {
    for (const [name, { run, turns, count = IN_A_TURN }] of Object.entries(works)) {
      const start = process.cpuUsage();
      for (let i = 0; i < turns; i++) {
        await run();
        await turn();
      }
      const { user, system } = process.cpuUsage(start);
      const each = ((user + system) * 1000) / (turns * count);
      if (round >= 0) least.set(name, Math.min(each, least.get(name) ?? Infinity));
    }
  }
  return least;
}

/**
 * @param {string} title
 * @param {Map<string, number>} least
 */
function print(title, least) {
  console.log(`\nNode ${process.versions.node}, ${title}, CPU ns, least of ${rounds} rounds`);
  for (const [name, each] of least) console.log(`  ${name.padEnd(22)} ${each.toFixed(0).padStart(8)}`);
  for (const [name, base, bar] of BARS) {
    const ratio = /** @type {number} */ (least.get(String(name))) / /** @type {number} */ (least.get(String(base)));
    const verdict = ratio <= Number(bar) ? 'within' : 'over';
    console.log(`  ${name} / ${base}: ${ratio.toFixed(2)}, ${verdict} ${bar}`);
  }
}

async function main() {
  print('no hooks', await measure());
  const hook = createHook({ init: nothing }).enable();
  print('with an init hook', await measure());
  hook.disable();
}

main();
