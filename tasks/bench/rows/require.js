'use strict';

/** `require` of the package, once in a fresh process that has loaded the builtin before. */

const { oursAtMost } = require('../bars');
const { milliseconds } = require('../measures');
const { moduleOf } = require('../variants');

/** @type {import('.').Row[]} */
module.exports = [
  {
    name: 'require of the package',
    hooks: [],
    measure: milliseconds,
    bar: oursAtMost(10),
    once(variant) {
      const start = process.hrtime.bigint();
      if (variant !== 'none') moduleOf(variant);
      return Number(process.hrtime.bigint() - start);
    },
  },
];
