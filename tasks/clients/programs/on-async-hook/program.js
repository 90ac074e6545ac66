'use strict';

/**
 * A web server whose requests are traced. The package groups what is set off until the
 * first of it ends: a connection with its request, and then the request's timer with its file.
 */

const fs = require('node:fs');
const http = require('node:http');
const { executionAsyncId } = require('node:async_hooks');
const onAsyncHook = require('on-async-hook');

const PATHS = ['/a', '/b', '/c'];
const traces = [];
const ids = {};

const server = http.createServer((request, response) => {
  const { url } = request;
  ids[url] = { request: executionAsyncId() };
  setTimeout(() => {
    ids[url].timer = executionAsyncId();
    fs.stat(__filename, () => {
      ids[url].file = executionAsyncId();
      response.end('done');
    });
  }, 1);
});

function ask(path) {
  return new Promise((resolve) => {
    http.get({ port: server.address().port, host: '127.0.0.1', path, agent: false }, (response) => response.resume().on('end', resolve));
  });
}

server.listen(0, '127.0.0.1', async () => {
  const stop = onAsyncHook((trace) => traces.push(trace));
  await Promise.all(PATHS.map(ask));
  server.close(() => {
    stop();
    for (const path of PATHS) console.log(JSON.stringify(report(path)));
  });
});

function report(path) {
  const { request, timer, file } = ids[path];
  const connectionTrace = traceOf(request);
  const timerTrace = traceOf(timer);
  const timerSpan = spanOf(timer, timerTrace);
  const others = PATHS.filter((other) => other !== path).flatMap((other) => Object.values(ids[other]));
  return {
    path,
    connection: connectionTrace.spans.slice(0, 2).map(({ type }) => type),
    isChild: spanOf(request, connectionTrace).parent === connectionTrace.id,
    timer: [timerSpan.type, spanOf(file, timerTrace).type],
    isParent: spanOf(file, timerTrace).parent === timer,
    hasTimes: timerSpan.duration === timerSpan.endTime - timerSpan.startTime && timerTrace.duration >= timerSpan.duration,
    isApart: [...connectionTrace.spans, ...timerTrace.spans].every(({ id }) => !others.includes(id)),
  };
}

const traceOf = (id) => traces.find((trace) => spanOf(id, trace) !== undefined);
const spanOf = (id, { spans }) => spans.find((span) => span.id === id);
