'use strict';
// Shows: executionAsyncResource is the object behind the id: the very object that init was given.
// Look at: each resource that runs is the one that init announced, and the main script has an object too.
//
// Output:
//   main script: an object of its own
//   fs.open: FSReqCallback, the object that init saw: true
//   setTimeout: Timeout, the object that init saw: true
const fs = require('node:fs');
const { createHook, executionAsyncId, executionAsyncResource } = require('./module');
const { print } = require('./support/print');

const seen = new Map();
createHook({ init(asyncId, type, triggerAsyncId, resource) { seen.set(asyncId, resource); } }).enable();

function show(what) {
  const resource = executionAsyncResource();
  const same = seen.get(executionAsyncId()) === resource;
  print(`${what}: ${resource.constructor.name}, the object that init saw: ${same}`);
}

print('main script:', typeof executionAsyncResource() === 'object' ? 'an object of its own' : 'nothing');

fs.open(__filename, 'r', (error, fd) => {
  show('fs.open');
  fs.closeSync(fd);
  setTimeout(() => show('setTimeout'), 1);
});
