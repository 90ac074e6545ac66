// question: Handlers of socket events have no user, though the middleware has entered one. (socket.io)
// kind: listener
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const { EventEmitter } = require('node:events');

const user = new AsyncLocalStorage();
const socket = new EventEmitter();

function connection(handshake) {
  user.run(handshake.user, () => {
    socket.on('chat', (text) => {
      //= socket.on('chat', AsyncResource.bind((text) => {
      console.log(text, 'by', user.getStore(), AsyncResource.name);
    });
    //= }));
  });
}

connection({ user: 'ada' });
setTimeout(() => socket.emit('chat', 'hello'), 1); // <- here
setTimeout(() => socket.emit('chat', 'again'), 2);
