'use strict';

/** A Fastify app whose routes and services ask cls-rtracer for the request's id. */

const fastify = require('fastify')();
const rTracer = require('cls-rtracer');
const { createHelpers } = require('../support/helpers');
const { journey } = require('../support/journey');
const { askAndPrint } = require('../support/requests');

async function main() {
  const helpers = await createHelpers();
  fastify.register(rTracer.fastifyPlugin, { useHeader: true });
  fastify.get('/*', async () => journey(() => rTracer.id(), helpers));
  await fastify.listen({ port: 0, host: '127.0.0.1' });
  await askAndPrint(fastify.server.address().port);
  await fastify.close();
  helpers.close();
}

main();
