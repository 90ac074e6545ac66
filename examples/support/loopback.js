'use strict';
// A server on a free port of 127.0.0.1 and a client that asks it one thing at a time.

const http = require('node:http');

/**
 * Starts the server, requests each path in turn, closes the server, then calls back.
 * Every request has a connection of its own.
 * @param {http.Server} server
 * @param {string[]} paths
 * @param {(bodies: string[]) => void} [done]
 */
function visit(server, paths, done = () => {}) {
  /** @type {string[]} */
  const bodies = [];
  server.listen(0, '127.0.0.1', () => {
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const next = () => {
      if (bodies.length === paths.length) return server.close(() => done(bodies));
      get(port, paths[bodies.length], (body) => {
        bodies.push(body);
        next();
      });
    };
    next();
  });
}

/**
 * @param {number} port
 * @param {string} path
 * @param {(body: string) => void} callback called when the connection has closed
 */
function get(port, path, callback) {
  const request = http.get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (chunk) => { body += chunk; });
    request.on('close', () => callback(body));
  });
}

module.exports = { visit, get };
