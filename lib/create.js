'use strict';

/**
 * Puts the instance together: the public face, and the one with the older names. Hooks and storages are loaded by a program that
 * uses them: each is half of what there is to load. Their sources are read at once (`node/loader.js`).
 */

const builtin = require('./node/builtin');
const { executionAsyncId, triggerAsyncId, executionAsyncResource } = require('./engine/contexts');
const { AsyncResource } = require('./hooks/resource');
const { countInstances } = require('./node/prototype');
const { keepSources, later } = require('./node/loader');
// Before the program replaces what it takes from `Promise`.
require('./node/microtask');

countInstances(AsyncResource, builtin.AsyncResource);

keepSources([
  'hooks/beginning',
  'engine/own',
  'hooks/ahead',
  'hooks/direct',
  'hooks/emit',
  'hooks/feed',
  'hooks/index',
  'hooks/only',
  'hooks/promises',
  'hooks/queue',
  'node/errors',
  'node/fatal',
  'node/hook-symbols',
  'storage/behind',
  'storage/enabled',
  'storage/framed',
  'storage/frames/carriers',
  'storage/frames/frame',
  'storage/frames/node-frame',
  'storage/frames/slot',
  'storage/hooked',
  'storage/index',
  'storage/native/addons',
  'storage/native/index',
  'storage/native/keeper',
  'storage/native/marks',
  'storage/places',
  'storage/scope',
  'storage/stores',
]);

/** Calls that take more of the stack than loading does. */
const CALLS = 2000;

const hooks = later(() => require('./hooks/index'), CALLS);
const storages = later(() => require('./storage/index'), CALLS);

/** @typedef {typeof import('./storage/index').AsyncLocalStorage} Storage */

const face = {
  /**
   * As with Node's own the class is made when somebody asks for it, and is a plain property from then on.
   * @returns {Storage}
   */
  get AsyncLocalStorage() {
    const { AsyncLocalStorage } = storages();
    setStorage(face, AsyncLocalStorage);
    return AsyncLocalStorage;
  },
  set AsyncLocalStorage(value) {
    setStorage(this, value);
  },
  createHook,
  executionAsyncId,
  triggerAsyncId,
  executionAsyncResource,
  asyncWrapProviders: builtin.asyncWrapProviders,
  AsyncResource,
};

/**
 * A function, not a method: Node's may be called with `new`.
 * @param {import('..').HookCallbacks} callbacks
 * @returns {import('node:async_hooks').AsyncHook}
 */
function createHook(callbacks) {
  return hooks().createHook(callbacks);
}

/**
 * @param {object} object the face; or one that inherits from it
 * @param {Storage} value
 */
function setStorage(object, value) {
  // The program may have frozen it.
  Reflect.defineProperty(object, 'AsyncLocalStorage', { value, writable: true, enumerable: true, configurable: true });
}

const nativeContext = later(() => require('./storage/native/index'), CALLS);
const legacy = later(() => require('./legacy/index'));

module.exports = {
  face,
  /** @type {typeof import('../native-context').keepNativeContext} */
  keepNativeContext() {
    return nativeContext().keepNativeContext();
  },
  get recorder() {
    return require('./record/index');
  },
  get legacy() {
    return legacy().withLegacyNames(face);
  },
};
