// A signal that aborts by itself, held by a timeout of the program.
'use strict';

const hold = setTimeout(() => {}, 60_000);
AbortSignal.timeout(5).addEventListener('abort', ({ target }) => {
  console.log(target.reason.name);
  clearTimeout(hold);
});
