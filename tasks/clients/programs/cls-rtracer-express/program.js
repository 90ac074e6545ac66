'use strict';

/** An Express app whose routes and services ask cls-rtracer for the request's id. */

const express = require('express');
const rTracer = require('cls-rtracer');
const { createHelpers } = require('../support/helpers');
const { journey } = require('../support/journey');
const { askAndPrint } = require('../support/requests');

async function main() {
  const helpers = await createHelpers();
  const app = express();
  app.use(rTracer.expressMiddleware({ useHeader: true }));
  app.get('/{*path}', async (request, response) => {
    response.json(await journey(() => rTracer.id(), helpers));
  });
  const server = app.listen(0, '127.0.0.1', async () => {
    await askAndPrint(server.address().port);
    server.close();
    helpers.close();
  });
}

main();
