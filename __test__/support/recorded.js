'use strict';

/** Runs programs that are recorded, and reads what was. */

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const { loadAddon } = require('../../lib/engine/addon');
const { patience } = require('../../scripts/patience');

const ROOT = path.join(__dirname, '..', '..');
const BIN = path.join(ROOT, 'bin', 'async-hooks-rs.js');
const PRELOAD = path.join(ROOT, 'record.js');
const TIMEOUT_MS = patience(60_000);

/** @typedef {{ id: number, type?: string, phase: string, parent?: number, current?: number, stack?: string, time: number, thread: number }} RecordedEvent */

/** A folder of its own for each test file, gone at the end. */
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-record-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** @param {string} [extension] */
function newFile(extension = '.rec') {
  files += 1;
  return path.join(folder, `${files}${extension}`);
}

/**
 * @param {string} source of a program
 * @returns {string} its file
 */
function program(source) {
  const file = newFile('.js');
  fs.writeFileSync(file, `'use strict';\n${source}`);
  return file;
}

/**
 * @param {string[]} args of Node
 * @param {NodeJS.ProcessEnv} [env]
 */
function runNode(args, env = {}) {
  return spawnSync(process.execPath, args, {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    env: { ...process.env, NODE_TEST_CONTEXT: '', ...env },
  });
}

/**
 * @param {string[]} args of Node
 * @param {NodeJS.ProcessEnv} [env]
 * @param {'ignore' | 'pipe'} [stdin]
 */
function startNode(args, env = {}, stdin = 'ignore') {
  return spawn(process.execPath, args, {
    stdio: [stdin, 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    env: { ...process.env, NODE_TEST_CONTEXT: '', ...env },
  });
}

/**
 * @param {string} file
 * @returns {{ events: RecordedEvent[], others: any[], facts: any[], damage: string | null }}
 */
function readRecording(file) {
  const out = newFile('.ndjson');
  const { damage = null } = loadAddon().reportRecording(file, null, null, [{ form: 'ndjson', out }]);
  const lines = fs
    .readFileSync(out, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  fs.rmSync(out);
  const isEvent = (/** @type {any} */ line) => typeof line.id === 'number';
  const isFact = (/** @type {any} */ { phase }) => ['fact', 'delay', 'sample'].includes(phase);
  const others = lines.filter((line) => !isEvent(line) && !isFact(line));
  return { events: lines.filter(isEvent), others, facts: lines.filter(isFact), damage };
}

/**
 * What a recorded program says on stderr, without what the command line tells at the end.
 * @param {string} stderr
 */
const withoutEnd = (stderr) => stderr.replace(/async-hooks-rs: recorded [\d,]+ events? in .*\. See: npx async-hooks-rs report .*\n$/, '');

module.exports = { withoutEnd, BIN, PRELOAD, ROOT, newFile, program, runNode, startNode, readRecording };
