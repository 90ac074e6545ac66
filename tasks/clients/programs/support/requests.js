'use strict';

/** Asks a web server many times at once, over fewer connections than requests, and prints its answers as JSON lines. */

const http = require('node:http');
const { once } = require('node:events');

const REQUESTS = 20;
const CONNECTIONS = 6;

/**
 * @param {number} port
 * @param {string} id goes as the header `x-request-id`, and as the path
 * @param {http.Agent} agent
 * @returns {Promise<unknown>}
 */
async function ask(port, id, agent) {
  const request = http.get({ port, host: '127.0.0.1', path: `/${id}`, agent, headers: { 'x-request-id': id } });
  const [response] = await once(request, 'response');
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  if (response.statusCode !== 200) throw new Error(`${response.statusCode}: ${text}`);
  return JSON.parse(text);
}

/**
 * @param {number} port
 * @param {number} [count]
 */
async function askAndPrint(port, count = REQUESTS) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const ids = Array.from({ length: count }, (_, index) => `r${index}`);
  const answers = await Promise.all(ids.map((id) => ask(port, id, agent)));
  agent.destroy();
  ids.forEach((id, index) => console.log(JSON.stringify({ id, seen: answers[index] })));
}

/** A server that others ask on their way; it knows of no request. */
async function createUpstream() {
  const server = http.createServer((request, response) => response.end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

module.exports = { askAndPrint, createUpstream };
