'use strict';
// Shows: what starting a TCP server and waiting for one turn of the event loop consists of, indented by execution.
// Look at: whatever stands between `before X` and `after X` was made while X was running.
//          Compare each line's trigger with the block it stands in: they differ for the tick that calls
//          the listening callback (its trigger is the server, it was made in an earlier tick).
const net = require('node:net');
const { createHook, executionAsyncId } = require('./module');
const { print } = require('./support/print');
const { ids } = require('./support/ids');

const name = ids();
let depth = 0;
const line = (text) => print('  '.repeat(depth) + text);

createHook({
  init(asyncId, type, triggerAsyncId) {
    line(`${type} ${name(asyncId)} (trigger ${name(triggerAsyncId)}, execution ${name(executionAsyncId())})`);
  },
  before(asyncId) {
    line(`before ${name(asyncId)}`);
    depth += 1;
  },
  after(asyncId) {
    depth -= 1;
    line(`after ${name(asyncId)}`);
  },
  destroy(asyncId) {
    line(`destroy ${name(asyncId)}`);
  },
}).enable();

const server = net.createServer().listen(0, '127.0.0.1', () => {
  setImmediate(() => {
    line(`-> listening, told by ${name(executionAsyncId())}`);
    server.close();
  });
});
