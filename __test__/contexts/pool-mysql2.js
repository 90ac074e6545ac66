// question: In the callback of connection.query the user is undefined. (mysql2)
// kind: listener, queue
// remedy: AsyncResource.bind
'use strict';
const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const net = require('node:net');

const user = new AsyncLocalStorage();
void AsyncResource;

class Connection {
  commands = [];

  constructor(port) {
    this.socket = net.connect(port, '127.0.0.1');
    this.socket.on('data', (packets) => {
      for (let at = 0; at < packets.length; at++) this.answered();
    });
  }

  answered() {
    this.commands.shift()(null, [{ one: 1 }]); // <- here
  }

  query(sql, callback) {
    this.commands.push(callback);
    this.socket.write('q');
  }
}

const server = net.createServer((socket) => socket.pipe(socket));
server.listen(0, '127.0.0.1', () => {
  const connection = new Connection(server.address().port);
  let left = 3;
  for (const name of ['ada', 'bob', 'cyd']) {
    user.run({ name }, () => {
      const answer = (error, rows) => {
        console.log(rows.length, user.getStore()?.name);
        left -= 1;
        if (left > 0) return;
        connection.socket.end();
        server.close();
      };
      connection.query('select 1', answer);
      //= connection.query('select 1', AsyncResource.bind(answer));
    });
  }
});
