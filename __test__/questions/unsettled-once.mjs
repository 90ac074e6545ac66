// question: Exit code 13 after waiting for an event.
// kind: unsettled
// exits: 13
import { EventEmitter, once } from 'node:events';

const queue = new EventEmitter();
setTimeout(() => queue.emit('finished'), 20);

async function drained() {
  await once(queue, 'drain'); // <- here
  return 'drained';
}

console.log(await drained());
