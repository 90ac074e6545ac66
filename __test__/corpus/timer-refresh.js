// A timeout that has run is started again by refresh().
'use strict';

let runs = 0;
const timeout = setTimeout(() => {
  console.log('run', ++runs);
  if (runs < 3) timeout.refresh();
}, 2);
