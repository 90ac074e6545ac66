'use strict';

/** Following a program that knows nothing of it: whether this process is one, and who tells what was found. */

const { getEnvironmentData, isMainThread, setEnvironmentData } = require('node:worker_threads');

const { followEnding } = require('./ending');
const { VARIABLES, optionsOf } = require('./options');
const { lossesIn, report } = require('./report');
const { makeFolder, readResults, removeFolder, writeResult } = require('./results');
const { isPackageManager, isTestRunner } = require('../record/managers');

/** Where Workers find the folder of their process. */
const FOLDER = 'async-hooks-rs.context';

/** Whether this thread runs the loader hooks of `module.register`, and nothing of the program. */
function isNodesOwnThread() {
  return /** @type {any} */ (require('node:worker_threads')).isInternalThread === true;
}

function start() {
  try {
    if (isNodesOwnThread()) return;
    if (isMainThread) startProcess();
    else startWorker();
  } catch (error) {
    // Straight to stderr: `console` would create resources.
    /** @type {any} */ (process)._rawDebug(
      `async-hooks-rs: no context is followed: ${String(/** @type {any} */ (error)?.message).replace(/\.$/, '')}. The program goes on.`,
    );
  }
}

function startProcess() {
  const { env } = process;
  if (isPackageManager() || isTestRunner()) return;
  const given = env[VARIABLES.results];
  const folder = given || makeFolder();
  // Child processes leave theirs in the same one.
  env[VARIABLES.results] = folder;
  setEnvironmentData(FOLDER, folder);
  followThread(folder, given ? undefined : () => tell(folder));
}

function startWorker() {
  const folder = getEnvironmentData(FOLDER);
  if (typeof folder === 'string') followThread(folder, undefined);
}

/**
 * @param {string} folder
 * @param {(() => void) | undefined} then
 */
function followThread(folder, then) {
  const { follow, found } = require('./index');
  follow(optionsOf(process.env));
  followEnding(() => {
    try {
      writeResult(folder, found());
      then?.();
    } catch {
      // The folder is gone, or the disk is full: nothing that the program shall hear of.
    }
  });
}

/** @param {string} folder */
function tell(folder) {
  const options = optionsOf(process.env);
  const results = readResults(folder);
  removeFolder(folder);
  require('node:fs').writeSync(2, report(results, options));
  if (lossesIn(results, options) > 0 && (process.exitCode === undefined || Number(process.exitCode) === 0)) process.exitCode = 1;
}

module.exports = { start };
