'use strict';

/**
 * The context in callbacks of native addons. Node loses it where its storages stand on context frames (Node >= 24); there it is kept
 * from the first addon on that the program loads into this thread. Before that, and elsewhere, nothing happens.
 */

const { native, nativeContext } = require('../../engine/thread');
const { runtimeCanIgnorePromises, storagesAreHooks } = require('../../node/hook-symbols');
const { later } = require('../../node/loader');
const { watchAddons } = require('./addons');

/** Calls that take more of the stack than loading does. */
const CALLS = 2000;

let isWatching = false;

/** @type {typeof import('../../../native-context').keepNativeContext} */
function keepNativeContext() {
  if (nativeContext === '0' || !runtimeCanIgnorePromises || storagesAreHooks()) return false;
  if (!isWatching) {
    const keeper = later(() => require('./keeper'), CALLS);
    watchAddons(native, { begin: () => keeper().startKeeping(), end: () => keeper().stopKeeping() });
    isWatching = true;
  }
  return true;
}

module.exports = { keepNativeContext };
