'use strict';
// Where requests begin and end in a recording, also where hooks could not tell: bodies that come in parts, requests that are
// sent at once, connections that break off.

const assert = require('node:assert');
const fs = require('node:fs');
const test = require('node:test');
const { BIN, PRELOAD, newFile, program, readRecording, runNode } = require('./support/recorded');

/**
 * Runs a server, and a client of it that is a function of a socket.
 * @param {string} client
 * @returns {string[]} what the recording says of requests and responses, in order
 */
function requestsOf(client, env = {}) {
  const file = newFile();
  const source = program(`
    const http = require('node:http');
    const net = require('node:net');
    const head = (path, more = '') => 'POST ' + path + ' HTTP/1.1\\r\\nHost: here\\r\\n' + more + '\\r\\n';
    const server = http.createServer((request, response) => {
      if (request.url === '/never') return request.socket.destroy();
      // The slow one is answered after the others were asked for.
      const answer = () => { response.end('done.'); };
      request.resume().on('end', request.url === '/slow' ? () => setTimeout(answer, 5) : answer);
    }).listen(0, '127.0.0.1', () => {
      const socket = net.connect(server.address().port, '127.0.0.1', () => (${client})(socket));
      socket.on('close', () => server.close());
    });`);
  const { status, stderr } = runNode(['--require', PRELOAD, source], { ASYNC_HOOKS_RS_RECORD_FILE: file, ...env });
  assert.deepStrictEqual([status, stderr], [0, '']);
  const { events, others } = readRecording(file);
  const connections = new Set(events.filter(({ type }) => type === 'HTTPINCOMINGMESSAGE').map(({ id }) => id));
  return others
    .filter(({ phase }) => phase === 'request' || phase === 'response')
    .map(({ phase, request, connection }) => {
      assert.ok(phase === 'response' || connections.has(connection));
      return `${phase} ${request}`;
    });
}

test('a body that comes in parts', () => {
  assert.deepStrictEqual(
    requestsOf(`(socket) => {
    const parts = [head('/a', 'Content-Length: 9\\r\\n'), 'one', 'two', 'end', head('/b', 'Content-Length: 0\\r\\nConnection: close\\r\\n')];
    const next = () => { if (parts.length > 0) socket.write(parts.shift(), () => setTimeout(next, 5)); };
    socket.resume();
    next();
  }`),
    ['request 1', 'response 1', 'request 2', 'response 2'],
  );
});

test('requests that are sent at once', () => {
  const sent =
    "head('/slow', 'Content-Length: 0\\r\\n') + head('/b', 'Content-Length: 0\\r\\n') + " +
    "head('/c', 'Content-Length: 0\\r\\nConnection: close\\r\\n')";
  const said = requestsOf(`(socket) => { socket.resume().write(${sent}); }`);
  assert.deepStrictEqual(
    said.filter((word) => word.startsWith('request')),
    ['request 1', 'request 2', 'request 3'],
  );
  assert.deepStrictEqual(said.filter((word) => word.startsWith('response')).sort(), ['response 1', 'response 2', 'response 3']);
});

test('a request that is never answered', () => {
  const said = requestsOf("(socket) => { socket.resume().write(head('/never', 'Content-Length: 0\\r\\n')); }");
  assert.deepStrictEqual(said, ['request 1']);
});

// Node 20 does not tell of them.
test('streams of HTTP/2, each a trace and one span of a server', { skip: Number(process.versions.node.split('.')[0]) < 22 }, () => {
  const [file, out, otlp] = [newFile(), newFile('.traces'), newFile('.otlp')];
  const source = program(`
    const http2 = require('node:http2');
    const server = http2.createServer((request, response) => { setTimeout(() => { response.end('done.'); }, 5); });
    server.listen(0, '127.0.0.1', () => {
      const client = http2.connect('http://127.0.0.1:' + server.address().port);
      let left = 2;
      for (const path of ['/a', '/b']) {
        client.request({ ':path': path }).resume().on('end', () => {
          if (--left === 0) client.close(() => { server.close(); });
        }).end();
      }
    });`);
  const { status, stderr } = runNode(['--require', PRELOAD, source], { ASYNC_HOOKS_RS_RECORD_FILE: file });
  assert.deepStrictEqual([status, stderr], [0, '']);
  const { events, others } = readRecording(file);
  const said = others.filter(({ phase }) => phase === 'request' || phase === 'response');
  assert.deepStrictEqual(said.map(({ phase, request }) => `${phase} ${request}`).sort(), [
    'request 1',
    'request 2',
    'response 1',
    'response 2',
  ]);
  const sessions = new Set(events.filter(({ type }) => type === 'HTTP2SESSION').map(({ id }) => id));
  assert.ok(said.every(({ phase, connection }) => phase === 'response' || sessions.has(connection)));

  const converted = runNode([BIN, 'report', file, '--traces', out, '--otlp', otlp]);
  assert.deepStrictEqual([converted.status, converted.stderr], [0, '']);
  const traces = fs
    .readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ request }) => request > 0);
  assert.deepStrictEqual(traces.map(({ request }) => request).sort(), [1, 2]);
  for (const { id, spans } of traces) {
    assert.ok(sessions.has(id));
    assert.deepStrictEqual(
      spans
        .map((/** @type {any} */ { type }) => type)
        .filter((/** @type {string} */ type) => /HTTP2SESSION|Timeout/.test(type))
        .slice(0, 2),
      ['HTTP2SESSION', 'Timeout'],
    );
  }
  const served = fs.readFileSync(otlp, 'utf8').match(/"name":"[^"]*","kind":2/g);
  assert.deepStrictEqual(
    served,
    ['a', 'b'].map((path) => `"name":"GET /${path}","kind":2`),
  );
});

test('not where connections are not recorded', () => {
  const said = requestsOf("(socket) => { socket.resume().write(head('/a', 'Content-Length: 0\\r\\nConnection: close\\r\\n')); }", {
    ASYNC_HOOKS_RS_RECORD_TYPES: 'Timeout,PROMISE',
  });
  assert.deepStrictEqual(said, []);
});

test(
  'what a route mostly runs is what samples saw in all its requests, not what is near',
  { skip: process.platform !== 'linux' || process.arch !== 'x64' },
  () => {
    const file = newFile();
    const source = program(`
    const http = require('node:http');
    const { AsyncResource } = require('node:async_hooks');
    function notes() { new AsyncResource('NOTE'); }
    // Work, not time: beside other processes little of a time is the program's own.
    function computes() { for (let n = 0, sum = 0; n < 6e6; n++) sum += Math.sqrt(n); }
    const server = http.createServer((request, response) => {
      notes();
      computes();
      response.end('done.');
    }).listen(0, '127.0.0.1', async () => {
      const { port } = server.address();
      const agent = new http.Agent({ keepAlive: true });
      for (let n = 0; n < 200; n++) {
        await new Promise((resolve) => http.get({ port, host: '127.0.0.1', agent, path: '/work' }, (answer) => answer.resume().on('end', resolve)));
      }
      agent.destroy();
      server.close();
    });`);
    const { status, stderr } = runNode(['--require', PRELOAD, source], { ASYNC_HOOKS_RS_RECORD_FILE: file });
    assert.deepStrictEqual([status, stderr], [0, '']);
    const { stdout } = runNode([BIN, 'report', file], { COLUMNS: '120' });
    assert.match(stdout, /GET \/work 200 .* % running: computes \(/);
    assert.doesNotMatch(stdout, /notes/);
  },
);
