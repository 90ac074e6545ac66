// A server whose responses go on for as long as their clients stay: of streams, of other servers, and beside a database. It is ended
// while they do.
// ends: signal after 3000 ms
'use strict';
const http = require('node:http');
const net = require('node:net');
const { PassThrough } = require('node:stream');
const { pipeline } = require('node:stream/promises');

const database = net.createServer((socket) => socket.on('data', (query) => socket.write(query)).on('error', () => {}));
const upstream = http.createServer((request, response) => response.writeHead(200).write('first\n'));

function query(text) {
  return new Promise((resolve) => {
    // It stays open, for whoever asks next.
    const connection = net.connect(database.address().port, '127.0.0.1', () => connection.write(text));
    connection.once('data', resolve);
  });
}

const routes = {
  async '/events'(response) {
    await query('select');
    response.writeHead(200).write('first\n');
  },
  async '/pipeline'(response) {
    const news = new PassThrough();
    news.write('first\n');
    await pipeline(news, response);
  },
  '/proxy'(response) {
    http.get({ port: upstream.address().port, agent: false }, (answer) => answer.pipe(response));
  },
  async '/fetch'(response) {
    const answer = await fetch(`http://127.0.0.1:${upstream.address().port}`);
    for await (const chunk of answer.body) response.write(chunk);
    response.end();
  },
};
const server = http.createServer((request, response) => routes[request.url](response)?.catch(() => {}));

database.listen(0, '127.0.0.1', () =>
  upstream.listen(0, '127.0.0.1', () =>
    server.listen(0, '127.0.0.1', () => {
      for (const path of Object.keys(routes)) {
        for (let i = 0; i < 3; i++) {
          http.get({ port: server.address().port, path, agent: false }, (response) => response.resume()).on('error', () => {});
        }
      }
    }),
  ),
);
