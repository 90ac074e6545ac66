'use strict';

/**
 * Keeps the stores of the program in callbacks of native addons. Node opens a scope around such a callback, which begins with an empty
 * frame, and puts the former frame back at its end. So a hook takes the frame that is current where an addon makes a resource, and
 * enters it before each callback of that resource.
 */

const builtin = require('../../node/builtin');
const { kAsyncId } = require('../../node/symbols');
const { OwnSet, keysOf } = require('../../engine/own');
const { disableAhead, enableBefore, enableInit } = require('../../hooks/ahead');
const { goBehind } = require('../../hooks/index');
const { tracksPromises } = require('../../hooks/promises');
const { carrier } = require('../frames/carriers');
const { Marks } = require('./marks');

const { executionAsyncResource } = builtin;
const { capture, resume } = carrier;

/**
 * Types of the runtime's own resources, which keep their frames themselves.
 * @type {Set<string>}
 */
const runtimeTypes = new OwnSet([...keysOf(builtin.asyncWrapProviders), 'Immediate', 'Microtask', 'TickObject', 'Timeout']);

/** Makes fields of the class be those of any object, which nobody else can see. */
class Lent {
  /** @param {object} object */
  constructor(object) {
    return object; // eslint-disable-line no-constructor-return
  }
}

/** A resource of an addon, with the frame in which it was made. */
class Kept extends Lent {
  #asyncId;
  /** @type {unknown} */
  #frame;

  /**
   * @param {object} resource
   * @param {number} asyncId
   * @param {unknown} frame
   */
  constructor(resource, asyncId, frame) {
    super(resource);
    this.#asyncId = asyncId;
    this.#frame = frame;
  }

  /**
   * @param {any} resource An addon may use one object for several: it has the frame of the last.
   * @param {number} asyncId
   * @param {unknown} frame
   */
  static keep(resource, asyncId, frame) {
    if (#frame in resource) {
      resource.#asyncId = asyncId;
      resource.#frame = frame;
    } else {
      new Kept(resource, asyncId, frame);
    }
  }

  /**
   * @param {any} resource
   * @param {number} asyncId
   * @returns {unknown} the frame; undefined where there is none, or it is that of another id
   */
  static frameOf(resource, asyncId) {
    return #frame in resource && resource.#asyncId === asyncId ? resource.#frame : undefined;
  }
}

const { keep, frameOf } = Kept;

/** The ids of resources that have a frame. */
const marks = new Marks();

// Whatever happens here, the program goes on: without the store.

/**
 * @param {number} asyncId
 * @param {string} type
 * @param {number} _triggerAsyncId
 * @param {any} resource
 */
function init(asyncId, type, _triggerAsyncId, resource) {
  if (runtimeTypes.has(type)) return;
  try {
    // Made by an `AsyncResource` of JavaScript, which keeps its frame.
    if (resource[kAsyncId] === asyncId) return;
    const frame = capture();
    if (frame === undefined) return;
    keep(resource, asyncId, frame);
    marks.add(asyncId);
    if (!isEntering) startEntering();
  } catch {
    // The end of the stack is near, or the object is a strange one.
  }
}

/** @param {number} asyncId */
function before(asyncId) {
  if (!marks.mayHave(asyncId)) return;
  try {
    const frame = frameOf(executionAsyncResource(), asyncId);
    if (frame !== undefined) resume(frame);
  } catch {
    // As above; and a resource may be gone.
  }
}

/** @param {import('node:async_hooks').HookCallbacks} callbacks */
function createHook(callbacks) {
  // Without what programs give all objects.
  return builtin.createHook(/** @type {any} */ ({ __proto__: null, ...callbacks, trackPromises: false }));
}

const hooks = { before: createHook({ before }), init: createHook({ init }) };

/** Whether the `before` is enabled: there was something to keep. */
let isEntering = false;

/** A `before` makes Node call back in another way, for all resources. So it is enabled when there is something to enter, and no later. */
function startEntering() {
  enableBefore(hooks.before);
  goBehind();
  isEntering = true;
}

function startKeeping() {
  enableInit(hooks.init);
  // Node's own following of promises is not to be touched in an `init`.
  if (!tracksPromises) startEntering();
}

function stopKeeping() {
  disableAhead();
  isEntering = false;
}

module.exports = { startKeeping, stopKeeping };
