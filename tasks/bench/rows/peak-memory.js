'use strict';

/** The most resident memory that the await chain takes. */

const { totalAtMost } = require('../bars');
const { peakMemory } = require('../measures');
const awaitChain = require('./await-chain')[0];

/** @type {import('.').Row[]} */
module.exports = [{ ...awaitChain, name: 'peak memory of await chain, five', measure: peakMemory, bar: totalAtMost(1.15, 1.1) }];
