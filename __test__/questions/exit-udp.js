// question: The metrics are sent, the job does not end.
// kind: does-not-exit
// ends: signal after 1200 ms
'use strict';
const dgram = require('node:dgram');

const idle = dgram.createSocket('udp4');
idle.bind(0, '127.0.0.1', () => idle.unref());

function send(text) {
  const socket = dgram.createSocket('udp4'); // <- here
  socket.send(text, 8125, '127.0.0.1', () => process.stdout.write('sent\n'));
}

send('jobs:1|c');
