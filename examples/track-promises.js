'use strict';
// Shows: trackPromises: false. The hook sees everything except promises, which then cost nothing.
// Look at: the same work reports its timer and no promise; promiseResolve together with it is refused.
//          (Node learnt this option in 24.12 and 25.2.)
//
// Needs: trackPromises
// Output:
//   types seen: Timeout
//   with promiseResolve: ERR_INVALID_ARG_VALUE
const { createHook } = require('./module');
const { print } = require('./support/print');

const types = new Set();
const hook = createHook({
  init(asyncId, type) { types.add(type); },
  trackPromises: false,
}).enable();

async function work() {
  await null;
  setTimeout(() => {
    hook.disable();
    print('types seen:', [...types].join(', '));
    refused();
  }, 1);
}

function refused() {
  try {
    createHook({ promiseResolve() {}, trackPromises: false });
  } catch (error) {
    print('with promiseResolve:', error.code);
  }
}

work();
