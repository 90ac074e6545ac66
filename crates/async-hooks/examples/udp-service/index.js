'use strict';

/**
 * An HTTP server whose requests ask a service over UDP, both through the addon in this folder.
 *
 *   node crates/async-hooks/examples/udp-service
 *
 * It builds the addon, answers a few requests of its own, and ends. Each line that it prints comes from a callback of the addon, and
 * knows its request. To see the connections under their requests, record it:
 *
 *   node bin/async-hooks-rs.js record --open crates/async-hooks/examples/udp-service
 */

const { AsyncLocalStorage } = require('node:async_hooks');
const http = require('node:http');
const { loadExample } = require('../../../../scripts/crate');

const udp = loadExample('udp-service');
const requests = new AsyncLocalStorage();
let last = 0;

/** The service answers in capitals. */
const service = udp.listen(
  '127.0.0.1:0',
  (/** @type {Buffer} */ message, /** @type {string} */ from) => udp.send(service, Buffer.from(message.toString().toUpperCase()), from),
  () => console.log('the service is closed'),
);

/**
 * One question, one connection.
 * @param {string} question
 * @returns {Promise<string>}
 */
function ask(question) {
  return new Promise((resolve, reject) => {
    /** @type {string} */
    let answer;
    const connection = udp.connect(
      udp.address(service),
      (/** @type {Buffer} */ message) => {
        console.log(`request ${requests.getStore()}: data ${message}`);
        answer = message.toString();
        udp.close(connection);
      },
      () => {
        console.log(`request ${requests.getStore()}: closed`);
        resolve(answer);
      },
    );
    udp.send(connection, Buffer.from(question)).catch(reject);
  });
}

const server = http.createServer((request, response) => {
  requests.run(++last, async () => {
    const answer = await ask(String(request.url).slice(1));
    response.end(`${answer} for request ${requests.getStore()}`);
  });
});

async function main() {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  for (const word of ['one', 'two', 'three']) {
    const answer = await new Promise((resolve) => {
      http.get({ port, host: '127.0.0.1', path: `/${word}`, agent: false }, (response) => response.setEncoding('utf8').on('data', resolve));
    });
    console.log(answer);
  }
  server.close();
  udp.close(service);
}

main();
