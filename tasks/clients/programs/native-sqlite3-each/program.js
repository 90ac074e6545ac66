'use strict';

const sqlite3 = require('sqlite3');
const { AsyncResource } = require('node:async_hooks');
const { called, observe } = require('../support/native');

observe(async (note) => {
  const database = new sqlite3.Database(':memory:');
  const each = (/** @type {() => void} */ row) => called((done) => database.each('SELECT 1 UNION SELECT 2', row, done));
  await each(() => note('each'));
  await each(AsyncResource.bind(() => note('each, bound')));
  note('each, awaited');
  await called((done) => database.close(done));
});
