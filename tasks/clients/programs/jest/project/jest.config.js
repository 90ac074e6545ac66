'use strict';

module.exports = { cacheDirectory: '<rootDir>/../../../node_modules/.cache/jest', testEnvironment: 'node', transform: {} };
