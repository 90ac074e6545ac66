'use strict';

/** A shop on Koa: a router with a prefix, nested in another one. */

const { Router } = require('@koa/router');
const Koa = require('koa');
const { setTimeout: sleep } = require('node:timers/promises');

const WORDS = `${'a'.repeat(23)}!`;

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

function isName(text) {
  return /^(a+)+$/.test(text); // <- block
}

async function walkSteps(id) {
  let total = Number(id);
  for (let step = 0; step < 30; step += 1) {
    await sleep(2); // <- steps
    total += step;
  }
  return { total };
}

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

const shop = new Router();
shop.get('/users/:id', async (ctx) => {
  ctx.body = await findUser(ctx.params.id);
});
shop.post('/orders', async (ctx) => {
  ctx.status = 201;
  ctx.body = { ordered: (await bodyOf(ctx.req)).items.length };
});
shop.get('/locks/:id', async (ctx) => {
  ctx.body = await waitForLock(ctx.params.id);
});
shop.get('/prices/:id', async (ctx) => {
  ctx.body = await fetchPrices(ctx.params.id);
});
shop.get('/ranking/:id', (ctx) => {
  ctx.body = { isName: isName(WORDS) };
});
shop.get('/steps/:id', async (ctx) => {
  ctx.body = await walkSteps(ctx.params.id);
});

const api = new Router({ prefix: '/api' });
api.use(shop.routes());

const health = new Router();
health.get('/health', (ctx) => {
  ctx.body = 'well';
});

const app = new Koa();
app.use(health.routes());
app.use(api.routes());
app.listen(Number(process.env.PORT), '127.0.0.1');
