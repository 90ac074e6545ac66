'use strict';

/**
 * Resources that were there before the recording began, of which no `init` tells: each is told of when it runs for the first time,
 * with what Node has on it. Only properties that hold a value are read, so nothing of the program runs.
 */

const builtin = require('../node/builtin');
const { kTriggerId } = require('../node/symbols');
const { executionAsyncResource } = require('../engine/contexts');
const { OwnSet, getOwnPropertyDescriptor, uncurried } = require('../engine/own');
const { FACTS } = require('./ring');

const { getPrototypeOf } = Object;
const toUpperCase = /** @type {(text: string) => string} */ (/** @type {unknown} */ (uncurried(String.prototype.toUpperCase)));

/** So many are remembered. Others are told of again when they run again. */
const MOST = 100_000;
/** What a type is called that Node does not tell: an `AsyncResource` does not know its own. */
const UNKNOWN = '(unknown type)';

/** Node's types by its classes, where the one does not tell the other. @type {Record<string, string>} */
const TYPES = /** @type {any} */ ({
  __proto__: null,
  Timeout: 'Timeout',
  Immediate: 'Immediate',
  Process: 'PROCESSWRAP',
  Http2Stream: 'HTTP2STREAM',
  Http2Session: 'HTTP2SESSION',
  HTTPParser: 'HTTPINCOMINGMESSAGE',
});
/** Those that listen. @type {Record<string, string>} */
const SERVERS = /** @type {any} */ ({ __proto__: null, TCP: 'TCPSERVERWRAP', Pipe: 'PIPESERVERWRAP' });
const providers = /** @type {Record<string, number>} */ (/** @type {any} */ (builtin).asyncWrapProviders);

class Before {
  #ring;
  /** @type {Set<number>} */
  #told = new OwnSet();

  /** @param {import('./ring').RecorderRing} ring */
  constructor(ring) {
    this.#ring = ring;
  }

  /**
   * It is entered, and was created before the recording began.
   * @param {number} asyncId
   */
  entered(asyncId) {
    if (this.#told.has(asyncId)) return;
    if (this.#told.size < MOST) this.#told.add(asyncId);
    try {
      const resource = executionAsyncResource();
      const type = typeOf(resource);
      // A type that is not asked for is not told of.
      if (this.#ring.indexOf(type) < 0) return;
      const trigger = valueOf(resource, kTriggerId);
      this.#ring.tell(FACTS.before, asyncId, ` ${typeof trigger === 'number' && trigger > 0 ? trigger : 0} 0 ${type}`);
    } catch {
      /* It cannot be looked at. */
    }
  }

  /** @param {number} asyncId */
  gone(asyncId) {
    this.#told.delete(asyncId);
  }
}

/**
 * @param {object} resource
 * @returns {string}
 */
function typeOf(resource) {
  const name = valueOf(valueOf(getPrototypeOf(resource), 'constructor'), 'name');
  if (typeof name !== 'string') return UNKNOWN;
  // Those of connections and of clients.
  if (name === 'HTTPServerAsyncResource' || name === 'HTTPClientAsyncResource') {
    const type = valueOf(resource, 'type');
    return typeof type === 'string' ? type : UNKNOWN;
  }
  if (SERVERS[name] !== undefined && typeof valueOf(resource, 'onconnection') === 'function') return SERVERS[name];
  if (TYPES[name] !== undefined) return TYPES[name];
  const upper = toUpperCase(name);
  if (getOwnPropertyDescriptor(providers, upper) !== undefined) return upper;
  return getOwnPropertyDescriptor(providers, `${upper}WRAP`) === undefined ? UNKNOWN : `${upper}WRAP`;
}

/**
 * @param {any} object
 * @param {PropertyKey} key
 * @returns {unknown} undefined where there is no such property, or one that is computed
 */
function valueOf(object, key) {
  return object == null ? undefined : getOwnPropertyDescriptor(object, key)?.value;
}

module.exports = { Before };
