// A server whose clients wait: long polls, server-sent events and an upgraded connection. It is ended while they do.
// ends: signal after 3000 ms
'use strict';
const http = require('node:http');
const { once, EventEmitter } = require('node:events');

const news = new EventEmitter().setMaxListeners(0);
const waiting = new Set();

const server = http.createServer(async (request, response) => {
  if (request.url === '/events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (text) => response.write(`data: ${text}\n\n`);
    news.on('said', send);
    const beat = setInterval(() => response.write(': still here\n\n'), 500);
    response.on('close', () => {
      news.off('said', send);
      clearInterval(beat);
    });
  } else if (request.url === '/poll') {
    const [text] = await once(news, 'said');
    response.end(text);
  } else if (request.url === '/wait') {
    waiting.add(response);
    response.on('close', () => waiting.delete(response));
  } else response.end('ok');
});
server.on('upgrade', (request, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: chat\r\n\r\n'));

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address();
  const get = (path, headers) => http.get({ port, path, headers, agent: false }, (response) => response.resume()).on('error', () => {});
  for (let i = 0; i < 15; i++) ['/events', '/wait'].forEach((path) => get(path));
  const poll = () => get('/poll').on('response', (response) => response.on('end', poll));
  poll();
  get('/chat', { connection: 'upgrade', upgrade: 'chat' }).on('upgrade', (response, socket) => socket.resume());
  setInterval(() => get('/'), 50);
  let said = 0;
  setInterval(() => news.emit('said', `news ${said++}`), 700);
});
