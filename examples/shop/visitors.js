'use strict';
// Four visitors at a time look around in the shop, for some three seconds.

const http = require('node:http');

const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });

const visit = (path, method = 'GET') =>
  new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: process.argv[2], path, method, agent });
    request.on('response', (response) => response.resume().on('end', resolve));
    request.on('error', reject).end();
  });

async function visitor(number) {
  for (let round = 0; round < 12; round++) {
    for (let user = 0; user < 8; user++) await visit(`/user/${number * 100 + round * 8 + user}`);
    await visit('/cart', 'POST');
    await visit('/cart', 'POST');
    await visit('/orders');
    if (number === 0 && round % 3 === 2) await visit('/report');
  }
}

Promise.all([0, 1, 2, 3].map(visitor)).then(() => agent.destroy());
