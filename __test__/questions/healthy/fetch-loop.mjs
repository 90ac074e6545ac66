// Fetches one page after another, then some at once.
import { createServer } from 'node:http';
import { once } from 'node:events';

const server = createServer((request, response) => response.end(request.url.repeat(100)));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;
let size = 0;
for (let page = 0; page < 200; page++) {
  const response = await fetch(`${url}/page/${page}`, { signal: AbortSignal.timeout(5000) });
  size += (await response.text()).length;
}
const all = await Promise.all(Array.from({ length: 50 }, (_, n) => fetch(`${url}/part/${n}`).then((response) => response.text())));
console.log(size, all.length);
server.close();
server.closeAllConnections();
