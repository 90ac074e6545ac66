'use strict';

/** A pool as database clients have it: a few sockets, and a queue for the queries that find none free. */

const net = require('node:net');
const { once } = require('node:events');
const { createInterface } = require('node:readline');

/** @typedef {{ text: string, resolve: (answer: string) => void }} Query */
/** @typedef {{ socket: net.Socket, query: Query | undefined }} Connection */

/** A server that answers each line with the same line. */
async function createEcho() {
  const server = net.createServer((socket) => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** @param {number} size */
async function createPool(size) {
  const server = await createEcho();
  /** @type {Connection[]} */
  const idle = [];
  /** @type {Query[]} */
  const waiting = [];
  const sockets = await Promise.all(Array.from({ length: size }, connect));

  async function connect() {
    const { port } = /** @type {net.AddressInfo} */ (server.address());
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    /** @type {Connection} */
    const connection = { socket, query: undefined };
    idle.push(connection);
    createInterface({ input: socket }).on('line', (line) => {
      const { resolve } = /** @type {Query} */ (connection.query);
      const next = waiting.shift();
      if (next === undefined) idle.push(connection);
      else ask(connection, next);
      resolve(line);
    });
    return socket;
  }

  /**
   * @param {Connection} connection
   * @param {Query} query
   */
  function ask(connection, query) {
    connection.query = query;
    connection.socket.write(`${query.text}\n`);
  }

  return {
    /** @param {string} text */
    query(text) {
      return new Promise((resolve) => {
        const connection = idle.pop();
        if (connection === undefined) waiting.push({ text, resolve });
        else ask(connection, { text, resolve });
      });
    },
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

module.exports = { createPool };
