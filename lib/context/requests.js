'use strict';

/** Which HTTP request is being answered, for what is made meanwhile. */

const { subscribe } = require('node:diagnostics_channel');

const { currentOperation } = require('./path');

const LONGEST = 80;

/** @typedef {{ asks: string, isOver: boolean }} Request */

/** @type {WeakMap<object, Request>} */
const requests = new WeakMap();

/**
 * @param {string} channel
 * @param {(message: any) => void} listener
 */
function follow(channel, listener) {
  subscribe(channel, (message) => {
    try {
      listener(message);
    } catch {
      /* Somebody else speaks on the channel. */
    }
  });
}

/**
 * @param {object} key
 * @param {string} firstLine
 */
function begin(key, firstLine) {
  // Queries may hold what is nobody's business.
  const request = { asks: firstLine.replace(/[?#].*/s, '').slice(0, LONGEST), isOver: false };
  requests.set(key, request);
  // All requests of a connection run in the same operation.
  currentOperation().request = request;
}

/** @param {object} key */
function end(key) {
  const request = requests.get(key);
  if (request !== undefined) request.isOver = true;
}

function followRequests() {
  follow('http.server.request.start', ({ request }) => begin(request, `${request.method} ${request.url}`));
  follow('http.server.response.finish', ({ request }) => end(request));
  follow('http2.server.stream.start', ({ stream, headers }) => begin(stream, `${headers[':method']} ${headers[':path']}`));
  follow('http2.server.stream.close', ({ stream }) => end(stream));
}

module.exports = { followRequests };
