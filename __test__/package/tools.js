'use strict';

/** The package managers: the npm at hand, and the newest npm and pnpm, where the registry is within reach. */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

/** @returns {string} the script that npm is */
function npmAtHand() {
  if (process.env.npm_execpath?.endsWith('npm-cli.js')) return process.env.npm_execpath;
  const folder = String(process.env.PATH)
    .split(path.delimiter)
    .find((each) => fs.existsSync(path.join(each, 'npm')));
  if (folder === undefined) throw new Error('there is no npm on the PATH');
  return fs.realpathSync(path.join(folder, 'npm'));
}

/**
 * @param {string} folder to install into
 * @returns {{ npm: string, pnpm: string } | undefined} scripts that Node runs
 */
function newest(folder) {
  fs.writeFileSync(path.join(folder, 'package.json'), '{}');
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', 'npm@12', 'pnpm@12'];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  const { status } = spawnSync(process.execPath, [npmAtHand(), ...args], { cwd: folder, env, stdio: 'ignore', timeout: 120_000 });
  if (status !== 0) return undefined;
  const modules = path.join(folder, 'node_modules');
  return { npm: path.join(modules, 'npm', 'bin', 'npm-cli.js'), pnpm: path.join(modules, 'pnpm', 'bin', 'pnpm.mjs') };
}

module.exports = { npmAtHand, newest };
