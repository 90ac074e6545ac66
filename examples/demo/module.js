'use strict';
// The module under observation: this package, or Node's own when DEMO_MODULE=builtin.
/** @type {typeof import('../..')} */
const hooks = process.env.DEMO_MODULE === 'builtin' ? /** @type {any} */ (require('node:async_hooks')) : require('../..');

module.exports = hooks;
