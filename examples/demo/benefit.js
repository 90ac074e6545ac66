'use strict';
// What the package is for, besides being the same: a server under load with hooks of either module, and what a
// recording of a shop with faults says.

const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { bold, dim } = require('./style');

const ROUNDS = 2;
const WIDTH = 40;
const VARIANTS = /** @type {const} */ ([
  ['none', 'no hook'],
  ['builtin', 'a hook of node:async_hooks'],
  ['ours', 'a hook of async-hooks-rs'],
]);

/** @returns {string} a bar for each variant: requests a second, the better of two rounds, by turns */
function throughput() {
  const best = new Map(VARIANTS.map(([variant]) => [/** @type {string} */ (variant), 0]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [variant] of VARIANTS) {
      const env = { ...process.env, DEMO_MODULE: variant };
      const answered = Number(execFileSync(process.execPath, [path.join(__dirname, 'load.js')], { env, encoding: 'utf8' }));
      best.set(variant, Math.max(best.get(variant) ?? 0, answered));
    }
  }
  const most = Math.max(...best.values());
  return VARIANTS.map(([variant, name]) => {
    const answered = best.get(variant) ?? 0;
    const bar = '█'.repeat(Math.max(1, Math.round((answered / most) * WIDTH)));
    return `${name.padEnd(28)}${Math.round(answered).toLocaleString('en').padStart(8)}  ${variant === 'ours' ? bold(bar) : dim(bar)}`;
  }).join('\n');
}

/** @returns {string} the first screen of the report of a shop */
function report() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-demo-'));
  const file = path.join(folder, 'shop.rec');
  const bin = path.join(__dirname, '..', '..', 'bin', 'async-hooks-rs.js');
  try {
    execFileSync(process.execPath, [bin, 'record', '-o', file, 'shop.js'], { cwd: path.join(__dirname, '..', 'shop'), stdio: 'pipe' });
    const stdio = /** @type {const} */ (['ignore', 'pipe', 'pipe']);
    const env = { ...process.env, COLUMNS: String(process.stdout.columns ?? 110) };
    return spawnSync(process.execPath, [bin, 'report', file], { stdio, env, encoding: 'utf8' }).stdout.trim();
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

module.exports = { report, throughput };
