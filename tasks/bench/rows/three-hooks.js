'use strict';

/** The await chain with three hooks enabled at once. */

const { totalAtMost } = require('../bars');
const awaitChain = require('./await-chain')[0];

/** @type {import('.').Row[]} */
module.exports = [{ ...awaitChain, name: 'await chain, five, three hooks', enabledHooks: 3, batches: 250, bar: totalAtMost(0.4, 1.05) }];
