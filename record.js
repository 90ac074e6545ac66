'use strict';

/**
 * The recorder: `record(options)`, and for `node --import async-hooks-rs/record app.js` (or `--require`), which records
 * the program from the beginning, with options in environment variables (`docs/recorder.md`).
 */

const { startIfPreloaded, tellIfUnused } = require('./lib/record/preload');

let hasRecorded = false;

/** @type {typeof import('./lib/record').record} */
function record(options) {
  hasRecorded = true;
  return require('./lib/instance').recorder.record(options);
}

// A flag loads this into programs that do not know of it, and only a recording needs the addon.
// For a program that asks for it itself all is loaded at once: it is told where the addon does not load, and may replace the package
// before it records.
if (!startIfPreloaded(module, (options) => require('./lib/instance').recorder.recordUnasked(options))) {
  require('./lib/instance').recorder; // eslint-disable-line no-unused-expressions
  tellIfUnused(() => hasRecorded);
}

module.exports = { record };
