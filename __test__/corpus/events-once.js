// events.once: an event, an error, an abort.
'use strict';

const { EventEmitter, once } = require('node:events');

async function main() {
  const emitter = new EventEmitter();
  setImmediate(() => emitter.emit('event', 1, 2));
  console.log(await once(emitter, 'event'));
  process.nextTick(() => emitter.emit('error', new Error('emitted')));
  await once(emitter, 'event').catch((error) => console.log(error.message));
  await once(emitter, 'event', { signal: AbortSignal.abort() }).catch((error) => console.log(error.code));
}

main();
