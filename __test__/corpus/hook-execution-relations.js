// The execution id in a callback is that of its resource, the trigger id that of its maker.
'use strict';

const { createHook, executionAsyncId, triggerAsyncId } = require('node:async_hooks');

const inits = new Map();
const hook = createHook({
  init(id, type, trigger) { inits.set(id, { type, trigger, execution: executionAsyncId() }); },
}).enable();

function report(where, outer) {
  const own = inits.get(executionAsyncId());
  const trigger = triggerAsyncId();
  console.log(where, own?.type, own?.trigger === trigger, trigger === outer, own?.execution === outer);
}

const main = executionAsyncId();
setImmediate(() => {
  report('immediate', main);
  const outer = executionAsyncId();
  process.nextTick(() => report('tick', outer));
  setTimeout(() => {
    report('timeout', outer);
    const inner = executionAsyncId();
    queueMicrotask(() => report('microtask', inner));
    Promise.resolve().then(() => {
      report('promise', inner);
      hook.disable();
    });
  }, 1);
});
