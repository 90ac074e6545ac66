'use strict';

/** Follows the contexts of this thread, from before the program begins. */

const { threadId } = require('node:worker_threads');

const { giveToProgram } = require('./closures');
const { giveOriginalTexts } = require('./functions');
const { followLeaks, leaks } = require('./leaks');
const { followListeners } = require('./listeners');
const { followSources, seesModules } = require('./load');
const { followOperations } = require('./path');
const { followRequests } = require('./requests');
const { looked, result } = require('./sites');
const { AsyncLocalStorage, listeners } = require('./storages');
const instance = require('../instance');
const { replaceExports } = require('../register/replace');

/** @param {import('./options').Options} options */
function follow(options) {
  /** @type {any} */ (instance.face).AsyncLocalStorage = AsyncLocalStorage;
  replaceExports(instance);
  listeners.looked = looked;
  giveToProgram();
  giveOriginalTexts();
  followListeners();
  followRequests();
  followOperations(options.leaks ? followLeaks(listeners) : undefined);
  followSources();
}

/** @returns {import('./results').ThreadResult} what was found up to now */
function found() {
  return { pid: process.pid, thread: threadId, program: process.argv[1] ?? '', seesModules, ...result(), leaks: leaks() };
}

module.exports = { follow, found };
