// question: Why does my process hang after everything is done?
// kind: does-not-exit
// ends: signal after 1200 ms
'use strict';
const net = require('node:net');

// The metrics server does not keep the process alive.
const metrics = net.createServer();
metrics.listen(0, '127.0.0.1', () => metrics.unref());

class Control {
  constructor() {
    this.server = net.createServer((socket) => socket.end());
  }

  open() {
    this.server.listen(0, '127.0.0.1'); // <- here
  }
}

new Control().open();
