'use strict';

/**
 * Listeners that were handed over within a context. Functions of a module are made in none, so that only this tells where one
 * of them belongs.
 */

const { EventEmitter } = require('node:events');

const { currentFrame } = require('./current');
const { textOf } = require('./functions');
const { idOf } = require('./marks');
const { callerOf } = require('./places');

const { apply } = Reflect;
const METHODS = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'];
/** Functions that are remembered. */
const MOST = 2000;

/**
 * @typedef {object} HandOver
 * @property {import('./tokens').Frame} frame the last one
 * @property {import('./places').Place | null} place
 * @property {string} event
 * @property {boolean} isOfAll whether it was also handed over outside of any context
 */

/** @type {Map<string, HandOver>} */
const handedOver = new Map();

/**
 * @param {unknown} event
 * @param {any} listener
 * @param {Function} above
 */
function handOver(event, listener, above) {
  const frame = currentFrame();
  if (frame === undefined && handedOver.size === 0) return;
  const fn = typeof listener === 'function' ? listener : listener?.handleEvent;
  if (typeof fn !== 'function') return;
  const id = idOf(textOf(fn));
  if (id === null) return;
  const key = `${id.tag}:${id.number}`;
  const known = handedOver.get(key);
  if (frame === undefined) {
    if (known !== undefined) known.isOfAll = true;
  } else if (known !== undefined) {
    known.frame = frame;
    known.place = callerOf(above);
  } else if (handedOver.size < MOST) {
    handedOver.set(key, { frame, place: callerOf(above), event: String(event), isOfAll: false });
  }
}

/**
 * @param {any} prototype
 * @param {string} name
 */
function follow(prototype, name) {
  const original = prototype[name];
  const replacement = {
    /** @this {any} @param {any} event @param {any} listener */
    [name](event, listener) {
      try {
        handOver(event, listener, replacement);
      } catch {
        // The program has used up its stack, most likely, and shall find out by itself.
      }
      return apply(original, this, arguments);
    },
  }[name];
  const descriptor = /** @type {PropertyDescriptor} */ (Object.getOwnPropertyDescriptor(prototype, name));
  Object.defineProperty(replacement, 'name', { value: original.name, configurable: true });
  Object.defineProperty(prototype, name, { ...descriptor, value: replacement });
}

function followListeners() {
  const { on, addListener } = EventEmitter.prototype;
  for (const name of METHODS) follow(EventEmitter.prototype, name);
  // One function under two names.
  if (on === addListener) EventEmitter.prototype.addListener = EventEmitter.prototype.on;
  follow(EventTarget.prototype, 'addEventListener');
}

/**
 * @param {string} tag
 * @param {number} number
 */
function handOverOf(tag, number) {
  const found = handedOver.get(`${tag}:${number}`);
  return found === undefined || found.isOfAll ? null : found;
}

module.exports = { followListeners, handOverOf };
