'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: 'mysql2 with MariaDB',
  packages: ['mysql2', 'cls-hooked'],
  server: 'mariadb',
  asserts:
    '40 requests at once over a pool of 3 connections to MariaDB get their own answers and keep their context, in a storage and in cls-hooked: queries, prepared statements, bound callbacks, transactions, errors',
  uses: ['createHook', 'AsyncLocalStorage'],
  expect: (lines) => everyStepSeesItsRequest(lines, 40, 7),
};
