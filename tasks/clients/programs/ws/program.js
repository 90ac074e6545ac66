'use strict';

/** A WebSocket server with compression; each connection's listeners are bound to its context. */

const { AsyncLocalStorage, AsyncResource } = require('node:async_hooks');
const { once } = require('node:events');
const { gzip } = require('node:zlib');
const { WebSocket, WebSocketServer } = require('ws');

const CONNECTIONS = 8;
const MESSAGES = 5;
const storage = new AsyncLocalStorage();
const departures = new Map();
const current = () => storage.getStore()?.id ?? null;

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: { threshold: 0, concurrencyLimit: 2 } });

server.on('connection', (socket, request) => {
  storage.run({ id: request.url.slice(1) }, () => {
    socket.on(
      'message',
      AsyncResource.bind((data) => {
        const received = current();
        gzip(data, async () => {
          const zipped = current();
          await null;
          socket.send(JSON.stringify({ text: String(data), received, zipped, awaited: current() }));
        });
      }),
    );
    socket.on(
      'close',
      AsyncResource.bind(() => departures.get(current())?.(current())),
    );
  });
});

async function talk(id) {
  const socket = new WebSocket(`ws://127.0.0.1:${server.address().port}/${id}`);
  await once(socket, 'open');
  const seen = [];
  const answers = new Promise((resolve) => {
    socket.on(
      'message',
      AsyncResource.bind((data) => {
        seen.push({ ...JSON.parse(data), client: current() });
        if (seen.length === MESSAGES) resolve();
      }),
    );
  });
  for (let index = 0; index < MESSAGES; index++) {
    await new Promise((resolve) => socket.send(`${id} ${index}`, resolve));
  }
  await answers;
  const departure = new Promise((resolve) => departures.set(id, resolve));
  socket.close();
  return { id, left: await departure, awaited: current(), seen: seen.sort((a, b) => (a.text < b.text ? -1 : 1)) };
}

server.on('listening', async () => {
  const ids = Array.from({ length: CONNECTIONS }, (_, index) => `c${index}`);
  const lines = await Promise.all(ids.map((id) => storage.run({ id }, () => talk(id))));
  for (const line of lines) console.log(JSON.stringify(line));
  server.close();
});
