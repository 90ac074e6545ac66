'use strict';
// The demo: one small program, observed once through Node's own async_hooks and once through this package, in
// fresh processes. Shows what a single HTTP request is made of, whether both modules saw the same, what hooks of each cost a
// server, and what a recording says of a shop with faults.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { forest } = require('./forest');
const { tree } = require('./tree');
const { countsTable } = require('./counts');
const { verdict } = require('./verdict');
const { report, throughput } = require('./benefit');
const { bold, dim, green, red, yellow } = require('./style');

// Two runs on a busy machine may deliver the bytes of a response in different pieces.
const attempts = 3;
const timeLimit = 30_000;

/** @param {'builtin' | 'ours'} module @returns {import('./scenario').Record} */
function record(module) {
  const { error, signal, status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--expose-gc', path.join(__dirname, 'scenario.js')],
    { env: { ...process.env, DEMO_MODULE: module }, encoding: 'utf8', timeout: timeLimit, maxBuffer: 1 << 26 },
  );
  if (error || status !== 0) {
    throw new Error(`The run with ${module} failed (${error?.message ?? signal ?? `exit code ${status}`}).\n${stderr}`);
  }
  return JSON.parse(stdout);
}

function compare() {
  for (let attempt = 1; ; attempt += 1) {
    const builtin = record('builtin');
    const ours = record('ours');
    const result = verdict(builtin, ours);
    if (result.agree || attempt === attempts) return { builtin, ours, ...result };
    console.log(yellow(`Run ${attempt} of at most ${attempts} differs, once more:\n${result.text}\n`));
  }
}

/** @param {string} title @param {string} text */
const section = (title, text) => console.log(`${bold(title)}\n\n${text}\n`);

function main() {
  const { builtin, ours, agree, text } = compare();
  const { visit } = ours;
  const { size } = forest(ours);
  console.log(`\n${bold('async-hooks-rs')} on Node ${ours.node}\n`);
  section(
    `GET ${visit.path} → ${visit.status} ${visit.body}: one request, ${size} asynchronous resources`,
    `${dim('Each line was triggered by the line above that it hangs from. Times in ms since the request began.')}\n\n${tree(ours)}`,
  );
  const mine = ours.lines.filter((line) => line.startsWith(`request ${visit.number}:`));
  section('What the server logged meanwhile, AsyncLocalStorage knowing the request', mine.join('\n'));
  section('Events of the whole run: three requests, a server, a worker', countsTable(builtin, ours));
  section('Compared with node:async_hooks', text);
  console.log(`${agree ? bold(green('The two modules agree.')) : bold(red('The two modules disagree.'))}\n`);
  section(
    'What hooks cost: requests a second of one server, ten awaits each, all five callbacks',
    `${throughput()}\n${dim('The better of two short runs on this machine. All figures: docs/performance.md')}`,
  );
  section('What a recording says: npx async-hooks-rs record --report examples/shop/shop.js', report());
  return agree ? 0 : 1;
}

if (require.main === module) {
  try {
    process.exitCode = main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

module.exports = { record };
