'use strict';

/**
 * Where the requests that HTTP servers answer begin and end, which no hook can tell: all requests of a connection run
 * in the context of one resource.
 */

const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { isRegExp } = require('node:util').types;

const { executionAsyncId } = require('../engine/contexts');
const { OwnWeakMap, isArray, joined, slice, sourceOf, textOf, withoutQuery } = require('../engine/own');
const { FACTS, layout } = require('./ring');

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
  asks: (/** @type {any} */ { request }) => `${request.method} ${request.originalUrl ?? request.url}`,
  traceParent: (/** @type {any} */ { request }) => request.headers.traceparent,
  status: (/** @type {any} */ { response }) => response.statusCode,
}, {
  connection: 'HTTP2SESSION',
  start: 'http2.server.stream.start',
  end: 'http2.server.stream.close',
  requestOf: (/** @type {any} */ { stream }) => stream,
  asks: (/** @type {any} */ { headers }) => `${headers[':method']} ${headers[':path']}`,
  traceParent: (/** @type {any} */ { headers }) => headers.traceparent,
  status: (/** @type {any} */ { stream }) => stream.sentHeaders?.[':status'],
}];
/** Fastify tells of the route of each request. */
const FASTIFY = 'tracing:fastify.request.handler:start';
const MAX_LENGTH = 400;
/** The numbers of a thread's requests begin anew behind this one. */
const LAST = 2 ** 32 - 1;

/**
 * @param {import('./ring').RecorderRing} ring
 * @param {import('./gate').Gate} gate
 * @param {string[] | null} types that are recorded, or all
 * @returns {() => void} what ends it
 */
function followRequests({ words, slots, tell }, gate, types) {
  /** @type {WeakMap<object, number>} */
  const numbers = new OwnWeakMap();
  /** The patterns that frameworks tell of by a channel. @type {WeakMap<object, string>} */
  const patterns = new OwnWeakMap();
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
    numbers.set(request, last);
    store(connectionId, last);
    say(FACTS.asks, last, () => withoutQuery(asks()));
    say(FACTS.traceParent, last, traceParent);
  }

  /**
   * @param {any} request
   * @param {() => unknown} status
   */
  function ended(request, status) {
    const number = numbers.get(request);
    if (number === undefined) return;
    say(FACTS.route, number, () => patterns.get(request) ?? patternOf(request));
    say(FACTS.status, number, status);
    store(number, 0);
  }

  /**
   * Tells what the program's objects say, where they say anything.
   * @param {number} fact
   * @param {number} number
   * @param {() => unknown} read
   */
  function say(fact, number, read) {
    try {
      const text = read();
      if (text != null && text !== '') tell(fact, number, slice(textOf(text), 0, MAX_LENGTH));
    } catch { /* The program has put something else there. */ }
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
    .flatMap(({ start, end, requestOf, asks, traceParent, status }) => [
      subscribed(start, (message) => started(requestOf(message), () => asks(message), () => traceParent(message))),
      subscribed(end, (message) => ended(requestOf(message), () => status(message))),
    ]);
  subscriptions.push(subscribed(FASTIFY, (/** @type {any} */ message) => {
    const { raw } = message?.request ?? {};
    const url = message?.route?.url;
    if (typeof url === 'string' && typeof raw === 'object' && raw !== null) patterns.set(raw, url);
  }));
  return () => {
    for (let at = 0; at < subscriptions.length; at++) subscriptions[at]();
  };
}

/**
 * The pattern of the route that a framework has put on a request: Express and what stands on it.
 * @param {any} request
 */
function patternOf({ route, baseUrl }) {
  const path = route?.path;
  const pattern = isArray(path) ? joined(path, '|') : path;
  if (typeof pattern !== 'string' && !isRegExp(pattern)) return undefined;
  return `${typeof baseUrl === 'string' ? baseUrl : ''}${typeof pattern === 'string' ? pattern : sourceOf(pattern)}`;
}

/**
 * @param {string} channel
 * @param {(message: unknown) => void} listener
 * @returns {() => void} what ends it
 */
function subscribed(channel, listener) {
  /** @param {unknown} message */
  const tolerant = (message) => {
    try {
      listener(message);
    } catch { /* Somebody else speaks on the channel. */ }
  };
  subscribe(channel, tolerant);
  return () => {
    unsubscribe(channel, tolerant);
  };
}

module.exports = { followRequests };
