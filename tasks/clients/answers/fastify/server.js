'use strict';

/** A shop on Fastify: a plugin below a prefix, handlers that are async functions. */

const fastify = require('fastify');
const { setTimeout: sleep } = require('node:timers/promises');

const CATALOGUE = Array.from({ length: 40_000 }, (_, id) => ({ id, name: `product ${id}`, tags: ['new', 'sale', `shelf ${id % 100}`] }));

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

function copyCatalogue() {
  return JSON.parse(JSON.stringify([CATALOGUE, CATALOGUE, CATALOGUE])).slice(0, 1)[0].slice(0, 10); // <- block
}

async function walkSteps(id) {
  let total = Number(id);
  for (let step = 0; step < 30; step += 1) {
    await sleep(2); // <- steps
    total += step;
  }
  return { total };
}

async function shop(app) {
  app.get('/users/:id', async (request) => findUser(request.params.id));
  app.post('/orders', async (request, reply) => {
    reply.code(201);
    return { ordered: request.body.items.length };
  });
  app.get('/locks/:id', async (request) => waitForLock(request.params.id));
  app.get('/prices/:id', async (request) => fetchPrices(request.params.id));
  app.get('/ranking/:id', async () => copyCatalogue());
  app.get('/steps/:id', async (request) => walkSteps(request.params.id));
}

const app = fastify();
app.get('/health', async () => 'well');
app.register(shop, { prefix: '/api' });
app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
