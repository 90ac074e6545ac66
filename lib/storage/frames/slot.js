'use strict';

/** The slot: the one storage of Node's own in which all of ours have theirs. */

const builtin = require('../../node/builtin');

const slot = new builtin.AsyncLocalStorage();

module.exports = { slot };
