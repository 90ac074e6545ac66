'use strict';

/** The frame of what runs now, in a storage of our own: it goes wherever the program's stores go. */

const instance = require('../instance');

/** @type {any} Before ours takes its place. */
const Storage = instance.face.AsyncLocalStorage;
const storage = new Storage();

/** @typedef {import('./tokens').Frame} Frame */

/** @type {() => Frame | undefined} */
const currentFrame = storage.getStore.bind(storage);

/** @type {(frame: Frame | undefined, fn: () => any) => any} */
const runInFrame = storage.run.bind(storage);

/** @type {(frame: Frame | undefined) => void} */
const enterFrame = storage.enterWith.bind(storage);

module.exports = { Storage, currentFrame, enterFrame, runInFrame };
