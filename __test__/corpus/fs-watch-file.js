// A file is watched by polling: missing at first, then there.
'use strict';

const fs = require('node:fs');
const { inFolder } = require('./fixtures/temporary-folder');

// Moved into place as a whole, so that no poll sees it half written.
fs.writeFileSync(inFolder('prepared'), 'contents');

const path = inFolder('watched');
let calls = 0;
fs.watchFile(path, { interval: 10 }, (current) => {
  console.log('size', current.size);
  if (++calls === 1) fs.renameSync(inFolder('prepared'), path);
  else fs.unwatchFile(path);
});
