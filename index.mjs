/** The public face for `import`. */

import face from './index.js';

export const {
  AsyncLocalStorage,
  AsyncResource,
  asyncWrapProviders,
  createHook,
  executionAsyncId,
  executionAsyncResource,
  triggerAsyncId,
} = face;

export default face;
