'use strict';
// A small shop with three faults, to see what a report says of them:
//
//     npx async-hooks-rs record --report examples/shop/shop.js
//
// GET /report sorts for long and so blocks everybody, GET /orders asks thirty times in a row, and POST /cart
// leaves a timer behind. GET /user/:id is fine. Visitors come from a process of their own; then the shop closes.

const { fork } = require('node:child_process');
const http = require('node:http');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const carts = new Map();

async function loadUser(id) {
  await sleep(12);
  return { id, name: `user ${id}` };
}

async function loadOrders() {
  const orders = [];
  for (let id = 0; id < 30; id++) orders.push(await loadOrder(id));
  return orders;
}

async function loadOrder(id) {
  await sleep(2);
  return { id };
}

function makeReport() {
  const sales = Array.from({ length: 250_000 }, (_, n) => ({ n, sum: Math.sin(n) }));
  return sales.sort((a, b) => a.sum - b.sum).slice(0, 10);
}

function remember(cart) {
  const timer = setInterval(() => carts.get(cart), 60_000);
  carts.set(cart, timer.unref());
  return { cart };
}

async function answer({ method, url }) {
  if (url.startsWith('/user/')) return loadUser(Number(url.slice(6)));
  if (url === '/orders') return loadOrders();
  if (url === '/report') return makeReport();
  if (method === 'POST' && url === '/cart') return remember(carts.size);
}

const server = http.createServer(async (request, response) => {
  const body = await answer(request);
  response.writeHead(body ? 200 : 404, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body ?? { error: 'no such page' }));
});

server.listen(0, '127.0.0.1', () => {
  const visitors = fork(path.join(__dirname, 'visitors.js'), [String(server.address().port)]);
  visitors.on('exit', () => server.close());
});
