'use strict';

const sqlite3 = require('sqlite3');
const { called, observe } = require('../support/native');

observe(async (note) => {
  /** @type {any} */
  let database;
  const step = (/** @type {string} */ name, /** @type {any[]} */ ...args) =>
    called((done) => database[name](...args, (/** @type {any[]} */ ...answer) => (note(name), done(...answer))));
  await called((done) => {
    database = new sqlite3.Database(':memory:', (...args) => (note('open'), done(...args)));
  });
  await step('exec', 'CREATE TABLE items (name TEXT)');
  await step('run', 'INSERT INTO items VALUES (?)', 'one');
  await step('get', 'SELECT * FROM items');
  await step('all', 'SELECT * FROM items');
  await step('close');
});
