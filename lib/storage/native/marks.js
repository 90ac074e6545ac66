'use strict';

/**
 * A set of ids that is never wrong about those that it has, and rarely about others. Asking costs less than looking at the resource, and nearly
 * every `before` of a program is that of a young resource of the runtime, which has no frame.
 *
 * There are two tables, each with one byte for all ids that have the same lowest bits. When many were added to one, it becomes the table of older
 * ids, and the other begins anew for those that follow. Of ids that are older than both tables nothing is known.
 */
class Marks {
  /** @param {number} [size] of a table, a power of two */
  constructor(size = 2 ** 16) {
    this.mask = size - 1;
    this.most = size / 4;
    this.added = 0;
    this.young = new Uint8Array(size);
    this.youngFrom = 0;
    this.old = new Uint8Array(size);
    this.oldFrom = 0;
  }

  /** @param {number} id mostly a higher one than before */
  add(id) {
    if (this.added === this.most) this.#beginAnew(id);
    this.added += 1;
    (id >= this.youngFrom ? this.young : this.old)[id & this.mask] = 1;
  }

  /** @param {number} id */
  mayHave(id) {
    if (id >= this.youngFrom) return this.young[id & this.mask] === 1;
    return id < this.oldFrom || this.old[id & this.mask] === 1;
  }

  /** @param {number} id */
  #beginAnew(id) {
    if (id < this.youngFrom) return;
    const { old, young } = this;
    this.old = young;
    this.oldFrom = this.youngFrom;
    this.young = old.fill(0);
    this.youngFrom = id;
    this.added = 0;
  }
}

module.exports = { Marks };
