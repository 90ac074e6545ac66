// An interval clears itself in its third run.
'use strict';

let runs = 0;
const interval = setInterval(() => {
  console.log('run', ++runs);
  if (runs === 3) clearInterval(interval);
}, 2);
