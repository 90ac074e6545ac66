// A server that asks a slow one, and is ended in the middle of that.
// ends: signal after 3000 ms
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const backend = http.createServer(async (request, response) => {
  await sleep(1300);
  response.end('slow');
});
await new Promise((resolve) => backend.listen(0, '127.0.0.1', resolve));

const server = http.createServer(async (request, response) => {
  const answer = await fetch(`http://127.0.0.1:${backend.address().port}/`);
  response.end(await answer.text());
});
server.listen(0, '127.0.0.1', async () => {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${server.address().port}/`);
    await answer.text();
  }
});
