// question: Remote calls between threads get slower and slower.
// kind: leak
// ends: signal after 2500 ms
import { MessageChannel } from 'node:worker_threads';

function call(method) {
  const { port1, port2 } = new MessageChannel(); // <- here
  port1.once('message', () => {});
  port1.on('close', () => {});
  port2.postMessage(method);
  return port2;
}

const ports = [];
setInterval(() => ports.push(call('add')), 25);
