// question: Warning: Detected unsettled top-level await, and exit code 13.
// kind: unsettled
// exits: 13
import { EventEmitter } from 'node:events';

const database = new EventEmitter();

function connected() {
  return new Promise((resolve) => { // <- here
    database.on('ready', resolve);
  });
}

setTimeout(() => database.emit('open'), 30);
await connected();
console.log('connected');
