'use strict';
// Programs that patch, freeze or take away what the language has: they run as without the recorder, and it records all the same.

const assert = require('node:assert');
const test = require('node:test');
const { PRELOAD, newFile, program, readRecording, runNode } = require('./support/recorded');

/**
 * Replaces the methods of what is named by some that throw where the package calls them. Everything else, Node's own
 * modules among it, goes on: not all of Node would survive.
 * @param {string[]} owners
 */
const throwing = (owners) =>
  owners
    .map(
      (owner) => `
  for (const key of Reflect.ownKeys(${owner})) {
    const { value, get, configurable } = Object.getOwnPropertyDescriptor(${owner}, key);
    const original = value ?? get;
    if (key === 'constructor' || configurable === false || typeof original !== 'function') continue;
    const replacement = function (...args) {
      if (isPackage(replacement)) throw new TypeError('${owner}.' + text(key));
      return new.target ? construct(original, args, new.target) : apply(original, this, args);
    };
    defineProperty(${owner}, key, { configurable: true, [value === undefined ? 'get' : 'value']: replacement });
  }`,
    )
    .join('');

/** Tells whether the package calls what has been replaced. */
const tools = `
  const { defineProperty } = Object;
  const { apply, construct } = Reflect;
  const [text, OwnError] = [String, Error];
  const { captureStackTrace } = Error;
  const indexOf = Function.prototype.call.bind(String.prototype.indexOf);
  let isLooking = false;
  function isPackage(above) {
    if (isLooking) return false;
    isLooking = true;
    const former = OwnError.prepareStackTrace;
    OwnError.prepareStackTrace = (error, sites) => {
      for (let at = 0; at < sites.length; at++) {
        const name = sites[at].getFileName();
        if (name !== null && name !== undefined) return indexOf(name, 'node:internal/async-hooks-rs') === 0;
      }
      return false;
    };
    const holder = {};
    captureStackTrace(holder, above);
    const is = holder.stack;
    OwnError.prepareStackTrace = former;
    isLooking = false;
    return is;
  }`;

/** What a program does to the language, by what it is called here. */
const deeds = {
  'patches maps and sets': throwing(['Map.prototype', 'Set.prototype', 'WeakMap.prototype', 'WeakSet.prototype']),
  'patches weak references': throwing(['WeakRef.prototype', 'FinalizationRegistry.prototype']),
  'patches strings and regular expressions': throwing(['String.prototype', 'RegExp.prototype']),
  'patches symbols and numbers': throwing(['Symbol.prototype', 'Number.prototype', 'BigInt.prototype', 'Math']),
  'patches functions': throwing(['Function.prototype']),
  'patches arrays': throwing(['Array.prototype']),
  'patches Object': throwing(['Object', 'Reflect', 'JSON']),
  'patches errors': "Error.prepareStackTrace = Error.captureStackTrace = () => { throw new TypeError('stack'); };",
  'has another clock': `
    performance.now = () => { throw new TypeError('now'); };
    process.hrtime = Object.assign(() => { throw new TypeError('hrtime'); }, { bigint() { throw new TypeError('bigint'); } });
    Date.now = () => { throw new TypeError('Date'); };`,
  'has no folder': "process.cwd = () => { throw new TypeError('cwd'); };",
  'takes the globals away':
    "for (const name of ['Map', 'Set', 'WeakMap', 'WeakRef', 'String', 'Error', 'RegExp', 'Math']) delete globalThis[name];",
  'freezes all': `
    for (const name of Object.getOwnPropertyNames(globalThis)) {
      const { value } = Object.getOwnPropertyDescriptor(globalThis, name);
      if (typeof value === 'function') { Object.freeze(value); if (value.prototype) Object.freeze(value.prototype); }
    }`,
};

/** A server that answers, late enough for a look at what keeps the program alive, a timer, a file, promises and a resource of its own. */
const serves = `
  function serve() {
    const server = http.createServer((request, response) => {
      request.route = { path: '/user/:id' };
      fs.stat(__filename, () => setTimeout(function late() { response.end('ok'); }, 300));
    });
    server.listen(0, function listens() {
      const interval = setInterval(function ticks() {}, 1000);
      http.get({ port: server.address().port, path: '/user/7?secret', agent: false }, (response) => {
        response.resume();
        response.once('end', async function ended() {
          await null;
          clearInterval(interval);
          server.close();
          write(1, 'ended');
        });
      });
    });
  }
  serve();`;

for (const [what, deed] of Object.entries(deeds)) {
  test(`a program that ${what}`, () => {
    const source = program(`
      const fs = require('node:fs');
      const http = require('node:http');
      const write = fs.writeSync;
      ${tools}
      setTimeout(() => {
        ${deed}
        ${serves}
      }, 1);`);
    const alone = runNode([source]);
    const file = newFile();
    const { status, stdout, stderr } = runNode(['--require', PRELOAD, source], { ASYNC_HOOKS_RS_RECORD_FILE: file });
    // Node itself may not survive it, in a later version. Then nothing is said of the recorder.
    assert.deepStrictEqual([status, stdout, stderr], [alone.status, alone.stdout, alone.stderr]);
    assert.deepStrictEqual([status, stdout], [0, 'ended'], alone.stderr);
    const { events, facts, damage } = readRecording(file);
    assert.strictEqual(damage, null);
    const places = (/** @type {string} */ wanted) => events.filter(({ type, stack }) => type === wanted && stack?.includes(source));
    for (const type of ['Timeout', 'FSREQCALLBACK', 'TCPSERVERWRAP', 'PROMISE']) assert.ok(places(type).length > 0, type);
    const said = (/** @type {string} */ fact) => facts.filter((line) => line.fact === fact).map(({ text }) => text);
    assert.deepStrictEqual([said('asks'), said('route'), said('status')], [['GET /user/7'], ['/user/:id'], ['200']]);
    assert.ok(
      said('does').some((text) => /^server on port \d+$/.test(text)),
      said('does').join(),
    );
    assert.ok(said('holds').some((text) => text.includes(',')));
  });
}

test('a program whose folder is gone', () => {
  const before = program("process.cwd = () => { throw new TypeError('cwd'); };");
  const file = newFile();
  const source = program('setTimeout(function late() {}, 1);');
  const { status, stderr } = runNode(['--require', before, '--require', PRELOAD, source], { ASYNC_HOOKS_RS_RECORD_FILE: file });
  assert.deepStrictEqual([status, stderr], [0, '']);
  assert.ok(readRecording(file).events.some(({ type, stack }) => type === 'Timeout' && stack?.includes(source)));
});
