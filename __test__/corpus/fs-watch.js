// A folder is watched until something appears in it.
'use strict';

const fs = require('node:fs');
const { folder, inFolder } = require('./fixtures/temporary-folder');

const watcher = fs.watch(folder, (event, name) => {
  console.log(event, name);
  watcher.close();
});
watcher.on('close', () => console.log('closed'));
fs.mkdirSync(inFolder('new'));
