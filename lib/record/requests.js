'use strict';

/**
 * Where the requests that HTTP servers answer begin and end, which no hook can tell: all requests of a connection run
 * in the context of one resource.
 */

const { subscribe, unsubscribe } = require('node:diagnostics_channel');

const { executionAsyncId } = require('../engine/contexts');
const { layout } = require('./ring');

const { next: NEXT, limit: LIMIT, codes: CODES, request: REQUEST } = layout;

/**
 * What tells of them: the resource that the requests of a connection have in common, the channels that tell of their
 * beginning and their end, and what both messages have. Node 20 does not tell of those of HTTP/2.
 */
const SERVERS = [{
  connection: 'HTTPINCOMINGMESSAGE',
  start: 'http.server.request.start',
  end: 'http.server.response.finish',
  requestOf: (/** @type {any} */ { request }) => request,
}, {
  connection: 'HTTP2SESSION',
  start: 'http2.server.stream.start',
  end: 'http2.server.stream.close',
  requestOf: (/** @type {any} */ { stream }) => stream,
}];
/** The numbers of a thread's requests begin anew behind this one. */
const LAST = 2 ** 32 - 1;

/**
 * @param {import('./ring').RecorderRing} ring
 * @param {import('./gate').Gate} gate
 * @param {string[] | null} types that are recorded, or all
 * @returns {() => void} what ends it
 */
function followRequests({ words, slots }, gate, types) {
  /** @type {WeakMap<object, number>} */
  const numbers = new WeakMap();
  let last = 0;

  /** @param {object} request */
  function started(request) {
    // The channel speaks from within the callback of the connection.
    const connectionId = executionAsyncId();
    last = last === LAST ? 1 : last + 1;
    if (gate.leavesOut(connectionId)) return;
    numbers.set(request, last);
    store(connectionId, last);
  }

  /** @param {object} request */
  function ended(request) {
    const number = numbers.get(request);
    if (number !== undefined) store(number, 0);
  }

  /**
   * @param {number} about
   * @param {number} number
   */
  function store(about, number) {
    // As after a tick, so that the native call takes the time: reports show how long each request took.
    words[LIMIT] = 0;
    if (!gate.hasRoom()) return;
    const at = words[NEXT];
    slots[at] = about * CODES + REQUEST;
    slots[at + 1] = number;
    words[NEXT] = at + 2;
  }

  const subscriptions = SERVERS.filter(({ connection }) => types === null || types.includes(connection))
    .flatMap(({ start, end, requestOf }) => [
      subscribed(start, (message) => started(requestOf(message))),
      subscribed(end, (message) => ended(requestOf(message))),
    ]);
  return () => {
    for (const end of subscriptions) end();
  };
}

/**
 * @param {string} channel
 * @param {(message: unknown) => void} listener
 * @returns {() => void} what ends it
 */
function subscribed(channel, listener) {
  subscribe(channel, listener);
  return () => {
    unsubscribe(channel, listener);
  };
}

module.exports = { followRequests };
