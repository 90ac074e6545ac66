// question: The import is done, why does it not exit?
// kind: does-not-exit
// ends: signal after 1200 ms
'use strict';
const fs = require('node:fs');

// Neither of these keeps it alive.
setInterval(() => {}, 100).unref();
setTimeout(() => {}, 60_000).unref();
let rows = 0;

function reportProgress() {
  setInterval(() => { // <- here
    process.stdout.write(`${rows} rows\n`);
  }, 200);
}

reportProgress();
fs.readFile(__filename, 'utf8', (error, text) => {
  if (error) throw error;
  rows = text.split('\n').length;
});
