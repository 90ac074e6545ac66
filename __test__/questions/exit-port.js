// question: A MessageChannel between two parts of the program: it hangs.
// kind: does-not-exit
// ends: signal after 1200 ms
'use strict';
const { MessageChannel } = require('node:worker_threads');

function connect(listener) {
  const { port1, port2 } = new MessageChannel(); // <- here
  port1.on('message', listener);
  return port2;
}

const quiet = new MessageChannel();
quiet.port1.on('message', () => {});
quiet.port1.unref();
connect((text) => process.stdout.write(`${text}\n`)).postMessage('ready');
