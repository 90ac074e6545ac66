// readFile, writeFile and appendFile make several requests each.
'use strict';

const fs = require('node:fs');
const { inFolder } = require('./fixtures/temporary-folder');

fs.writeFile(inFolder('file'), 'one', () => {
  fs.appendFile(inFolder('file'), ' two', () => {
    fs.readFile(inFolder('file'), 'utf8', (error, text) => console.log(error, text));
  });
});
