'use strict';

/**
 * The patterns of routes, as `/users/:id`, where frameworks leave them. Only properties that hold a value are read: no function
 * of the program runs for it.
 */

const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const Module = require('node:module');
const { isProxy, isRegExp } = require('node:util').types;

const { OwnWeakMap, defineProperty, endsWith, getOwnPropertyDescriptor, isArray, joined, keysOf, sourceOf } = require('../engine/own');

/** Fastify tells of the route of each request. */
const FASTIFY = 'tracing:fastify.request.handler:start';
/** Where Next.js keeps what it knows of a request. */
const NEXT = Symbol.for('NextInternalRequestMeta');
/** What contexts of Koa inherit from, by the file that makes it, and where routers put the pattern. */
const KOA = ['/koa/lib/context.js', '\\koa\\lib\\context.js'];
const MATCHED = '_matchedRoute';
/** Koa is looked for at requests whose number is a power of two, up to here. */
const LOOKS = 1 << 10;

class Patterns {
  /** What a channel has told. @type {WeakMap<object, string>} */
  #told = new OwnWeakMap();
  /** The contexts of Koa, by their requests. @type {WeakMap<object, object>} */
  #contexts = new OwnWeakMap();
  #requests = 0;
  /** @type {(() => void)[]} */
  #ends = [];

  constructor() {
    const listener = (/** @type {any} */ message) => {
      const raw = valueOf(valueOf(message, 'request'), 'raw');
      const url = valueOf(valueOf(message, 'route'), 'url');
      if (typeof url === 'string' && isObject(raw)) this.#told.set(raw, url);
    };
    subscribe(FASTIFY, listener);
    this.#ends[0] = () => {
      unsubscribe(FASTIFY, listener);
    };
  }

  end() {
    for (let at = 0; at < this.#ends.length; at++) this.#ends[at]();
    this.#ends = [];
  }

  /** A request begins, and its framework has not seen it yet. */
  started() {
    if (this.#requests >= LOOKS) return;
    this.#requests += 1;
    if ((this.#requests & (this.#requests - 1)) === 0) this.#lookForKoa();
  }

  /**
   * @param {object} request that is answered
   * @returns {string | undefined}
   */
  of(request) {
    return this.#told.get(request) ?? ofExpress(request) ?? ofNext(request) ?? textOf(valueOf(this.#contexts.get(request), MATCHED));
  }

  /**
   * Nothing leads from a request to its context. So what contexts inherit from tells when a router puts the pattern on one: it
   * becomes the property that it would be without it.
   */
  #lookForKoa() {
    const cache = getOwnPropertyDescriptor(Module, '_cache')?.value;
    if (!isObject(cache) || isProxy(cache)) return;
    const files = keysOf(cache);
    for (let at = 0; at < files.length; at++) {
      if (endsWith(files[at], KOA[0]) || endsWith(files[at], KOA[1])) this.#followKoa(valueOf(valueOf(cache, files[at]), 'exports'));
    }
  }

  /** @param {any} parent of contexts */
  #followKoa(parent) {
    const isKoa = typeof valueOf(parent, 'onerror') === 'function' && typeof valueOf(parent, 'throw') === 'function';
    if (!isKoa || getOwnPropertyDescriptor(parent, MATCHED) !== undefined) return;
    const contexts = this.#contexts;
    /** @this {object} @param {unknown} value */
    function set(value) {
      if (!defineProperty(this, MATCHED, property(value))) throw new TypeError(`Cannot add property ${MATCHED}, object is not extensible`);
      const request = valueOf(this, 'req');
      if (isObject(request)) contexts.set(request, this);
    }
    // @ts-ignore A descriptor has nothing of what the program puts on all objects.
    const isSet = defineProperty(parent, MATCHED, { __proto__: null, get: undefined, set, enumerable: false, configurable: true });
    if (!isSet) return;
    this.#ends[this.#ends.length] = () => {
      if (getOwnPropertyDescriptor(parent, MATCHED)?.set === set) delete parent[MATCHED];
    };
  }
}

/**
 * @param {unknown} value
 * @returns {PropertyDescriptor} as an assignment would make it
 */
function property(value) {
  // @ts-ignore As above.
  return { __proto__: null, value, writable: true, enumerable: true, configurable: true };
}

/** @param {unknown} value @returns {value is object} */
function isObject(value) {
  return typeof value === 'object' && value !== null;
}

/**
 * @param {unknown} object
 * @param {PropertyKey} key
 * @returns {any} the value of its own property, where that is one
 */
function valueOf(object, key) {
  return isObject(object) && !isProxy(object) ? getOwnPropertyDescriptor(object, key)?.value : undefined;
}

/**
 * The pattern that Express, and what stands on it, has put on a request.
 * @param {object} request
 */
function ofExpress(request) {
  const path = textOf(valueOf(valueOf(request, 'route'), 'path'));
  const base = valueOf(request, 'baseUrl');
  return path === undefined || typeof base !== 'string' ? path : `${base}${path}`;
}

/** @param {object} request */
function ofNext(request) {
  return textOf(valueOf(valueOf(valueOf(valueOf(request, NEXT), 'match'), 'definition'), 'pathname'));
}

/**
 * @param {unknown} path
 * @returns {string | undefined}
 */
function textOf(path) {
  const pattern = isArray(path) ? joined(path, '|') : path;
  if (typeof pattern === 'string') return pattern;
  return isRegExp(pattern) ? sourceOf(pattern) : undefined;
}

module.exports = { Patterns };
