'use strict';

/** A web server whose requests each run in a context of their own, asked many times at once. */

const http = require('node:http');
const { current, runAs } = require('./contexts');
const { askAndPrint } = require('./requests');

const REQUESTS = 40;

/**
 * @param {(id: string, note: (step: string, answer: unknown) => void) => Promise<void>} handle notes after each
 *   step what the database answered; that and the current context must be the request's
 * @returns {Promise<void>}
 */
function visit(handle) {
  const server = http.createServer((request, response) => {
    const id = String(request.headers['x-request-id']);
    runAs(id, async () => {
      /** @type {Record<string, unknown>} */
      const seen = {};
      await handle(id, (step, answer) => {
        seen[step] = answer === id ? current() : `the answer ${answer}`;
      });
      response.end(JSON.stringify(seen));
    }).catch((error) => {
      response.statusCode = 500;
      response.end(error.stack);
    });
  });
  return new Promise((resolve, reject) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      askAndPrint(port, REQUESTS)
        .finally(() => server.close())
        .then(resolve, reject);
    });
  });
}

module.exports = { visit };
