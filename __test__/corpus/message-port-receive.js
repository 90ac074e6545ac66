// Messages are taken out one by one, without an event.
'use strict';

const { MessageChannel, receiveMessageOnPort } = require('node:worker_threads');

const { port1, port2 } = new MessageChannel();
port1.postMessage('one');
port1.postMessage('two');
console.log(receiveMessageOnPort(port2), receiveMessageOnPort(port2), receiveMessageOnPort(port2));
port1.close();
