// Nobody listens on the pipe.
'use strict';

const net = require('node:net');
const path = require('./fixtures/local-socket');

const client = net.connect(path);
client.on('error', (error) => console.log(error.code));
client.on('close', () => console.log('closed'));
