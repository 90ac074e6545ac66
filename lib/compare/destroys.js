'use strict';
/**
 * The destroys of one stream, sorted into rightful ones and violations: a resource is destroyed at most once, and
 * only after its init.
 *
 * Destroys arrive in batches from the event loop. A process that ends in the middle loses those that wait, which
 * are not the same in each run: there only the violations count.
 */

/** @typedef {import('./names').Names} Names */

class Destroys {
  /**
   * @param {Names} names
   * @param {boolean} settled
   */
  constructor(names, settled) {
    this.names = names;
    this.settled = settled;
    this.seen = new Set();
    /** @type {number[]} */
    this.early = [];
    /** @type {string[]} */
    this.full = [];
    /** @type {string[]} */
    this.violations = [];
    /** @type {Record<string, number>} */
    this.announcedAt = {};
    /** @type {Map<number, number>} */
    this.lineOf = new Map();
  }

  /**
   * @param {number} id
   * @param {string} type
   * @param {number} line
   */
  announce(id, type, line) {
    if (this.names.isAnnounced(id)) this.violations.push(`a second init for ${this.names.full(id)}`);
    this.names.announce(id, type);
    this.lineOf.set(id, line);
  }

  /**
   * @param {number} id
   * @param {number} isHook
   */
  add(id, isHook) {
    const { names } = this;
    if (!names.isAnnounced(id)) {
      this.early.push(id);
      return;
    }
    const full = names.full(id);
    if (!isHook) this.violations.push(`destroy of ${full}: \`this\` is not the hook`);
    if (this.seen.has(id)) {
      this.violations.push(`a second destroy of ${full}`);
      return;
    }
    this.seen.add(id);
    if (!this.settled) return;
    this.full.push(full);
    this.announcedAt[full] = Number(this.lineOf.get(id));
  }

  finish() {
    for (const id of this.early) {
      this.violations.push(
        this.names.isAnnounced(id) ? `destroy of ${this.names.full(id)} before its init` : 'destroy of a resource that no init announced',
      );
    }
    this.full.sort();
  }
}

module.exports = { Destroys };
