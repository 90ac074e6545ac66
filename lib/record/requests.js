'use strict';

/**
 * Where the requests that HTTP servers answer begin and end, which no hook can tell: all requests of a connection run
 * in the context of one resource.
 */

const { subscribe, unsubscribe } = require('node:diagnostics_channel');

const { executionAsyncId } = require('../contexts');
const { layout } = require('./ring');

const { next: NEXT, limit: LIMIT, codes: CODES, request: REQUEST } = layout;

const START = 'http.server.request.start';
const END = 'http.server.response.finish';
/** The numbers of a thread's requests begin anew behind this one. */
const LAST = 2 ** 32 - 1;

/**
 * @param {import('./ring').RecorderRing} ring
 * @param {import('./gate').Gate} gate
 * @returns {() => void} what ends it
 */
function followRequests({ words, slots }, gate) {
  /** @type {WeakMap<object, number>} */
  const numbers = new WeakMap();
  let last = 0;

  /** @param {any} message */
  function started({ request }) {
    // The channel speaks from within the callback of the connection.
    const connectionId = executionAsyncId();
    last = last === LAST ? 1 : last + 1;
    if (gate.leavesOut(connectionId)) return;
    numbers.set(request, last);
    store(connectionId, last);
  }

  /** @param {any} message */
  function ended({ request }) {
    const number = numbers.get(request);
    if (number !== undefined) store(number, 0);
  }

  /**
   * @param {number} about
   * @param {number} number
   */
  function store(about, number) {
    if (words[NEXT] >= words[LIMIT] && !gate.hasRoom()) return;
    const at = words[NEXT];
    slots[at] = about * CODES + REQUEST;
    slots[at + 1] = number;
    words[NEXT] = at + 2;
  }

  subscribe(START, started);
  subscribe(END, ended);
  return () => {
    unsubscribe(START, started);
    unsubscribe(END, ended);
  };
}

module.exports = { followRequests };
