'use strict';

/** The module under test, for scripts that run once with Node's and once with ours. */

module.exports = process.env.MODULE_UNDER_TEST === 'builtin' ? require('node:async_hooks') : require('../..');
