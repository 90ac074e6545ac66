'use strict';
// What a recording says of resources and requests in words: what they are for, what keeps the program alive, what is asked.

const assert = require('node:assert');
const test = require('node:test');
const { PRELOAD, newFile, program, readRecording, runNode } = require('./support/recorded');

/**
 * @param {string} source
 * @param {NodeJS.ProcessEnv} [env]
 */
function recorded(source, env = {}) {
  const [file, app] = [newFile(), program(source)];
  const { status, stdout, stderr } = runNode(['--require', PRELOAD, app], { ASYNC_HOOKS_RS_RECORD_FILE: file, ...env });
  const { facts, ...recording } = readRecording(file);
  /** @param {string} fact @returns {any[]} */
  const of = (fact) => facts.filter((line) => line.fact === fact);
  return { app, status, stdout, stderr, facts, of, said: (/** @type {string} */ fact) => of(fact).map(({ text }) => text), ...recording };
}

/** @param {{ events: any[] }} recording @param {string} type @returns {number[]} */
const idsOf = ({ events }, type) => events.filter((event) => event.phase === 'init' && event.type === type).map(({ id }) => id);

test('for how long timers run, and which of them again and again', () => {
  const recording = recorded(`
    setTimeout(() => {}, 50);
    const interval = setInterval(() => { clearInterval(interval); }, 20);
    setTimeout(() => {}, 0);
    setTimeout(() => {}, 7.9);
    clearTimeout(setTimeout(() => {}, 2 ** 31));
    clearTimeout(setTimeout(() => {}, 2 ** 31 - 1));
    setTimeout(() => {}, 30).unref();`);
  const ids = idsOf(recording, 'Timeout');
  const delays = ids.map((id) =>
    recording.facts.filter(({ phase, about }) => phase === 'delay' && about === id).map(({ ms, repeats }) => [ms, repeats]),
  );
  // Node itself takes nothing, and what is longer than it knows, for 1.
  assert.deepStrictEqual(delays, [
    [[50, false]],
    [[20, true]],
    [[1, false]],
    [[7, false]],
    [[1, false]],
    [[2 ** 31 - 1, false]],
    [[30, false]],
  ]);
});

test('where connections lead to, which names are looked up, servers, sockets', () => {
  const { status, said } = recorded(
    `
    const dgram = require('node:dgram');
    const dns = require('node:dns');
    const net = require('node:net');
    const { setTimeout: sleep } = require('node:timers/promises');
    (async () => {
      dns.lookup('localhost', () => {});
      const resolver = new dns.Resolver({ timeout: 50, tries: 1 });
      resolver.setServers(['127.0.0.1:9']);
      resolver.resolve4('query.example', () => {});
      const server = net.createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
      await new Promise((resolve) => { server.once('listening', resolve); });
      const { port } = server.address();
      const socket = net.connect(port, '127.0.0.1');
      net.connect({ port: 9, host: '::1' }).on('error', () => {});
      net.connect('/no/such/socket').on('error', () => {});
      const udp = dgram.createSocket('udp4').bind(0, '127.0.0.1');
      // There is a share of the time for a look, whenever the event loop turns.
      for (let i = 0; i < 80; i++) await sleep(5);
      console.log(port, udp.address().port);
      socket.destroy();
      server.close();
      udp.close();
      resolver.cancel();
    })();`,
    { ASYNC_HOOKS_RS_RECORD_PLACES: '0' },
  );
  assert.strictEqual(status, 0);
  const does = said('does');
  const [, port] = /** @type {RegExpExecArray} */ (/server on port (\d+)/.exec(does.join()));
  for (const wanted of [
    'DNS lookup of localhost',
    'DNS query for query.example',
    `connecting to 127.0.0.1:${port}`,
    'connecting to [::1]:9',
    'connecting to /no/such/socket',
    `server on port ${port}`,
    `connection to 127.0.0.1:${port}`,
    `connection of a client to port ${port}`,
  ])
    assert.ok(does.includes(wanted), `${wanted} in ${does.join()}`);
  assert.match(does.join('\n'), /^UDP socket on port \d+$/m);
});

test('where a connection leads to that is gone at once', () => {
  const recording = recorded(`
    const net = require('node:net');
    const socket = net.connect(9, '127.0.0.1');
    socket.on('error', () => {});`);
  const [id] = idsOf(recording, 'TCPWRAP');
  assert.deepStrictEqual(
    recording
      .of('does')
      .filter(({ about }) => about === id)
      .map(({ text }) => text),
    ['connection to 127.0.0.1:9'],
  );
});

