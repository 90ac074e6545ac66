'use strict';
/**
 * Names for async ids. Two modules may number the same resources differently, so an id is called by the order of
 * its first appearance in any role; 0 and 1 mean the same everywhere and keep their names.
 */

class Names {
  /** @param {boolean} absolute keep the numbers: both streams come from one process */
  constructor(absolute) {
    this.absolute = absolute;
    /** @type {Map<number, string>} */
    this.names = new Map();
    /** @type {Map<number, string>} */
    this.types = new Map();
  }

  /** @param {number} id */
  of(id) {
    if (this.absolute || id === 0 || id === 1 || typeof id !== 'number') return String(id);
    let name = this.names.get(id);
    if (name === undefined) {
      name = `#${this.names.size + 1}`;
      this.names.set(id, name);
    }
    return name;
  }

  /**
   * @param {number} id
   * @param {string} type
   */
  announce(id, type) {
    this.types.set(id, type);
  }

  /** @param {number} id */
  isAnnounced(id) {
    return this.types.has(id);
  }

  /**
   * The name with the type, as reports show it.
   * @param {number} id
   */
  full(id) {
    return `${this.types.get(id) ?? 'unannounced'} ${this.of(id)}`;
  }
}

module.exports = { Names };
