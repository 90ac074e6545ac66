'use strict';

/** A web server that keeps each request's id in a namespace. */

const http = require('node:http');
const { createNamespace, getNamespace } = require('cls-hooked');
const { createHelpers } = require('../support/helpers');
const { journey } = require('../support/journey');
const { askAndPrint } = require('../support/requests');

const session = createNamespace('session');

async function main() {
  const helpers = await createHelpers();
  const server = http.createServer((request, response) => {
    session.bindEmitter(request);
    session.bindEmitter(response);
    session.run(() => {
      session.set('id', request.headers['x-request-id']);
      answer(response, helpers);
    });
  });
  server.listen(0, '127.0.0.1', async () => {
    await askAndPrint(server.address().port);
    console.log(JSON.stringify({ outside: session.get('id') ?? null }));
    server.close();
    helpers.close();
  });
}

async function answer(response, helpers) {
  const current = () => getNamespace('session').get('id');
  const seen = await journey(current, helpers);
  seen.nested =
    (await session.runAndReturn(async () => {
      session.set('id', 'inner');
      await null;
      return current();
    })) === 'inner'
      ? current()
      : 'lost in the nested run';
  response.on(
    'finish',
    session.bind(() => {}),
  );
  response.end(JSON.stringify(seen));
}

main();
