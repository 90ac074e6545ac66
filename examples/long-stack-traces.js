'use strict';
// Shows: long stack traces. init remembers where each resource was made; when something fails, the chain of
//        executions tells how the program came there.
// Look at: the error knows only `parse`. Below each dashed line stand functions that had long returned.
const { createHook, executionAsyncId } = require('./module');
const path = require('node:path');
const { print } = require('./support/print');

/** @typedef {{ type: string, frames: string[], parent: Origin | undefined }} Origin */
/** @type {Map<number, Origin>} */
const origins = new Map();

createHook({
  init(asyncId, type) {
    origins.set(asyncId, { type, frames: frames(new Error().stack), parent: origins.get(executionAsyncId()) });
  },
  destroy(asyncId) {
    origins.delete(asyncId);
  },
}).enable();

/** The frames of this file, without the hook's own. */
function frames(stack) {
  return stack.split('\n')
    .filter((line) => line.includes(__filename) && !line.includes('.init '))
    .map((line) => line.trim().replace(path.dirname(__filename) + path.sep, ''));
}

function longTrace(error) {
  const lines = [String(error), ...frames(error.stack)];
  for (let origin = origins.get(executionAsyncId()); origin; origin = origin.parent) {
    lines.push(`---- ${origin.type}`, ...origin.frames);
  }
  return lines.join('\n');
}

function listOrders() {
  setTimeout(loadOrder, 1);
}

function loadOrder() {
  Promise.resolve('{"order":').then(parseOrder);
}

function parseOrder(text) {
  setImmediate(parse, text);
}

function parse(text) {
  try {
    JSON.parse(text);
  } catch {
    print(longTrace(new Error('not an order')));
  }
}

listOrders();
