'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const watcher = require('@parcel/watcher');
const { called, observe } = require('../support/native');

observe(async (note) => {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'async-hooks-rs-watched-'));
  let subscription;
  await called(async (done) => {
    subscription = await watcher.subscribe(folder, () => {
      note('event');
      done();
    });
    note('subscribed');
    fs.writeFileSync(path.join(folder, 'file'), 'text');
  });
  await subscription.unsubscribe();
  fs.rmSync(folder, { recursive: true });
});
