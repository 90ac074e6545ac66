'use strict';

/** A hook with all callbacks that counts what it hears; enabled when this is loaded. */

const { Counter, FIVE } = require('../../bench/counters');

const { hook, counts } = new Counter(require('./module'), FIVE);
hook.enable();

module.exports = { counts };
