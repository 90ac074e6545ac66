'use strict';

/** The names that older documentation of Node uses, beside the present ones. */

const embedder = require('./embedder');

/** @typedef {typeof import('../create').face} Face */

/** @type {ReturnType<typeof build> | undefined} */
let legacy;

/** @param {Face} face */
function withLegacyNames(face) {
  return (legacy ??= build(face));
}

/** @param {Face} face */
function build(face) {
  class AsyncLocalStorage extends face.AsyncLocalStorage {
    /**
     * @param {unknown} store
     * @param {(...args: any[]) => any} callback
     * @param {any[]} args
     */
    runSyncAndReturn(store, callback, ...args) {
      return this.run(store, callback, ...args);
    }

    /**
     * @param {(...args: any[]) => any} callback
     * @param {any[]} args
     */
    exitSyncAndReturn(callback, ...args) {
      return this.exit(callback, ...args);
    }
  }

  return {
    ...face,
    AsyncLocalStorage,
    currentId: face.executionAsyncId,
    triggerId: face.triggerAsyncId,
    newUid: embedder.newAsyncId,
    ...embedder,
  };
}

module.exports = { withLegacyNames };
