'use strict';
// Shows: two ways to print from a hook. console.log is asynchronous: it creates resources, each of which
//        calls init, which prints, which creates resources… without end.
//        1. Print synchronously: fs.writeSync creates nothing.
//        2. If the log must be asynchronous, stay silent about what the log itself made.
// Look at: both ways report the timer once and then stop.
//
// Output:
//   1. synchronous: init Timeout
//   2. asynchronous: init Timeout
//   made by the second log, not logged: the write and an immediate
const { createHook, executionAsyncId } = require('./module');
const fs = require('node:fs');
const { format } = require('node:util');

const debug = (...parts) => fs.writeSync(1, `${format(...parts)}\n`);

const first = createHook({
  init(asyncId, type) { debug('1. synchronous: init', type); },
}).enable();
setTimeout(second, 1);
first.disable();

function second() {
  const ownResources = new Set();
  let logging = false;

  const hook = createHook({
    init(asyncId, type) {
      // Made while logging, or by something that was: the log's own.
      if (logging || ownResources.has(executionAsyncId())) {
        ownResources.add(asyncId);
        return;
      }
      logging = true;
      fs.write(1, `2. asynchronous: init ${type}\n`, () => setImmediate(end));
      logging = false;
    },
  }).enable();
  setTimeout(() => {}, 1);

  function end() {
    hook.disable();
    debug('made by the second log, not logged:', ownResources.size > 1 ? 'the write and an immediate' : 'nothing');
  }
}
