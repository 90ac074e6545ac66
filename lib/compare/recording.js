'use strict';
/**
 * The events that one hook of one module sees in one thread, kept as small tuples.
 *
 * The callbacks create no asynchronous resource and keep no resource alive: a resource is known only by a mark
 * in a `WeakMap`, so what the garbage collector does to it stays what it was.
 */

/**
 * `['init', id, type, trigger, execution, resource, class, this]`, `['destroy', id, this]` or
 * `['before' | 'after' | 'promiseResolve', id, execution, trigger, resource, this]`, where `execution`, `trigger`
 * are the module's answers inside the callback, `resource` is the id under which `executionAsyncResource()` was
 * announced (0: never) and `this` is 1 when the callback was called as a method of its hook.
 * @typedef {[string, ...any[]]} Event
 *
 * @typedef {object} Stream
 * @property {number} firstId no resource announced from here on has a smaller id
 * @property {Event[]} events
 * @property {number[]} strangers ids whose resource object is not the one that the builtin announced
 */

/** @param {any} value */
const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

/** @param {any} resource */
function className(resource) {
  try {
    return isObject(resource) ? String(resource.constructor?.name) : typeof resource;
  } catch {
    return 'unreadable';
  }
}

class Recording {
  /**
   * @param {'builtin' | 'ours'} side
   * @param {typeof import('node:async_hooks')} api
   */
  constructor(side, api) {
    this.side = side;
    this.api = api;
    /** @type {Event[]} */
    this.events = [];
    /** @type {WeakMap<object, number>} */
    this.marks = new WeakMap();
    /** Ids of resources that are not the script's: announced before it started, by the recorder, or at the end. */
    this.ignored = new Set();
    this.firstId = 0;
    /** Everything is recorded, only the destroys of what was announced before, or nothing. */
    this.wanted = /** @type {'all' | 'destroys' | 'nothing'} */ ('all');
    /** True while the recorder creates a resource of its own. */
    this.own = false;
    /** @type {number[]} */
    this.strangers = [];
    /** @type {Map<number, object> | undefined} resources that one of two modules has announced so far */
    this.halfAnnounced = undefined;
    this.hook = this.createHook();
  }

  /** @returns {import('node:async_hooks').AsyncHook} */
  createHook() {
    const recording = this;
    const hook = this.api.createHook({
      init(id, type, trigger, resource) {
        recording.init(id, type, trigger, resource, this === hook);
      },
      before(id) {
        recording.enter('before', id, this === hook);
      },
      after(id) {
        recording.enter('after', id, this === hook);
      },
      destroy(id) {
        recording.destroy(id, this === hook);
      },
      promiseResolve(id) {
        recording.enter('promiseResolve', id, this === hook);
      },
    });
    return hook;
  }

  /**
   * @param {number} id
   * @param {string} type
   * @param {number} trigger
   * @param {any} resource
   * @param {boolean} isHook
   */
  init(id, type, trigger, resource, isHook) {
    if (this.own || this.wanted !== 'all') {
      this.ignored.add(id);
      return;
    }
    if (isObject(resource)) {
      this.marks.set(resource, id);
      if (this.halfAnnounced) this.matchResource(this.halfAnnounced, id, resource);
    }
    const execution = this.api.executionAsyncId();
    this.events.push(['init', id, type, trigger, execution, this.currentMark(), className(resource), Number(isHook)]);
  }

  /**
   * @param {'before' | 'after' | 'promiseResolve'} phase
   * @param {number} id
   * @param {boolean} isHook
   */
  enter(phase, id, isHook) {
    if (this.wanted !== 'all' || this.ignored.has(id)) return;
    const { api } = this;
    this.events.push([phase, id, api.executionAsyncId(), api.triggerAsyncId(), this.currentMark(), Number(isHook)]);
  }

  /**
   * @param {number} id
   * @param {boolean} isHook
   */
  destroy(id, isHook) {
    if (this.wanted === 'nothing' || this.ignored.has(id)) return;
    this.events.push(['destroy', id, Number(isHook)]);
  }

  currentMark() {
    const resource = this.api.executionAsyncResource();
    return isObject(resource) ? (this.marks.get(resource) ?? 0) : 0;
  }

  /**
   * In one process both modules announce one and the same object under one id.
   * @param {Recording} other
   */
  matchResourcesWith(other) {
    this.halfAnnounced = other.halfAnnounced = new Map();
    other.strangers = this.strangers;
  }

  /**
   * @param {Map<number, object>} halfAnnounced
   * @param {number} id
   * @param {object} resource
   */
  matchResource(halfAnnounced, id, resource) {
    const announced = halfAnnounced.get(id);
    if (announced === undefined) {
      halfAnnounced.set(id, resource);
      return;
    }
    halfAnnounced.delete(id);
    if (announced !== resource) this.strangers.push(id);
  }

  /**
   * Forgets what was seen so far: the script starts now.
   * @param {number} firstId
   */
  reset(firstId) {
    for (const [phase, id] of this.events) if (phase === 'init') this.ignored.add(id);
    this.events = [];
    this.marks = new WeakMap();
    this.firstId = firstId;
  }

  stop() {
    this.wanted = 'nothing';
  }

  /** @returns {Stream} */
  stream() {
    const strangers = this.side === 'ours' ? this.strangers : [];
    return { firstId: this.firstId, events: this.events, strangers };
  }
}

module.exports = { Recording };
