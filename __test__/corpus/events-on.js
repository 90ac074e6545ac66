// events.on in a for-await loop.
'use strict';

const { EventEmitter, on } = require('node:events');

async function main() {
  const emitter = new EventEmitter();
  setImmediate(() => {
    emitter.emit('event', 'one');
    emitter.emit('event', 'two');
    setImmediate(() => emitter.emit('event', 'last'));
  });
  for await (const [value] of on(emitter, 'event')) {
    console.log(value);
    if (value === 'last') break;
  }
}

main();
