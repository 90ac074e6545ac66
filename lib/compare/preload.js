'use strict';
/**
 * The preload of a compared process (`node --require preload.js script`). It takes its settings from the
 * environment, and in a Worker from the environment data of the thread that started it, loads the module under
 * test, and records each thread's events into a file of its own in the run's directory.
 *
 * Without settings (a child process of the script that inherited the flag) it does nothing.
 */

// The package loads it when a hook is enabled, and what is loaded changes the steps that Node's module loader takes.
require('node:v8');

const fs = require('node:fs');
const path = require('node:path');
const workerThreads = require('node:worker_threads');
// The functions: the module itself has those of the module under test later.
const builtin = { ...require('node:async_hooks') };
const { Recording } = require('./recording');
const { onEntry } = require('./entry');
const { onEnding } = require('./ending');
const { KEY } = require('../node/originals');
const { giveBuiltin, isLoaded, noteOthers, noteRequests, originals, uses } = require('./own-use');
const { substitute } = require('./substitute');

/**
 * @typedef {object} Settings
 * @property {string} directory where the streams are written
 * @property {('builtin' | 'ours')[]} sides whose hooks are enabled, in this order
 * @property {string} modulePath the module that stands for "ours"
 * @property {string | null} registerPath the entry that swaps the module in the script, if there is one
 */

const VARIABLE = 'ASYNC_HOOKS_RS_COMPARE';

/** @returns {Settings | undefined} */
function takeSettings() {
  if (!workerThreads.isMainThread) {
    const inherited = workerThreads.getEnvironmentData(VARIABLE);
    workerThreads.setEnvironmentData(VARIABLE, undefined);
    return /** @type {Settings | undefined} */ (inherited);
  }
  const text = process.env[VARIABLE];
  delete process.env[VARIABLE];
  return text ? JSON.parse(text) : undefined;
}

/**
 * Loads the module under test and gives it to the script as well.
 * @param {Settings} settings
 * @returns {typeof builtin}
 */
function loadOurs(settings) {
  if (!settings.registerPath) {
    const ours = require(settings.modulePath);
    substitute(ours);
    return ours;
  }
  // Before the package, which then gives the object that `async_hooks` is, as in a run with the builtin.
  require(settings.registerPath);
  const ours = require(settings.modulePath);
  noteOthers(originals[KEY]);
  noteRequests(settings.modulePath);
  return ours;
}

/**
 * Makes a run with the builtin take the same steps, and gives it to a script that asks for this package.
 * @param {Settings} settings
 */
function standIn({ modulePath }) {
  giveBuiltin((load) => {
    for (const recording of recordings) recording.own = true;
    try {
      return load();
    } finally {
      for (const recording of recordings) recording.own = false;
    }
  });
  require(modulePath);
  uses.clear();
  noteRequests(modulePath);
}

/** @type {Recording[]} */
let recordings = [];

/** @param {Settings} settings */
function record(settings) {
  const { renameSync, writeFileSync } = fs;
  const collectGarbage = /** @type {() => void} */ (globalThis.gc);
  const file = path.join(settings.directory, `${workerThreads.threadId}.json`);
  if (settings.registerPath && isLoaded()) {
    writeFileSync(file, JSON.stringify({ settled: false, streams: {}, uses: ['before'] }));
    return;
  }
  const ours = settings.sides.includes('ours') ? loadOurs(settings) : undefined;
  if (!ours && settings.registerPath) standIn(settings);
  // Only now, so that the script's Workers inherit it, but not a thread that the loader has started by now.
  workerThreads.setEnvironmentData(VARIABLE, settings);
  const apis = { builtin, ours: /** @type {typeof builtin} */ (ours) };
  recordings = settings.sides.map((side) => new Recording(side, apis[side]));
  if (recordings.length === 2) recordings[0].matchResourcesWith(recordings[1]);

  // Where ours stands for the builtin, it is evaluated before the script.
  const first = settings.registerPath && path.join(__dirname, 'ours.mjs');
  onEntry(settings.directory, first, () => {
    // The modules leave unlike amounts of garbage from their loading, which would let the next collection come at
    // another point of the script, and with it the destroys.
    collectGarbage();
    // An id that the runtime gives out from here on belongs to a resource that the hooks must announce.
    const firstId = new builtin.AsyncResource('COMPARE', { requireManualDestroy: true }).asyncId() + 1;
    for (const recording of recordings) recording.reset(firstId);
    for (const recording of recordings) recording.hook.enable();
    if (ending) return;
    ending = onEnding(recordings);
    process.on('exit', write);
  });

  /** @type {{settled: boolean} | undefined} */
  let ending;
  function write() {
    for (const recording of recordings) recording.stop();
    const streams = Object.fromEntries(recordings.map((recording) => [recording.side, recording.stream()]));
    // A thread that is stopped while it writes leaves no half file under the name that is read.
    writeFileSync(`${file}.part`, JSON.stringify({ settled: ending?.settled, streams, uses: [...uses] }));
    renameSync(`${file}.part`, file);
  }
}

const settings = takeSettings();
// Nothing of the script runs in the threads that Node keeps for itself. Where Node does not tell them, no entry does.
if (settings && !(/** @type {any} */ (workerThreads).isInternalThread)) record(settings);
