'use strict';

/** A Fastify app with a request context: default values, values set by a hook, and a posted body. */

const fastify = require('fastify')();
const { AsyncResource } = require('node:async_hooks');
const { once } = require('node:events');
const http = require('node:http');
const { fastifyRequestContext, requestContext } = require('@fastify/request-context');
const { createHelpers } = require('../support/helpers');
const { journey } = require('../support/journey');
const { askAndPrint } = require('../support/requests');

async function main() {
  const helpers = await createHelpers();
  fastify.register(fastifyRequestContext, {
    defaultStoreValues: (request) => ({ id: request.headers['x-request-id'], user: 'nobody' }),
    createAsyncResource: () => new AsyncResource('REQUEST_CONTEXT'),
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    requestContext.set('user', `user of ${request.requestContext.get('id')}`);
    done();
  });
  fastify.get('/*', async () => journey(() => requestContext.get('id'), helpers));
  fastify.post('/user', async (request) => ({ body: request.body, user: requestContext.get('user') }));
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  const { port } = fastify.server.address();
  await askAndPrint(port);
  for (const id of ['a', 'b']) console.log(await post(port, id));
  console.log(JSON.stringify({ outside: requestContext.get('id') ?? null }));
  await fastify.close();
  helpers.close();
}

async function post(port, id) {
  const headers = { 'x-request-id': id, 'content-type': 'application/json' };
  const request = http.request({ method: 'POST', host: '127.0.0.1', port, path: '/user', headers });
  request.end(JSON.stringify({ id }));
  const [response] = await once(request, 'response');
  return (await response.setEncoding('utf8').toArray()).join('');
}

main();
