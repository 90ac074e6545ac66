'use strict';

/** The ways in which the runtime calls something back later, each once: those of storages' programs, and larger ones. */

const fs = require('node:fs');
const shared = require('../storage/carriers').carriers;

/** @typedef {(call: () => void) => void} Carrier */

const { stat, access, fsPromise, timeoutPromise, immediatePromise, random, port, stream, finished, pipeline, abort } = /** @type {any} */ ({
  ...shared,
  access: (/** @type {() => void} */ call) => fs.access('/missing', call),
  stat: shared.fs,
});

// What few programs need is loaded by those.
const node = {
  get crypto() {
    return require('node:crypto');
  },
  get http() {
    return require('node:http');
  },
  get net() {
    return require('node:net');
  },
  get workers() {
    return require('node:worker_threads');
  },
  get zlib() {
    return require('node:zlib');
  },
};

/** @type {Record<string, Carrier>} */
const carriers = {
  stat,
  access,
  fsPromise,
  timeoutPromise,
  immediatePromise,
  random,
  port,
  stream,
  finished,
  pipeline,
  abort,

  pbkdf2: (call) => node.crypto.pbkdf2('secret', 'salt', 1, 8, 'sha1', call),
  deflate: (call) => node.zlib.deflateRaw('data', call),
  invalidDeflate: (call) => node.zlib.inflateRaw('data', call),

  tcp(call) {
    const server = node.net.createServer((socket) => {
      server.close();
      socket.end('data');
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      node.net.connect(port, '127.0.0.1').resume().once('close', call);
    });
  },

  refused(call) {
    const socket = node.net.connect(1, '127.0.0.1');
    socket.once('error', () => {});
    socket.once('close', call);
  },

  http(call) {
    const server = node.http.createServer((_request, response) => {
      server.close();
      response.end('data');
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      node.http.get({ port, host: '127.0.0.1', agent: false }, (response) => response.resume().once('close', call));
    });
  },

  worker(call) {
    new node.workers.Worker('', { eval: true }).once('exit', call);
  },
};

module.exports = { carriers };
