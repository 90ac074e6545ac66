// question: ENOENT without a stack. Which stream is it?
// kind: crash
// exits: 1
'use strict';
const fs = require('node:fs');

function copy(name) {
  const from = fs.createReadStream(`${__dirname}/${name}`); // <- here
  from.pipe(process.stderr);
}

setTimeout(copy, 20, 'no-such-template.html');
setTimeout(() => {}, 500);
