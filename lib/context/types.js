'use strict';

/** Types of operations: what they are, in words, and whether Node makes them. */

const builtin = require('../node/builtin');

/** Steps of whatever has made them. */
const STEPS = new Set(['PROMISE', 'TickObject', 'Immediate', 'Microtask']);
const OF_JAVASCRIPT = [
  'Timeout',
  'Interval',
  'bound-anonymous-fn',
  'STREAM_END_OF_STREAM',
  'Test',
  'TestHook',
  'TestReporterScope',
  'main',
  'unknown',
  ...STEPS,
];

const known = new Set([
  ...Object.keys(/** @type {Record<string, number>} */ (/** @type {any} */ (builtin).asyncWrapProviders)),
  ...OF_JAVASCRIPT,
]);

/** @type {Record<string, string>} */
const WORDS = {
  TCPWRAP: 'a socket',
  PIPEWRAP: 'a pipe',
  TLSWRAP: 'a TLS socket',
  TTYWRAP: 'a terminal',
  UDPWRAP: 'a UDP socket',
  TCPSERVERWRAP: 'a server',
  PIPESERVERWRAP: 'a server',
  TCPCONNECTWRAP: 'a connection that is being made',
  PIPECONNECTWRAP: 'a connection that is being made',
  HTTPINCOMINGMESSAGE: 'a connection of an HTTP client',
  HTTPCLIENTREQUEST: 'an HTTP request to another server',
  HTTP2SESSION: 'an HTTP/2 session',
  HTTP2STREAM: 'an HTTP/2 stream',
  Timeout: 'a timer',
  Interval: 'an interval',
  Immediate: 'setImmediate()',
  TickObject: 'process.nextTick()',
  Microtask: 'queueMicrotask()',
  PROMISE: 'a promise',
  MESSAGEPORT: 'a message port',
  WORKER: 'a Worker',
  PROCESSWRAP: 'a child process',
  SIGNALWRAP: 'a signal',
  FSREQCALLBACK: 'a file operation',
  FSREQPROMISE: 'a file operation',
  FSEVENTWRAP: 'a file watcher',
  STATWATCHER: 'a file watcher',
  GETADDRINFOREQWRAP: 'a DNS lookup',
  QUERYWRAP: 'a DNS query',
  ZLIB: 'compression',
  Test: 'a test',
  TestHook: 'a hook of tests',
  main: 'the main script',
  unknown: 'an operation that began before',
};

/** @param {string} type */
function isStep(type) {
  return STEPS.has(type);
}

/** @param {string} type */
function isServer(type) {
  return type === 'TCPSERVERWRAP' || type === 'PIPESERVERWRAP';
}

/** @param {string} type */
function isForeign(type) {
  return !known.has(type);
}

/** @param {string} type */
function wordsOf(type) {
  return WORDS[type] ?? (/REQUEST$/.test(type) && known.has(type) ? 'a crypto operation' : type);
}

module.exports = { isForeign, isServer, isStep, wordsOf };
