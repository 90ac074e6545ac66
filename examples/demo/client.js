'use strict';
// One real HTTP request over loopback, on a connection of its own, as a resource of its own: everything
// that the client does hangs below a `ClientRequest` in the tree.

const http = require('node:http');
const { AsyncResource } = require('./module');

/**
 * @param {number} port
 * @param {string} path
 * @param {(result: { status: number | undefined, body: string }) => void} callback called when the connection is closed
 */
function visit(port, path, callback) {
  const resource = new AsyncResource('ClientRequest', { requireManualDestroy: true });
  resource.runInAsyncScope(() => {
    const request = http.get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => { body += chunk; });
      request.on('close', () => {
        resource.emitDestroy();
        callback({ status: response.statusCode, body });
      });
    });
  });
}

module.exports = { visit };
