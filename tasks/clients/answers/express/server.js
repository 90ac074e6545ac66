'use strict';

/** A shop on Express: routers below prefixes, handlers that are async functions. */

const express = require('express');
const { setTimeout: sleep } = require('node:timers/promises');

const PRODUCTS = Array.from({ length: 150_000 }, (_, id) => ({ id, name: `product ${(id * 7919) % 150_000}` }));

async function findUser(id) {
  await sleep(1);
  return { id, name: `user ${id}` };
}

async function waitForLock(id) {
  await sleep(60); // <- timer
  return { id, locked: true };
}

async function fetchPrices(id) {
  const response = await fetch(`${process.env.UPSTREAM}/prices/${id}`); // <- fetch
  return response.json();
}

function rankProducts() {
  return PRODUCTS.toSorted((a, b) => a.name.localeCompare(b.name)).slice(0, 10); // <- block
}

async function walkSteps(id) {
  let total = Number(id);
  for (let step = 0; step < 30; step += 1) {
    await sleep(2); // <- steps
    total += step;
  }
  return { total };
}

const shop = express.Router();
shop.get('/users/:id', async (request, response) => {
  response.json(await findUser(request.params.id));
});
shop.post('/orders', express.json(), (request, response) => {
  response.status(201).json({ ordered: request.body.items.length });
});
shop.get('/locks/:id', async (request, response) => {
  response.json(await waitForLock(request.params.id));
});
shop.get('/prices/:id', async (request, response) => {
  response.json(await fetchPrices(request.params.id));
});
shop.get('/ranking/:id', (request, response) => {
  response.json(rankProducts());
});
shop.get('/steps/:id', async (request, response) => {
  response.json(await walkSteps(request.params.id));
});

const app = express();
app.get('/health', (request, response) => {
  response.send('well');
});
app.use('/api', shop);
app.listen(Number(process.env.PORT), '127.0.0.1');
