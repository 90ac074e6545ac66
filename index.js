'use strict';

/** The public face: every export of Node 26's `async_hooks`. */

module.exports = require('./lib/instance').face;
