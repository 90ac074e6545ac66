'use strict';

/**
 * Where the requests that HTTP servers answer begin and end, which no hook can tell: all requests of a connection run
 * in the context of one resource.
 */

const { executionAsyncId } = require('../engine/contexts');
const { OwnWeakMap, slice, textOf, withoutQuery } = require('../engine/own');
const { subscribed } = require('./channels');
const { Patterns } = require('./patterns');
const { Routes } = require('./routes');
const { FACTS, layout } = require('./ring');

const { next: NEXT, limit: LIMIT, codes: CODES, request: REQUEST } = layout;

/**
 * What tells of them: the resource that the requests of a connection have in common, the channels that tell of their
 * beginning and their end, and what both messages have. Node 20 does not tell of those of HTTP/2.
 */
const SERVERS = [
  {
    connection: 'HTTPINCOMINGMESSAGE',
    start: 'http.server.request.start',
    end: 'http.server.response.finish',
    requestOf: (/** @type {any} */ { request }) => request,
    asks: (/** @type {any} */ { request }) => `${request.method} ${request.originalUrl ?? request.url}`,
    traceParent: (/** @type {any} */ { request }) => request.headers.traceparent,
    status: (/** @type {any} */ { response }) => response.statusCode,
  },
  {
    connection: 'HTTP2SESSION',
    start: 'http2.server.stream.start',
    end: 'http2.server.stream.close',
    requestOf: (/** @type {any} */ { stream }) => stream,
    asks: (/** @type {any} */ { headers }) => `${headers[':method']} ${headers[':path']}`,
    traceParent: (/** @type {any} */ { headers }) => headers.traceparent,
    status: (/** @type {any} */ { stream }) => stream.sentHeaders?.[':status'],
  },
];
const MAX_LENGTH = 400;
/** The numbers of a thread's requests begin anew behind this one. */
const LAST = 2 ** 32 - 1;

/**
 * @param {import('./ring').RecorderRing} ring
 * @param {import('./gate').Gate} gate
 * @param {string[] | null} types that are recorded, or all
 * @param {import('./places').PlaceTaker | null} places
 * @returns {() => void} what ends it
 */
function followRequests(ring, gate, types, places) {
  const { words, slots } = ring;
  /** The number of a request, and what it asks for. @type {WeakMap<object, { number: number, asks: string | null }>} */
  const known = new OwnWeakMap();
  const patterns = new Patterns();
  const routes = new Routes();
  let last = 0;

  /**
   * @param {object} request
   * @param {() => string} asks
   * @param {() => unknown} traceParent
   */
  function started(request, asks, traceParent) {
    // The channel speaks from within the callback of the connection.
    const connectionId = executionAsyncId();
    last = last === LAST ? 1 : last + 1;
    if (gate.leavesOut(connectionId)) return;
    store(connectionId, last);
    const asked = said(() => withoutQuery(asks()));
    known.set(request, { number: last, asks: asked });
    places?.routed(connectionId, asked === null ? 0 : routes.numberOf(asked));
    tell(FACTS.asks, last, asked);
    tell(FACTS.traceParent, last, said(traceParent));
    patterns.started();
  }

  /**
   * @param {any} request
   * @param {() => unknown} status
   */
  function ended(request, status) {
    const asked = known.get(request);
    if (asked === undefined) return;
    const { number, asks } = asked;
    const pattern = said(() => patterns.of(request));
    if (pattern !== null && asks !== null) routes.learn(asks, pattern);
    tell(FACTS.route, number, pattern);
    tell(FACTS.status, number, said(status));
    store(number, 0);
  }

  /**
   * @param {number} fact
   * @param {number} number
   * @param {string | null} text
   */
  function tell(fact, number, text) {
    if (text !== null) ring.tell(fact, number, text);
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

  const subscriptions = SERVERS.filter(({ connection }) => types === null || types.includes(connection)).flatMap(
    ({ start, end, requestOf, asks, traceParent, status }) => [
      subscribed(start, (message) =>
        started(
          requestOf(message),
          () => asks(message),
          () => traceParent(message),
        ),
      ),
      subscribed(end, (message) => ended(requestOf(message), () => status(message))),
    ],
  );
  return () => {
    for (let at = 0; at < subscriptions.length; at++) subscriptions[at]();
    patterns.end();
  };
}

/**
 * @param {() => unknown} read from the program's objects
 * @returns {string | null} null where they say nothing
 */
function said(read) {
  try {
    const text = read();
    return text == null || text === '' ? null : slice(textOf(text), 0, MAX_LENGTH);
  } catch {
    // The program has put something else there.
    return null;
  }
}

module.exports = { followRequests };
