// Callbacks are called as methods of the hook.
'use strict';

const { createHook } = require('node:async_hooks');

const facts = new Set();
function check(event) {
  return function() { facts.add(`${event} ${this === hook}`); };
}
const hook = createHook({
  init: check('init'),
  before: check('before'),
  after: check('after'),
  destroy: check('destroy'),
  promiseResolve: check('promiseResolve'),
}).enable();
setImmediate(() => Promise.resolve().then(() => {
  setImmediate(() => setImmediate(() => {
    hook.disable();
    console.log([...facts]);
  }));
}));
