'use strict';

const client = require('../opentelemetry-async-hooks/client');

module.exports = {
  ...client,
  title: 'OpenTelemetry, `AsyncLocalStorageContextManager`',
  uses: ['AsyncLocalStorage'],
  program: '../opentelemetry-async-hooks/program.js',
  args: ['AsyncLocalStorageContextManager'],
};
