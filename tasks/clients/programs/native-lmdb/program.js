'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { open } = require('lmdb');
const { observe } = require('../support/native');

observe(async (note, index) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-lmdb-'));
  // One for each: what several write to one at once is a single transaction, and calls back from the first of them.
  const database = open({ path: folder });
  await database.put('key', index);
  note('put');
  await database.transaction(() => {
    note('transaction');
    database.put('key', index + 1);
  });
  note('awaited');
  await database.close();
  fs.rmSync(folder, { recursive: true });
});
