// question: The page hangs, and nothing is in the log.
// kind: unanswered
// route: GET /price/:id
// ends: signal after 3000 ms
import http from 'node:http';

const prices = http.createServer((request, response) => request.url.endsWith('7') || response.end('12'));
await new Promise((resolve) => prices.listen(0, '127.0.0.1', resolve));

async function loadPrice(id) {
  const response = await fetch(`http://127.0.0.1:${prices.address().port}/prices/${id}`); // <- here
  return response.text();
}

const shop = http.createServer(async (request, response) => {
  response.end(await loadPrice(request.url.split('/')[2]));
});
shop.listen(0, '127.0.0.1', () => {
  for (let id = 1; id < 40; id++) {
    http
      .get({ port: shop.address().port, path: `/price/${id}`, agent: false }, (response) => response.resume())
      .on('error', () => {});
  }
});
