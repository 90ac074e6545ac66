// question: After an error, some requests hang.
// kind: unsettled
// route: GET /job
'use strict';
const http = require('node:http');

class Semaphore {
  #free = 2;
  #waiting = [];

  acquire() {
    if (this.#free-- > 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve)); // <- here
  }

  release() {
    this.#free++;
    this.#waiting.shift()?.();
  }
}

const semaphore = new Semaphore();

async function withSlot(work) {
  await semaphore.acquire();
  const result = await work();
  semaphore.release();
  return result;
}

const server = http.createServer(async (request, response) => {
  try {
    await withSlot(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (request.url === '/bad') throw new Error('the work failed');
    });
    response.end('ok');
  } catch {
    response.writeHead(500).end();
  }
});

server.listen(0, '127.0.0.1', () => {
  const get = (path) => http.get({ port: server.address().port, path, agent: false }, (response) => response.resume()).on('error', () => {});
  get('/job');
  setTimeout(() => ['/bad', '/bad'].forEach(get), 100);
  setTimeout(() => Array.from({ length: 10 }, () => get('/job')), 300);
  setTimeout(() => process.exit(), 2500);
});
