'use strict';

/** The public face with the names of older documentation beside the present ones. */

module.exports = require('./lib/instance').legacy;
