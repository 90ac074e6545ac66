'use strict';

/** Puts the instance together: the public face, and the one with the older names. */

const builtin = require('./node/builtin');
const { createHook } = require('./hooks/index');
const { executionAsyncId, triggerAsyncId, executionAsyncResource } = require('./engine/contexts');
const { countInstances } = require('./node/instances');
const { AsyncResource } = require('./hooks/resource');
const { AsyncLocalStorage } = require('./storage/index');

countInstances(AsyncLocalStorage, builtin.AsyncLocalStorage);
countInstances(AsyncResource, builtin.AsyncResource);

const face = {
  AsyncLocalStorage,
  createHook,
  executionAsyncId,
  triggerAsyncId,
  executionAsyncResource,
  asyncWrapProviders: builtin.asyncWrapProviders,
  AsyncResource,
};

module.exports = {
  face,
  get recorder() {
    return require('./record/index');
  },
  get legacy() {
    return require('./legacy/index').withLegacyNames(face);
  },
};
