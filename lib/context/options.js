'use strict';

/** What the command line tells the process that is watched. */

const VARIABLES = /** @type {const} */ ({
  /** The folder in which each thread leaves what it found; whoever has made it prints it. */
  results: 'ASYNC_HOOKS_RS_CONTEXT_RESULTS',
  at: 'ASYNC_HOOKS_RS_CONTEXT_AT',
  storage: 'ASYNC_HOOKS_RS_CONTEXT_STORAGE',
  json: 'ASYNC_HOOKS_RS_CONTEXT_JSON',
  leaks: 'ASYNC_HOOKS_RS_CONTEXT_LEAKS',
});

/** @typedef {{ at: string | null, storage: string | null, json: boolean, leaks: boolean }} Options */

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Options}
 */
function optionsOf(env) {
  return {
    at: env[VARIABLES.at] || null,
    storage: env[VARIABLES.storage] || null,
    json: env[VARIABLES.json] === '1',
    leaks: env[VARIABLES.leaks] === '1',
  };
}

module.exports = { VARIABLES, optionsOf };
