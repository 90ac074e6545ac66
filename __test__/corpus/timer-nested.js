// Each timeout starts the next.
'use strict';

function next(depth) {
  console.log('depth', depth);
  if (depth < 4) setTimeout(next, 1, depth + 1);
}

setTimeout(next, 1, 0);
