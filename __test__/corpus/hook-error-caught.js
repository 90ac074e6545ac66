// An error that a hook catches itself stays in the hook.
'use strict';

const { createHook } = require('node:async_hooks');

const seen = new Set();
const hook = createHook({
  before() {
    try {
      throw new Error('caught in the hook');
    } catch (error) {
      seen.add(error.message);
    }
  },
}).enable();
setImmediate(() => {
  hook.disable();
  console.log([...seen]);
});
