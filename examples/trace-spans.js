'use strict';
// Shows: spans grouped by trigger: everything that one HTTP request caused is one trace. A span is
//        a resource with a start (init) and an end (destroy), hung below the span that triggered it.
// Look at: each request is a tree of its own although both go through the same server.
const http = require('node:http');
const fs = require('node:fs');
const { createHook, executionAsyncId } = require('./module');
const { performance } = require('node:perf_hooks');
const { print } = require('./support/print');
const { ms } = require('./support/ms');
const { visit } = require('./support/loopback');

/** @typedef {{ type: string, start: number, end?: number, children: Span[] }} Span */
/** @type {Map<number, Span>} */
const spans = new Map();
const traces = [];

const hook = createHook({
  init(asyncId, type, triggerAsyncId) {
    const parent = spans.get(triggerAsyncId);
    if (parent === undefined) return;
    const span = { type, start: performance.now(), children: [] };
    parent.children.push(span);
    spans.set(asyncId, span);
  },
  destroy(asyncId) {
    const span = spans.get(asyncId);
    if (span === undefined) return;
    span.end = performance.now();
    spans.delete(asyncId);
  },
}).enable();

/** Makes the running resource the root of a trace. */
function startTrace(type) {
  const root = { type, start: performance.now(), children: [] };
  spans.set(executionAsyncId(), root);
  traces.push(root);
}

function show(span, root, depth) {
  const end = span.end === undefined ? 'open' : ms(span.end - root.start);
  print(`${'  '.repeat(depth) + span.type}`.padEnd(36), ms(span.start - root.start).padStart(9), '→', end.padStart(9));
  for (const child of span.children) show(child, root, depth + 1);
}

const server = http.createServer((req, res) => {
  res.sendDate = false; // Node caches the date behind a timer: a span that would outlive its request.
  startTrace(`${req.method} ${req.url}`);
  if (req.url === '/file') fs.readFile(__filename, () => res.end('read'));
  else setTimeout(() => setImmediate(() => res.end('waited')), 5);
});

visit(server, ['/file', '/timer'], () => {
  setImmediate(() => {
    hook.disable();
    for (const trace of traces) show(trace, trace, 0);
  });
});
