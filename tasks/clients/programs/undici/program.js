'use strict';

/** Requests by every way that undici has, over fewer connections than requests, each in a context of its own. */

const http = require('node:http');
const { AsyncLocalStorage } = require('node:async_hooks');
const { once } = require('node:events');
const { PassThrough } = require('node:stream');
const { Agent, fetch, pipeline, request, setGlobalDispatcher, stream } = require('undici');

const storage = new AsyncLocalStorage();
const agent = new Agent({ connections: 2 });
setGlobalDispatcher(agent);

const WAYS = {
  async fetch(url, note) {
    const response = await fetch(url, { method: 'POST', body: 'question' });
    note('response');
    await response.text();
  },
  async fetchStream(url, note) {
    for await (const chunk of (await fetch(url)).body) note(`chunk of ${chunk.length > 0}`);
  },
  async request(url, note) {
    const { body } = await request(url);
    note('response');
    body.on('end', () => note('end'));
    await body.text();
  },
  requestCallback: (url, note) =>
    new Promise((resolve, reject) => {
      request(url, {}, (error, data) => {
        note('callback');
        if (error) reject(error);
        else data.body.dump().then(resolve, reject);
      });
    }),
  async stream(url, note) {
    await stream(url, { method: 'GET', opaque: new PassThrough() }, ({ opaque }) => {
      note('factory');
      return opaque.resume();
    });
  },
  async pipeline(url, note) {
    const duplex = pipeline(url, { method: 'POST' }, ({ body }) => {
      note('handler');
      return body;
    });
    duplex.resume().end('question');
    await once(duplex, 'close');
  },
  async aborted(url, note) {
    const controller = new AbortController();
    const promise = fetch(`${url}never`, { signal: controller.signal });
    setImmediate(() => controller.abort());
    await promise.catch(({ name }) => note(name));
  },
};

const server = http.createServer((request, response) => {
  if (request.url === '/never') return;
  request.resume().on('end', () => setTimeout(() => response.end('answer'), 1));
});

server.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}/`;
  const ways = Array.from({ length: 4 }, (_, round) => Object.keys(WAYS).map((way) => ({ way, id: `${way} ${round}` }))).flat();
  const lines = await Promise.all(
    ways.map(({ way, id }) =>
      storage.run({ id }, async () => {
        const seen = {};
        const note = (event) => (seen[event] = storage.getStore()?.id ?? null);
        await WAYS[way](url, note);
        note('after');
        return { id, seen };
      }),
    ),
  );
  for (const line of lines) console.log(JSON.stringify(line));
  await agent.destroy();
  server.closeAllConnections();
  server.close();
});
