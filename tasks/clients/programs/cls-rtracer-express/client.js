'use strict';

const { everyStepSeesItsRequest } = require('../support/expect');

module.exports = {
  title: 'cls-rtracer with Express',
  packages: ['cls-rtracer', 'express'],
  asserts: '20 requests at once keep their id on their journey',
  uses: ['AsyncLocalStorage'],
  expect: (lines) => everyStepSeesItsRequest(lines),
};