test('child processes, by their command', () => {
  const { said } = recorded(`
    const { spawn } = require('node:child_process');
    spawn(process.execPath, ['-e', 'setTimeout(() => {}, 300)', 'a word'], { stdio: 'ignore' });`);
  assert.deepStrictEqual(said('does'), [`child process ${process.execPath} -e setTimeout(() => {}, 300) a word`]);
});

test('child processes without their arguments, where those of the program are left out', () => {
  const { said } = recorded(
    `
    const { spawn } = require('node:child_process');
    spawn(process.execPath, ['-e', 'setTimeout(() => {}, 300)', 'a secret'], { stdio: 'ignore' });`,
    { ASYNC_HOOKS_RS_RECORD_ARGUMENTS: '0' },
  );
  assert.deepStrictEqual(said('does'), [`child process ${process.execPath}`]);
});

test('what keeps the program alive, and what does not', () => {
  const recording = recorded(`
    const net = require('node:net');
    const { AsyncResource } = require('node:async_hooks');
    const kept = setTimeout(() => {}, 1000);
    const loose = setTimeout(() => {}, 2000).unref();
    const server = net.createServer().listen(0);
    const unheld = net.createServer().listen(0).unref();
    const interval = setInterval(() => {}, 1500);
    setTimeout(() => { interval.unref(); }, 250);
    setTimeout(() => { server.close(); }, 450);`);
  assert.strictEqual(recording.status, 0);
  const [kept, loose, interval] = idsOf(recording, 'Timeout');
  const [server, unheld] = idsOf(recording, 'TCPSERVERWRAP');
  const all = recording.of('holds').map(({ text }) => text.split(',').map(Number));
  assert.ok(
    all.every((ids) => !ids.includes(loose) && !ids.includes(unheld)),
    JSON.stringify(all),
  );
  assert.ok(
    all.some((ids) => [kept, interval, server].every((id) => ids.includes(id))),
    JSON.stringify(all),
  );
  // The last look was when the server had been closed, and the interval was let go before.
  assert.deepStrictEqual(all.at(-1), [kept]);
});

test('the folder, and what ended the program', () => {
  const { said, of, status } = recorded(`
    class NotFound extends Error { get name() { return 'NotFound'; } }
    setTimeout(function loads() { throw new NotFound('no such user'); }, 1);`);
  assert.strictEqual(status, 1);
  assert.deepStrictEqual(said('folder'), [process.cwd()]);
  assert.match(said('crash')[0], /^(?:NotFound|Error): no such user\n +at .*loads/);
  assert.ok(of('crash')[0].about > 0);
  assert.match(recorded("Promise.reject(new TypeError('nobody awaits it'));").said('crash')[0], /^TypeError: nobody awaits it\n/);
});

test('nothing of an error that somebody handles, and something of any that is thrown', () => {
  assert.deepStrictEqual(
    recorded("process.on('uncaughtException', () => {}); setTimeout(() => { throw new Error('handled'); }, 1);").said('crash'),
    [],
  );
  for (const [thrown, expected] of /** @type {const} */ ([
    ['undefined', 'undefined'],
    ['null', 'null'],
    ["'text'", 'text'],
    ['Symbol("mark")', 'Symbol(mark)'],
    ['1n', '1'],
    ["{ stack: 'own stack' }", 'own stack'],
    ['{ get stack() { throw new Error("get"); } }', undefined],
    ['{ toString() { throw new Error("text"); } }', undefined],
    ['Object.create(null)', undefined],
    ["new Proxy({}, { get() { throw new Error('proxy'); } })", undefined],
  ])) {
    const [alone, { status, stderr, said }] = [
      runNode([program(`setTimeout(() => { throw ${thrown}; }, 1);`)]),
      recorded(`setTimeout(() => { throw ${thrown}; }, 1);`),
    ];
    const withoutNames = (/** @type {string} */ text) => text.replace(/\d+\.js/g, 'N.js');
    assert.deepStrictEqual([status, withoutNames(stderr)], [alone.status, withoutNames(alone.stderr)], thrown);
    assert.deepStrictEqual(said('crash'), expected === undefined ? [] : [expected], thrown);
  }
});

/** A server with a router of its own, and what asks it. @param {string} requests */
const server = (requests, handler = '') => `
  const http = require('node:http');
  const server = http.createServer((request, response) => {
    ${handler}
    response.statusCode = request.url.startsWith('/none') ? 404 : 200;
    response.end('ok');
  });
  const ask = (options) => new Promise((resolve, reject) => {
    const { port } = server.address();
    http.request({ port, ...options }, (response) => response.resume().once('end', () => resolve())).on('error', reject).end();
  });
  server.listen(0, async () => {
    ${requests}
    server.close();
    server.closeAllConnections?.();
  });`;

