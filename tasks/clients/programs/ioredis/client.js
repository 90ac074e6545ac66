'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: 'ioredis with Redis',
  packages: ['ioredis', 'cls-hooked'],
  server: 'redis',
  asserts:
    '40 requests at once over 3 connections to Redis get their own answers and keep their context, in a storage and in cls-hooked: commands, automatic and own pipelines, bound callbacks, transactions, scripts, errors',
  uses: ['createHook', 'AsyncLocalStorage'],
  expect: (lines) => everyStepSeesItsRequest(lines, 40, 8),
};
