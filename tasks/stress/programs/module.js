'use strict';

/** The module under test, for programs that run once with Node's and once with ours; which one MODULE_UNDER_TEST says. */

/** @type {typeof import('../../..')} */
module.exports = process.env.MODULE_UNDER_TEST === 'builtin' ? /** @type {any} */ (require('node:async_hooks')) : require('../../..');