test('requests: the method, the path without its query, the status', () => {
  const recording = recorded(
    server(`
    await ask({ path: '/user/7?token=s3cret#s3cret' });
    await ask({ path: '/none', method: 'DELETE' });
    await ask({ path: '/?s3cret', method: 'POST', headers: { authorization: 's3cret' } });`),
  );
  assert.strictEqual(recording.status, 0, recording.stderr);
  assert.deepStrictEqual(recording.said('asks'), ['GET /user/7', 'DELETE /none', 'POST /']);
  assert.deepStrictEqual(recording.said('status'), ['200', '404', '200']);
  assert.deepStrictEqual(recording.said('route'), []);
  const numbers = recording.others.filter(({ phase }) => phase === 'request').map(({ request }) => request);
  for (const fact of ['asks', 'status'])
    assert.deepStrictEqual(
      recording.of(fact).map(({ about }) => about),
      numbers,
    );
  // The client's own side, and nothing of its query either.
  assert.ok(recording.said('does').includes('GET localhost/user/7'), recording.said('does').join());
  assert.doesNotMatch(JSON.stringify([recording.facts, recording.events, recording.others]), /s3cret/);
});

test('requests: the pattern of the route that a framework has put on them', () => {
  const paths = ['string', 'based', 'list', 'regexp', 'none', 'wrong', 'throws'];
  const { said, of, status, stderr } = recorded(
    server(
      `for (const path of ${JSON.stringify(paths)}) await ask({ path: '/' + path });`,
      `
    switch (request.url) {
      case '/string': request.route = { path: '/:name' }; break;
      case '/based': request.baseUrl = '/api'; request.route = { path: '/:name' }; break;
      case '/list': request.route = { path: ['/a', '/b'] }; break;
      case '/regexp': request.route = { path: /^.list$/i }; break;
      case '/wrong': request.route = { path: 7 }; request.baseUrl = {}; break;
      case '/throws': Object.defineProperty(request, 'route', { get() { throw new Error('route'); } }); break;
    }`,
    ),
  );
  assert.deepStrictEqual([status, stderr], [0, '']);
  assert.deepStrictEqual(said('route'), ['/:name', '/api/:name', '/a|/b', '/^.list$/i']);
  assert.deepStrictEqual(
    of('route').map(({ about }) => about),
    [1, 2, 3, 4],
  );
  assert.strictEqual(said('status').length, paths.length);
});

test('requests over HTTP/2', { skip: process.version.startsWith('v20.') && 'there is no channel' }, () => {
  const { said, status, stderr } = recorded(`
    const http2 = require('node:http2');
    const server = http2.createServer();
    server.on('stream', (stream) => { stream.respond({ ':status': 418 }); stream.end('ok'); });
    server.listen(0, () => {
      const client = http2.connect('http://localhost:' + server.address().port);
      const request = client.request({ ':path': '/tea/7?s3cret', ':method': 'PUT' });
      request.resume().on('close', () => { client.close(); server.close(); }).end();
    });`);
  assert.deepStrictEqual([status, stderr], [0, '']);
  assert.deepStrictEqual([said('asks'), said('status')], [['PUT /tea/7'], ['418']]);
});

test('the traceparent of a request', () => {
  const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const { facts } = recorded(server(`await ask({ path: '/', headers: { traceparent: '${parent}' } }); await ask({ path: '/' });`));
  assert.deepStrictEqual(
    facts.filter(({ text }) => text === parent).map(({ about }) => about),
    [1],
  );
});

test("resources of the program's own that have the names of Node's, and throw", () => {
  const types = [
    'Timeout',
    'TCPCONNECTWRAP',
    'PIPECONNECTWRAP',
    'GETADDRINFOREQWRAP',
    'QUERYWRAP',
    'HTTPCLIENTREQUEST',
    'TCPWRAP',
    'TCPSERVERWRAP',
    'WORKER',
    'PROCESSWRAP',
    'FSEVENTWRAP',
    'TTYWRAP',
    'UDPWRAP',
    'constructor',
    '__proto__',
    'toString',
  ];
  const { status, stdout, stderr, said, events } = recorded(`
    const { AsyncResource } = require('node:async_hooks');
    class Hostile extends AsyncResource {
      get hasRef() { throw new Error('hasRef'); }
      get address() { throw new Error('address'); }
      get hostname() { throw new Error('hostname'); }
      get req() { throw new Error('req'); }
      get _idleTimeout() { throw new Error('_idleTimeout'); }
    }
    const all = ${JSON.stringify(types)}.flatMap((type) => [new Hostile(type), new AsyncResource(type)]);
    setTimeout(() => { process.stdout.write(String(all.length)); }, 350);`);
  assert.deepStrictEqual([status, stderr, stdout], [0, '', String(types.length * 2)]);
  assert.deepStrictEqual(said('does'), []);
  for (const type of types) assert.strictEqual(idsOf({ events }, type).length, type === 'Timeout' ? 3 : 2, type);
});

