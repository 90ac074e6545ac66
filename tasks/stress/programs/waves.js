'use strict';

/**
 * `waves.js COUNT WARM SEED FOLDER`: COUNT Workers, sixteen at a time, that end by every means; how each ended, and what the
 * process holds after WARM waves and at the end.
 */

const fs = require('node:fs');
const path = require('node:path');
const { Worker } = require('node:worker_threads');

const { Random } = require('../../fuzz/common/random');
const { holdings } = require('./holdings');
require('./module');

const WAVE = 16;
const KINDS = ['hooks', 'storage'];
const LONGEST_LIFE_MS = 30;

/** How a Worker ends, by what makes it end. One that is terminated before it has begun may end with 0. */
const ENDINGS = {
  return: /^0$/,
  exit: /^7$/,
  throw: /^1 Error: uncaught in the worker$/,
  memory: /^1 ERR_WORKER_OUT_OF_MEMORY$/,
  terminate: /^[01]$/,
};
/** How often each is chosen: to fill a memory takes the longest. */
const WEIGHTS = { return: 2, exit: 2, throw: 2, memory: 1, terminate: 3 };

const [count, warmUp, seed] = process.argv.slice(2, 5).map(Number);
const folder = process.argv[5];
const random = new Random(seed);

/** @param {{ means: keyof typeof ENDINGS, kind: string, file: string }} workerData */
function life(workerData) {
  // Drawn before anything runs, so that the seed alone says which Workers there are.
  const delay = random.next() * LONGEST_LIFE_MS;
  const atOnce = random.chance(0.2);
  return new Promise((resolve) => {
    const worker = new Worker(path.join(__dirname, 'worker.js'), {
      workerData,
      resourceLimits: workerData.means === 'memory' ? { maxOldGenerationSizeMb: 12, maxYoungGenerationSizeMb: 2 } : {},
    });
    let error = '';
    worker.on('error', (/** @type {any} */ reason) => {
      error = ` ${reason.code ?? reason}`;
    });
    worker.on('exit', (code) => resolve(`${code}${error}`));
    if (workerData.means !== 'terminate') return;
    if (atOnce) worker.terminate();
    else worker.on('message', () => setTimeout(() => worker.terminate(), delay));
  });
}

/** @param {number} wave */
function kindOf(wave) {
  return wave === 0 ? 'recorder' : KINDS[wave % KINDS.length];
}

async function main() {
  /** @type {Record<string, number>} */
  const ended = {};
  const wrong = [];
  let afterWarmUp;
  for (let started = 0, wave = 0; started < count; wave++) {
    const size = Math.min(WAVE, count - started);
    const lives = Array.from({ length: size }, () => {
      const data = {
        means: /** @type {keyof typeof ENDINGS} */ (random.weighted(WEIGHTS)),
        kind: kindOf(wave),
        file: path.join(folder, 'waves.rec'),
      };
      return life(data).then((ending) => ({ ...data, ending }));
    });
    for (const { means, kind, ending } of await Promise.all(lives)) {
      ended[means] = (ended[means] ?? 0) + 1;
      if (!ENDINGS[means].test(ending)) wrong.push(`${kind}, ${means}: ${ending}`);
    }
    started += size;
    if (wave === warmUp - 1) afterWarmUp = holdings();
  }
  const recorded = fs.existsSync(path.join(folder, 'waves.rec'));
  console.log(JSON.stringify({ ended, wrong, recorded, afterWarmUp, atTheEnd: holdings() }));
}

main();
