'use strict';
/** One run of the script in a process of its own: its exit, its output and the streams of its threads. */

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/**
 * @typedef {object} Thread
 * @property {number} threadId 0 is the main thread, the others are counted in the order in which they were started
 * @property {boolean} settled whether it ended by itself, its garbage collected
 * @property {Record<string, import('./recording').Stream>} streams by side
 * @property {import('./own-use').Use[]} uses how the script uses this package by its name
 *
 * @typedef {object} Run
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 * @property {boolean} timedOut
 * @property {string} stdout
 * @property {string} stderr
 * @property {Thread[]} threads
 *
 * @typedef {object} Program
 * @property {string} script
 * @property {string[]} args
 * @property {string[]} nodeOptions
 * @property {NodeJS.ProcessEnv} env
 * @property {number} timeout in seconds
 */

/**
 * @param {Program} program
 * @param {Omit<import('./preload').Settings, 'directory'>} settings
 * @returns {Promise<Run>}
 */
async function run(program, settings) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-compare-'));
  const remove = () => fs.rmSync(directory, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const exit = await execute(program, { ...settings, directory });
    return {
      ...exit,
      stdout: fs.readFileSync(path.join(directory, 'stdout'), 'utf8'),
      stderr: fs.readFileSync(path.join(directory, 'stderr'), 'utf8'),
      threads: readThreads(directory),
    };
  } finally {
    process.removeListener('exit', remove);
    remove();
  }
}

/**
 * The output goes to files: a pipe would add its own resources, and its reader's speed would show in the stream.
 * @param {Program} program
 * @param {import('./preload').Settings} settings
 * @returns {Promise<Pick<Run, 'code' | 'signal' | 'timedOut'>>}
 */
function execute({ script, args, nodeOptions, env, timeout }, settings) {
  const outputs = ['stdout', 'stderr'].map((name) => fs.openSync(path.join(settings.directory, name), 'w'));
  const preload = path.join(__dirname, 'preload.js');
  // Before whatever else is preloaded, which may be this package.
  const child = spawn(process.execPath, ['--expose-gc', '--require', preload, ...nodeOptions, script, ...args], {
    env: { ...process.env, ...env, ASYNC_HOOKS_RS_COMPARE: JSON.stringify(settings) },
    stdio: ['ignore', outputs[0], outputs[1]],
    // A group of its own, so that what the script starts can be ended with it.
    detached: true,
  });
  for (const output of outputs) fs.closeSync(output);
  const end = () => killGroup(child);
  process.prependOnceListener('exit', end);
  return new Promise((resolve, reject) => {
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, timeout * 1000);
    const finish = () => {
      clearTimeout(timer);
      process.removeListener('exit', end);
    };
    child.once('error', (error) => {
      finish();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      finish();
      end();
      resolve({ code, signal, timedOut });
    });
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function killGroup({ pid }) {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // The group is empty.
  }
}

/**
 * @param {string} directory
 * @returns {Thread[]}
 */
function readThreads(directory) {
  const ids = fs
    .readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => Number.parseInt(name, 10));
  // Some of the numbers between go to threads of Node's own, which one module may need and the other one not.
  const started = ids.filter((id) => id !== 0).sort((a, b) => a - b);
  return ids
    .map((id) => ({ threadId: started.indexOf(id) + 1, ...JSON.parse(fs.readFileSync(path.join(directory, `${id}.json`), 'utf8')) }))
    .sort((a, b) => a.threadId - b.threadId);
}

module.exports = { run };
