'use strict';

/**
 * The recorder: `record(options)`, and for `node --import async-hooks-rs/record app.js` (or `--require`), which records
 * the program from the beginning, with options in environment variables (`docs/recorder.md`).
 */

const { record, recordUnasked } = require('./lib/instance').recorder;
const { startIfPreloaded } = require('./lib/record/preload');

startIfPreloaded(__filename, recordUnasked);

module.exports = { record };
