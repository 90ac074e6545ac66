// Bound functions run in the context of their resource.
'use strict';

const { AsyncResource, executionAsyncId } = require('node:async_hooks');

const resource = new AsyncResource('Bound');
function report(text) {
  console.log(text, this === globalThis || this === undefined, executionAsyncId() === resource.asyncId());
}
const bound = resource.bind(report);
const withThis = resource.bind(report, 'this');
console.log(bound.length, withThis.length);
bound('at once');
setImmediate(() => {
  bound('from an immediate');
  setTimeout(withThis, 1, 'with a this');
});
