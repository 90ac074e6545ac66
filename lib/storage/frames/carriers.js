'use strict';

/**
 * How the current frame travels through the program, where Node carries context frames
 * of its own (Node >= 24). Two ways, with one interface.
 */

const process = require('node:process');

const builtin = require('../../node/builtin');
const { native, storageCarrier } = require('../../engine/thread');
const { Frame, NONE } = require('./frame');
const { slot } = require('./slot');
const { EMPTY } = require('../stores');

const { apply } = Reflect;

/** @typedef {import('../../engine/native.d.ts').NativeFrames} NativeFrames */

/**
 * @typedef {object} Carrier
 * @property {boolean} isNative whether our frame takes the place of Node's
 * @property {() => Frame} current
 * @property {(frame: Frame) => void} enter
 * @property {() => Frame | undefined} shared the current frame as all see it who share it, to be changed
 * @property {() => unknown} capture all that travels this way now, as it is: natively the stores of Node's own storages too, else ours alone
 * @property {(captured: any) => void} resume
 * @property {(frame: Frame, fn: Function, args: any[]) => any} within calls a function in a frame; then what travelled before does again, whatever was entered
 */

/** @returns {Frame | undefined} */
function inSlot() {
  return /** @type {any} */ (slot.getStore());
}

/**
 * The public way: the frame is the store of the slot.
 * @returns {Carrier}
 */
function slotCarrier() {
  const { nodeFrame } = require('./node-frame');
  return {
    isNative: false,
    current() {
      return inSlot() ?? NONE;
    },
    enter(frame) {
      slot.enterWith(frame);
    },
    shared() {
      return inSlot() && ownOf(nodeFrame());
    },
    capture: inSlot,
    resume(frame) {
      slot.enterWith(frame);
    },
    // Node's own `run`: where this is called, it restores its whole frame.
    within: (frame, fn, args) => slot.run(frame, () => apply(fn, null, args)),
  };
}

/**
 * The native way: our frame is the current context frame itself, in the place of Node's.
 * @param {NativeFrames} frames
 * @returns {Carrier}
 */
function nativeCarrier({ get, set }) {
  return {
    isNative: true,
    current() {
      // To ask the slot costs less than half of a call to the addon.
      const frame = inSlot();
      return frame === undefined || frame.isInside ? frameOf(get()) : frame;
    },
    enter: set,
    shared() {
      const frame = inSlot();
      return frame?.isInside ? ownOf(/** @type {any} */ (get())) : frame;
    },
    capture: get,
    resume: set,
    within(frame, fn, args) {
      const former = get();
      set(frame);
      try {
        return apply(fn, null, args);
      } finally {
        set(former);
      }
    },
  };
}

/**
 * Frames of Node that were copied from one another have the same one of ours inside. This
 * gives one of them its own.
 * @param {Map<object, Frame> | undefined} map
 */
function ownOf(map) {
  const frame = map?.get(slot);
  if (frame === undefined) return inSlot();
  const own = new Frame(frame.stores, undefined, true);
  /** @type {Map<object, Frame>} */ (map).set(slot, own);
  return own;
}

/**
 * @param {any} current the current context frame: ours, one of Node's, or none
 * @returns {Frame} one with all of its stores
 */
function frameOf(current) {
  if (current === undefined) return NONE;
  if (current instanceof Frame) return current;
  const foreign = new Map(current);
  foreign.delete(slot);
  return new Frame(current.get(slot)?.stores ?? EMPTY, foreign);
}

// Which one

/**
 * `ASYNC_HOOKS_RS_STORAGE=slot` chooses the slot on any Node.
 * @returns {Carrier}
 */
function chooseCarrier() {
  if (storageCarrier === 'slot') return slotCarrier();
  const frames = native.nativeFrames(process.versions.modules);
  return frames !== null && passesTest(frames) ? nativeCarrier(frames) : slotCarrier();
}

/**
 * Whether Node's own storages work with a frame of ours in the place of theirs.
 * @param {NativeFrames} frames
 */
function passesTest({ get, set }) {
  const former = get();
  const frame = new Frame(EMPTY, undefined);
  const theirs = new builtin.AsyncLocalStorage();
  try {
    set(frame);
    const isSeen = get() === frame && inSlot() === frame && theirs.getStore() === undefined;
    const isCopied = theirs.run('theirs', () => get() !== frame && theirs.getStore() === 'theirs' && inSlot()?.isInside === true);
    const isLeft = theirs.getStore() === undefined && inSlot()?.stores === EMPTY;
    return isSeen && isCopied && isLeft;
  } catch {
    return false;
  } finally {
    set(former);
  }
}

module.exports = { carrier: chooseCarrier(), inSlot };
