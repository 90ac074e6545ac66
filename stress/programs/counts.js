'use strict';

/** A hook with all callbacks that counts what it hears; enabled when this is loaded. */

const ah = require('./module');

const counts = { init: 0, before: 0, after: 0, destroy: 0, promiseResolve: 0 };
ah.createHook({
  init() { counts.init += 1; },
  before() { counts.before += 1; },
  after() { counts.after += 1; },
  destroy() { counts.destroy += 1; },
  promiseResolve() { counts.promiseResolve += 1; },
}).enable();

module.exports = { counts };
