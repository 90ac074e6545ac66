'use strict';

/** How a client is started: with Node's own `async_hooks`, and with this package in its place. */

const path = require('node:path');

/**
 * @typedef {object} Mode
 * @property {string} name
 * @property {string} flag that preloads a module: `--require` or `--import`
 * @property {string[]} modules preloaded, before those that the client itself wants
 * @property {NodeJS.ProcessEnv} env
 */

const MODULES = ['async-hooks-rs/register', path.join(__dirname, 'witness.js')];

/** @type {Mode} */
const BUILTIN = { name: 'builtin', flag: '--require', modules: [], env: {} };

/** What makes this package do without that which not every Node has. */
const FALLBACKS = { ASYNC_HOOKS_RS_PROMISES: 'feed', ASYNC_HOOKS_RS_STORAGE: 'slot' };

/** @type {Mode[]} */
const OURS = [
  { name: '--require', flag: '--require', modules: MODULES, env: {} },
  { name: '--import', flag: '--import', modules: MODULES, env: {} },
  { name: '--require, fallbacks', flag: '--require', modules: MODULES, env: FALLBACKS },
];

module.exports = { BUILTIN, OURS, FALLBACKS };
