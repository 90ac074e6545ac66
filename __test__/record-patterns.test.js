'use strict';
// The patterns of routes that frameworks leave where no channel tells them, and that nothing of the program notices who reads them.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { PRELOAD, newFile, readRecording, runNode } = require('./support/recorded');

/** What contexts of Koa inherit from, as far as it matters here. */
const CONTEXT = `module.exports = {
  onerror(error) { if (error != null) throw error; },
  throw() { throw new Error('thrown'); },
  get secret() { throw new Error('a getter has run'); },
};`;
/** How Koa makes a context for a request. */
const CREATE = `
  const proto = require('koa/lib/context');
  const app = { context: Object.create(proto) };
  const createContext = (request) => {
    const ctx = Object.create(app.context);
    ctx.req = request;
    return ctx;
  };`;

/**
 * Runs a server that asks itself.
 * @param {string} handler the body of a function of the request
 * @param {{ paths: string[], before?: string, after?: string, files?: Record<string, string> }} options
 */
function patternsOf(handler, { paths, before = '', after = '', files = { 'koa/lib/context.js': CONTEXT } }) {
  const folder = newFile('.folder');
  for (const [name, text] of Object.entries({ ...files })) {
    const file = path.join(folder, 'node_modules', name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  const [app, file] = [path.join(folder, 'app.js'), newFile()];
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(
    app,
    `'use strict';
    const http = require('node:http');
    const assert = require('node:assert');
    ${before}
    const server = http.createServer((request, response) => {
      (() => { ${handler} })();
      response.end('done.');
    }).listen(0, '127.0.0.1', async () => {
      for (const path of ${JSON.stringify(paths)}) {
        await new Promise((resolve) => {
          http.get({ port: server.address().port, host: '127.0.0.1', path, agent: false }, (answer) => answer.resume().on('end', resolve));
        });
      }
      server.close();
      ${after}
    });`,
  );
  const { status, stderr } = runNode(['--require', PRELOAD, app], { ASYNC_HOOKS_RS_RECORD_FILE: file });
  assert.deepStrictEqual([status, stderr], [0, '']);
  const { facts } = readRecording(file);
  /** @param {string} name */
  const texts = (name) => new Map(facts.filter(({ fact }) => fact === name).map(({ about, text }) => [about, text]));
  const [asks, routes] = [texts('asks'), texts('route')];
  return [...asks].map(([about, text]) => `${text.slice('GET '.length)} ${routes.get(about) ?? ''}`.trim());
}

test("Koa: the pattern that a router has put on a request's context", () => {
  const said = patternsOf(
    `
    const ctx = createContext(request);
    if (request.url === '/none') return;
    ctx._matchedRoute = request.url === '/list' ? /^.list$/i : '/(.*)';
    if (request.url !== '/list') ctx._matchedRoute = '/users/:name';`,
    { before: CREATE, paths: ['/users/ann', '/none', '/list', '/users/bob?x=1'] },
  );
  assert.deepStrictEqual(said, ['/users/ann /users/:name', '/none', '/list /^.list$/i', '/users/bob /users/:name']);
});

test('Koa: a context looks as it does without a recording', () => {
  patternsOf(
    `
    const ctx = createContext(request);
    assert.deepStrictEqual([ctx._matchedRoute, Object.keys(ctx)], [undefined, ['req']]);
    for (const key in proto) assert.notStrictEqual(key, '_matchedRoute');
    ctx._matchedRoute = '/a';
    const plain = { value: '/a', writable: true, enumerable: true, configurable: true };
    assert.deepStrictEqual(Object.getOwnPropertyDescriptor(ctx, '_matchedRoute'), plain);
    assert.deepStrictEqual(Object.keys(ctx), ['req', '_matchedRoute']);
    // What inherits from a context, and a proxy of one.
    const child = Object.create(createContext(request));
    child._matchedRoute = '/b';
    assert.deepStrictEqual([Object.keys(child), child._matchedRoute], [['_matchedRoute'], '/b']);
    const traps = [];
    const proxy = new Proxy(createContext(request), {
      defineProperty(target, key, descriptor) { traps.push(key); return Reflect.defineProperty(target, key, descriptor); },
      getOwnPropertyDescriptor(target, key) { traps.push('get ' + key); return Reflect.getOwnPropertyDescriptor(target, key); },
    });
    proxy._matchedRoute = '/c';
    assert.deepStrictEqual(traps, ['_matchedRoute']);
    const sealed = Object.preventExtensions(createContext(request));
    assert.throws(() => { sealed._matchedRoute = '/d'; }, TypeError);
    assert.strictEqual(sealed._matchedRoute, undefined);`,
    {
      before: CREATE,
      paths: ['/'],
      // The end of the recording takes back what it has put there.
      after: `require(${JSON.stringify(PRELOAD)}).record().stop();
      assert.strictEqual(Object.hasOwn(proto, '_matchedRoute'), false);`,
    },
  );
});

test('Koa: what is none, what says it itself, and what cannot be changed, stay as they are', () => {
  const other = "module.exports = { name: 'no Koa' };";
  const own = `module.exports = { onerror() {}, throw() {}, _matchedRoute: 'own' };`;
  const frozen = 'module.exports = Object.freeze({ onerror() {}, throw() {} });';
  const trap =
    "module.exports = new Proxy({ onerror() {}, throw() {} }, { getOwnPropertyDescriptor() { throw new Error('a trap has run'); } });";
  const files = {
    'a/koa/lib/context.js': other,
    'b/koa/lib/context.js': own,
    'c/koa/lib/context.js': frozen,
    'd/koa/lib/context.js': trap,
  };
  const said = patternsOf('', {
    files,
    paths: ['/'],
    before: `const all = ['a', 'b', 'c', 'd'].map((name) => require(name + '/koa/lib/context.js'));
      Object.defineProperty(require.cache, 'odd/koa/lib/context.js', { configurable: true, enumerable: true, get() { throw new Error('a getter has run'); } });`,
    after: `assert.deepStrictEqual(all.slice(0, 3).map((each) => Object.getOwnPropertyDescriptor(each, '_matchedRoute')?.value), [undefined, 'own', undefined]);
      assert.deepStrictEqual(Object.keys(all[0]), ['name']);`,
  });
  assert.deepStrictEqual(said, ['/']);
});

test('Next.js: the pattern of the page or the route handler', () => {
  const said = patternsOf(
    `
    const match = { definition: { pathname: '/users/[name]' } };
    const meta = { '/users/ann': { match }, '/none': {}, '/odd': { match: { definition: 7 } } }[request.url];
    request[Symbol.for('NextInternalRequestMeta')] = meta ?? { get match() { throw new Error('a getter has run'); } };`,
    { paths: ['/users/ann', '/none', '/odd', '/getter'], files: {} },
  );
  assert.deepStrictEqual(said, ['/users/ann /users/[name]', '/none', '/odd', '/getter']);
});

test('Express: no getter of the program runs', () => {
  const said = patternsOf(
    `
    let runs = 0;
    const get = () => { runs += 1; return { path: '/got' }; };
    Object.defineProperty(request, 'route', { get });
    request.baseUrl = '/api';
    process.on('exit', () => { assert.strictEqual(runs, 0); });`,
    { paths: ['/'], files: {} },
  );
  assert.deepStrictEqual(said, ['/']);
});
