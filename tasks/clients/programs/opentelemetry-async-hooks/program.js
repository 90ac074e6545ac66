'use strict';

/** A web server that keeps each request's id in the active context of the manager that is named as the argument. */

const http = require('node:http');
const { EventEmitter } = require('node:events');
const { context, createContextKey, ROOT_CONTEXT } = require('@opentelemetry/api');
const managers = require('@opentelemetry/context-async-hooks');
const { createHelpers } = require('../support/helpers');
const { journey } = require('../support/journey');
const { askAndPrint } = require('../support/requests');

const Manager = managers[process.argv[2]];
context.setGlobalContextManager(new Manager().enable());

const ID = createContextKey('id');
const current = () => context.active().getValue(ID);

async function main() {
  const helpers = await createHelpers();
  const server = http.createServer((request, response) => {
    const active = context.active().setValue(ID, request.headers['x-request-id']);
    context.with(active, () => answer(response, helpers));
  });
  server.listen(0, '127.0.0.1', async () => {
    await askAndPrint(server.address().port);
    console.log(JSON.stringify({ outside: current() ?? null }));
    server.close();
    helpers.close();
  });
}

async function answer(response, helpers) {
  const emitter = context.bind(context.active(), new EventEmitter());
  const seen = await journey(current, helpers);
  context.with(ROOT_CONTEXT, () => (seen.rootIsEmpty = current() === undefined && seen.start));
  seen.afterWith = current();
  emitter.on('event', () => (seen.boundEmitter = current()));
  context.with(ROOT_CONTEXT, () => emitter.emit('event'));
  seen.boundFunction = context.with(
    ROOT_CONTEXT,
    context.bind(context.active(), () => current()),
  );
  response.end(JSON.stringify(seen));
}

main();
