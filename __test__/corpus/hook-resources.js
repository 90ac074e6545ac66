// The resource objects of init are those that the program holds.
'use strict';

const { AsyncResource, createHook, executionAsyncResource } = require('node:async_hooks');

const resources = new Map();
const hook = createHook({ init: (id, type, trigger, resource) => resources.set(resource, type) }).enable();
const asyncResource = new AsyncResource('Mine');
const timeout = setTimeout(() => {
  console.log('current', executionAsyncResource() === timeout);
  const immediate = setImmediate(() => console.log('current', executionAsyncResource() === immediate));
  const promise = Promise.resolve();
  hook.disable();
  for (const object of [asyncResource, timeout, immediate, promise]) console.log(resources.get(object));
}, 1);
