// question: Orders are never confirmed.
// kind: unanswered
// route: POST /order
'use strict';
const http = require('node:http');

const payments = http.createServer((request, response) => void response); // Takes the request and forgets it.

function charge(port, done) {
  const request = http.request({ port, method: 'POST', path: '/charge' }, (answer) => { // <- here
    answer.resume();
    answer.on('end', done);
  });
  request.on('error', done);
  request.end('12.50');
}

const shop = http.createServer((request, response) => charge(payments.address().port, () => response.end('paid')));

payments.listen(0, '127.0.0.1', () =>
  shop.listen(0, '127.0.0.1', () => {
    for (let i = 0; i < 5; i++)
      http.request({ port: shop.address().port, method: 'POST', path: '/order', agent: false }, () => {}).on('error', () => {}).end();
    setTimeout(() => process.exit(), 2500);
  }),
);
