'use strict';
// Printing that is safe inside a hook: synchronous, so it creates no asynchronous resource.

const { writeSync } = require('node:fs');
const { format } = require('node:util');

/** @param {...unknown} parts as for console.log */
function print(...parts) {
  writeSync(1, `${format(...parts)}\n`);
}

module.exports = { print };