test('what somebody else says on the channels of requests', () => {
  const { status, stdout, stderr, said } = recorded(`
    const { channel } = require('node:diagnostics_channel');
    const odd = [undefined, null, 7, 'text', {}, { request: 7 }, { request: {} }, { get request() { throw new Error('get'); } }, { stream: null },
      new Proxy({}, { get() { throw new Error('proxy'); } })];
    for (const name of ['http.server.request.start', 'http.server.response.finish', 'http2.server.stream.start', 'http2.server.stream.close',
      'tracing:fastify.request.handler:start']) {
      for (const message of odd) channel(name).publish(message);
    }
    setTimeout(() => process.stdout.write('ran'), 10);`);
  assert.deepStrictEqual([status, stdout, stderr], [0, 'ran', '']);
  assert.deepStrictEqual(said('route'), []);
});

test('Workers, and which one the messages of a port are from', () => {
  const recording = recorded(`
    const { Worker, MessageChannel } = require('node:worker_threads');
    const source = "require('node:worker_threads').parentPort.once('message', (word) => require('node:worker_threads').parentPort.postMessage(word))";
    const { port1 } = new MessageChannel();
    port1.close();
    for (let i = 0; i < 2; i++) {
      const worker = new Worker(source, { eval: true });
      worker.once('message', (word) => console.log(word)).postMessage('hello');
    }
    require('node:diagnostics_channel').channel('worker_threads').publish({ worker: { threadId: 7 } });
    require('node:diagnostics_channel').channel('worker_threads').publish(undefined);`);
  assert.deepStrictEqual([recording.status, recording.stderr, recording.stdout], [0, '', 'hello\nhello\n']);
  const [first, second] = idsOf(recording, 'WORKER');
  const isOf = (/** @type {number} */ id) =>
    recording
      .of('does')
      .filter(({ about }) => about === id)
      .map(({ text }) => text);
  assert.deepStrictEqual([isOf(first), isOf(second)], [['worker 1'], ['worker 2']]);
  for (const number of [1, 2]) {
    const [{ about }, ...more] = recording.of('does').filter(({ text }) => text === `message from worker ${number}`);
    assert.deepStrictEqual(more, []);
    assert.ok(idsOf(recording, 'MESSAGEPORT').includes(about));
    const runs = recording.events.filter(({ phase, id }) => phase === 'before' && id === about);
    assert.ok(runs.length > 0, 'it is the port that the message came on');
  }
});

test('what a Worker says of itself', () => {
  const { of, others } = recorded(`
    const { Worker, isMainThread } = require('node:worker_threads');
    const net = require('node:net');
    if (isMainThread) {
      new Worker(__filename);
    } else {
      const server = net.createServer().listen(0);
      setTimeout(() => { server.close(); }, 350);
    }`);
  const [thread] = others.filter(({ phase, worker }) => phase === 'start' && worker > 0).map(({ thread }) => thread);
  assert.match(
    of('does')
      .filter((fact) => fact.thread === thread)
      .map(({ text }) => text)
      .join(),
    /server on port \d+/,
  );
  assert.ok(of('holds').some((fact) => fact.thread === thread && fact.text.includes(',')));
});

test('when all garbage was collected: at first when the thread began, then each time, and a young collection is none', () => {
  const { of, status } = recorded(
    `
    const { setTimeout: sleep } = require('node:timers/promises');
    (async () => {
      await sleep(100);
      for (let i = 0; i < 3; i++) gc({ type: 'minor' });
      await sleep(20);
      for (let i = 0; i < 2; i++) {
        gc();
        await sleep(20);
      }
    })();`,
    { NODE_OPTIONS: '--expose-gc' },
  );
  assert.strictEqual(status, 0);
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  const [first, ...others] = of('collected');
  assert.ok(others.length >= 2, `${others.length}`);
  assert.deepStrictEqual(
    [first, ...others].filter(({ about, text }) => !(about >= 0 && about < 60e6) || text !== ''),
    [],
  );
});
