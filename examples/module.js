'use strict';
// The module that the examples show. In your program this line is `require('async-hooks-rs')`.
// EXAMPLES_MODULE=builtin runs the same example on Node's own module.
/** @type {typeof import('..')} */
const hooks = process.env.EXAMPLES_MODULE === 'builtin' ? /** @type {any} */ (require('node:async_hooks')) : require('..');

module.exports = hooks;
