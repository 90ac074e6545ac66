// The rejection of an async listener becomes an error event.
'use strict';

const { EventEmitter } = require('node:events');

const emitter = new EventEmitter({ captureRejections: true });
emitter.on('event', async () => { throw new Error('rejected'); });
emitter.on('error', (error) => console.log(error.message));
emitter.emit('event');
