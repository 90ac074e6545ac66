// An explicit trigger id, as an option and as a number.
'use strict';

const { AsyncResource, executionAsyncId, triggerAsyncId } = require('node:async_hooks');

const cause = new AsyncResource('Cause');
const byOption = new AsyncResource('ByOption', { triggerAsyncId: cause.asyncId() });
const byNumber = new AsyncResource('ByNumber', cause.asyncId());

for (const resource of [byOption, byNumber]) {
  resource.runInAsyncScope(() => {
    console.log(triggerAsyncId() === cause.asyncId(), executionAsyncId() === resource.asyncId());
    setImmediate(() => {});
  });
}
