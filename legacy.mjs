/** The public face with the names of older documentation, for `import`. */

import legacy from './legacy.js';

export const {
  AsyncLocalStorage,
  AsyncResource,
  asyncWrapProviders,
  createHook,
  currentId,
  emitAfter,
  emitBefore,
  emitDestroy,
  emitInit,
  executionAsyncId,
  executionAsyncResource,
  newAsyncId,
  newUid,
  triggerAsyncId,
  triggerId,
} = legacy;

export default legacy;
