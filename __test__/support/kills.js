'use strict';

/**
 * Kills recorded programs at random moments and tells how much of the end their recordings miss: the time from the oldest
 * announcement that is missing to the kill, both by the wall clock.
 *
 * `node __test__/support/kills.js [COUNT]` prints it for COUNT kills, 200 by default; and beside it, how late the machine was
 * meanwhile to wake a thread that only sleeps. The thread that writes the recording is woken no sooner.
 */

const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { monitorEventLoopDelay } = require('node:perf_hooks');

const { PRELOAD, newFile, readRecording, startNode } = require('./recorded');

const KILLED = path.join(__dirname, '..', 'fixtures', 'record', 'kills.js');
const LONGEST_LIFE_MS = 400;

/**
 * @param {number} life milliseconds from the program's first word to its end
 * @returns {Promise<{ missing: number, recorded: number, isWhole: boolean, late: number }>} how many milliseconds before the end
 *   the oldest resource was announced that is missing, 0 for none; how many are recorded; whether those are all up to some
 *   moment; and how many milliseconds late a timer was meanwhile, at most
 */
async function missingAfterKill(life) {
  const file = newFile();
  const child = startNode(['--require', PRELOAD, KILLED], { ASYNC_HOOKS_RS_RECORD_FILE: file });
  let said = '';
  let end = Infinity;
  const delays = monitorEventLoopDelay({ resolution: 1 });
  child.stdout.setEncoding('utf8').on('data', (text) => {
    if (said === '') {
      delays.enable();
      setTimeout(() => {
        delays.disable();
        end = performance.timeOrigin + performance.now();
        child.kill('SIGKILL');
      }, life);
    }
    said += text;
  });
  await once(child, 'close');
  const { events } = readRecording(file);
  fs.rmSync(file);
  const recorded = new Set(events.filter(({ type }) => type === 'KILLED').map(({ id }) => id));
  const announced = said
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').map(Number));
  const until = announced.findIndex(([id]) => !recorded.has(id));
  const after = until < 0 ? [] : announced.slice(until);
  return {
    missing: until < 0 ? 0 : end - announced[until][1],
    recorded: recorded.size,
    isWhole: after.every(([id]) => !recorded.has(id)),
    late: delays.count > 0 ? delays.max / 1e6 : 0,
  };
}

/** @param {number} count */
async function main(count) {
  const all = [];
  for (let i = 0; i < count; i++) all.push(await missingAfterKill(Math.random() * LONGEST_LIFE_MS));
  const spread = (/** @type {number[]} */ values) => {
    values.sort((a, b) => a - b);
    const at = (/** @type {number} */ share) => values[Math.floor(share * (values.length - 1))].toFixed(1);
    return `median ${at(0.5)}, 99 % ${at(0.99)}, most ${at(1)}`;
  };
  console.log(`Node ${process.versions.node}, ${count} kills; in milliseconds:
missing at the end      ${spread(all.map(({ missing }) => missing))}
a sleeping thread late  ${spread(all.map(({ late }) => late))}`);
}

if (require.main === module) main(Number(process.argv[2] ?? 200));

module.exports = { missingAfterKill };
