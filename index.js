'use strict';

/** The public face: every export of Node 26's `async_hooks`. */

const { loadUnseen } = require('./lib/node/loader');

// As `require` would, at less cost.
module.exports = loadUnseen('instance', () => require('./lib/instance')).face;
