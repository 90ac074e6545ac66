'use strict';

/** A web server whose logger adds the request's id to every line; one logger writes to stdout, one to stderr through a worker. */

const fs = require('node:fs');
const http = require('node:http');
const { AsyncLocalStorage } = require('node:async_hooks');
const { once } = require('node:events');
const pino = require('pino');

const storage = new AsyncLocalStorage();
const options = { base: null, timestamp: false, mixin: () => ({ id: storage.getStore()?.id }) };
const transport = pino.transport({ target: 'pino/file', options: { destination: process.stderr.fd } });
const loggers = [pino(options, pino.destination({ sync: true })), pino(options, transport)];

function log(url, message) {
  for (const logger of loggers) logger.info({ url }, message);
}

const server = http.createServer((request, response) => {
  storage.run({ id: request.url.slice(1) }, async () => {
    log(request.url, 'asked');
    await new Promise((resolve) => setTimeout(resolve, 1));
    log(request.url, 'waited');
    const child = loggers[0].child({ module: 'files' });
    fs.readFile(__filename, () => {
      child.info({ url: request.url }, 'read');
      response.end();
    });
  });
});

server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  await Promise.all(
    Array.from({ length: 10 }, async (_, index) => {
      const [response] = await once(http.get({ host: '127.0.0.1', port, path: `/${index}` }), 'response');
      await once(response.resume(), 'end');
    }),
  );
  server.close();
});
