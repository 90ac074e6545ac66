// question: What keeps the process alive after the log was read?
// kind: does-not-exit
// ends: signal after 1200 ms
'use strict';
const fs = require('node:fs');

function follow(file) {
  fs.watchFile(file, { interval: 500 }, () => {}); // <- here
}

follow(__filename);
fs.stat(__filename, (error, { size }) => process.stdout.write(`${size} bytes\n`));
