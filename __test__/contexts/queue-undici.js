// question: onComplete of a dispatched request runs without a store. (undici's agent)
// kind: listener, queue
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const net = require('node:net');

const request = new AsyncLocalStorage();
void AsyncResource;

class Agent {
  running = [];

  constructor(port) {
    this.socket = net.connect(port, '127.0.0.1').on('data', (bytes) => {
      for (let at = 0; at < bytes.length; at++) this.running.shift().onComplete(); // <- here
    });
  }

  dispatch(options, handler) {
    this.running.push(handler);
    this.socket.write('.');
  }
}

const server = net.createServer((socket) => socket.pipe(socket));
server.listen(0, '127.0.0.1', () => {
  const agent = new Agent(server.address().port);
  request.run('GET /', () => {
    const handler = {
      onComplete() {
        console.log(request.getStore());
        agent.socket.destroy();
        server.close();
      },
    };
    agent.dispatch({ path: '/' }, handler);
    //= agent.dispatch({ path: '/' }, { onComplete: AsyncResource.bind(handler.onComplete) });
  });
});
