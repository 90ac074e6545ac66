'use strict';

const bcrypt = require('bcrypt');
const { called, observe } = require('../support/native');

observe(async (note) => {
  const [, salt] = await called((done) => bcrypt.genSalt(4, (...args) => (note('genSalt'), done(...args))));
  const [, hash] = await called((done) => bcrypt.hash('password', salt, (...args) => (note('hash'), done(...args))));
  await called((done) => bcrypt.compare('password', hash, (...args) => (note('compare'), done(...args))));
  note('awaited');
});
