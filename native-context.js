'use strict';

/** Keeps the context in callbacks of native addons, for a program that does without `async-hooks-rs/register`, which does the same. */

const { loadUnseen } = require('./lib/node/loader');

// As `require` would, at less cost.
const { keepNativeContext } = loadUnseen('instance', () => require('./lib/instance'));

module.exports = { keepNativeContext };
