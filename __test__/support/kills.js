'use strict';

/**
 * Kills recorded programs at random moments and tells how much of the end their recordings miss.
 * `node __test__/support/kills.js [COUNT]` prints it for COUNT kills, 200 by default.
 */

const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');

const { PRELOAD, newFile, readRecording, startNode } = require('./recorded');

const KILLED = path.join(__dirname, '..', 'fixtures', 'record', 'kills.js');
const LONGEST_LIFE_MS = 400;

/**
 * @param {number} life milliseconds from the program's first word to its end
 * @returns {Promise<{ missing: number, recorded: number, isWhole: boolean }>} how many milliseconds before the end the oldest
 *   resource was announced that is missing, 0 for none; how many are recorded; whether those are all up to some moment
 */
async function missingAfterKill(life) {
  const file = newFile();
  const child = startNode(['--require', PRELOAD, KILLED], { ASYNC_HOOKS_RS_RECORD_FILE: file });
  let said = '';
  let end = Infinity;
  child.stdout.setEncoding('utf8').on('data', (text) => {
    if (said === '') {
      setTimeout(() => {
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
  const announced = said.trimEnd().split('\n').map((line) => line.split(' ').map(Number));
  const until = announced.findIndex(([id]) => !recorded.has(id));
  const after = until < 0 ? [] : announced.slice(until);
  return {
    missing: until < 0 ? 0 : end - announced[until][1],
    recorded: recorded.size,
    isWhole: after.every(([id]) => !recorded.has(id)),
  };
}

/** @param {number} count */
async function main(count) {
  const all = [];
  for (let i = 0; i < count; i++) all.push((await missingAfterKill(Math.random() * LONGEST_LIFE_MS)).missing);
  all.sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => all[Math.floor(share * (all.length - 1))].toFixed(1);
  console.log(`Node ${process.versions.node}, ${count} kills; missing at the end, ms: ` +
    `median ${at(0.5)}, 99 % ${at(0.99)}, most ${at(1)}`);
}

if (require.main === module) main(Number(process.argv[2] ?? 200));

module.exports = { missingAfterKill };
