// Hooks in a module.
import { createHook, executionAsyncId, triggerAsyncId } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';

const seen = [];
const hook = createHook({ init: (id, type, trigger) => seen.push([type, trigger]) }).enable();
const outer = executionAsyncId();
await setImmediate();
hook.disable();
console.log(seen.some(([type]) => type === 'Immediate'), executionAsyncId() === outer, triggerAsyncId() > 0);
