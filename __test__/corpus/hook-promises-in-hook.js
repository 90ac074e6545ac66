// A hook callback makes promises and ticks, once for each kind of event.
'use strict';

const { createHook } = require('node:async_hooks');
const { callbacks, note } = require('./fixtures/event-log');

const all = callbacks('hook');
const done = new Set();
function once(event) {
  return (id, type, ...rest) => {
    all[event](id, type, ...rest);
    if (done.has(event)) return;
    done.add(event);
    Promise.resolve().then(() => note('promise made in', event));
    process.nextTick(() => note('tick made in', event));
  };
}
createHook({
  init: once('init'),
  before: once('before'),
  after: once('after'),
  promiseResolve: once('promiseResolve'),
}).enable();
setImmediate(() => note('callback'));
