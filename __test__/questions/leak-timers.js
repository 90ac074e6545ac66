// question: The number of timers in the heap snapshot grows all the time.
// kind: leak
'use strict';

const sessions = new Map();

function touch(id) {
  // The former timer of the session goes on.
  sessions.set(id, setTimeout(() => sessions.delete(id), 3_600_000)); // <- here
}

let seen = 0;
const traffic = setInterval(() => {
  touch(`user-${seen % 5}`);
  if ((seen += 1) === 60) {
    clearInterval(traffic);
    process.exit();
  }
}, 25);
