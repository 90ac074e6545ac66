'use strict';

/** What `withScope` returns, for a Node that has none: a store that is entered until it is disposed. */
class RunScope {
  #storage;
  #previousStore;
  #disposed = false;

  /**
   * @param {any} storage
   * @param {unknown} store
   */
  constructor(storage, store) {
    this.#storage = storage;
    this.#previousStore = storage.getStore();
    storage.enterWith(store);
  }

  dispose() {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#storage.enterWith(this.#previousStore);
  }

  [Symbol.dispose]() {
    this.dispose();
  }
}

module.exports = { RunScope };
