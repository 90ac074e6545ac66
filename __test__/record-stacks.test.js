'use strict';
// Where resources are created, in programs that leave nothing of `Error` as it was: they run on, find it as they left it, and
// their stacks are recorded.

const assert = require('node:assert');
const fs = require('node:fs');
const test = require('node:test');
const { BIN, newFile, program, runNode, withoutEnd } = require('./support/recorded');

/**
 * @param {string} file a recording
 * @returns {string} its trace events, stacks included
 */
function traceOf(file) {
  const trace = newFile('.json');
  const { status, stderr } = runNode([BIN, 'report', file, '--chrome', trace]);
  assert.strictEqual(status, 0, stderr);
  return fs.readFileSync(trace, 'utf8');
}

/** What a program does to `Error`, by what it is called here. */
const deeds = {
  'freezes it': 'Object.freeze(Error);',
  'allows no frames': 'Error.stackTraceLimit = 0;',
  'makes its properties read-only': `
    Object.defineProperty(Error, 'stackTraceLimit', { value: 0, writable: false, configurable: false });
    Object.defineProperty(Error, 'prepareStackTrace', { value: undefined, writable: false, configurable: false });`,
  'deletes its properties': 'delete Error.stackTraceLimit; delete Error.captureStackTrace;',
  'puts accessors that throw in their place': `
    for (const name of ['stackTraceLimit', 'prepareStackTrace', 'captureStackTrace']) {
      Object.defineProperty(Error, name, { get() { throw new TypeError('get'); }, set() { throw new TypeError('set'); } });
    }`,
  'captures nothing': 'Error.captureStackTrace = () => { throw new TypeError("captured"); };',
  'formats on its own, and throws': 'Error.prepareStackTrace = () => { throw new TypeError("formatted"); };',
  'formats on its own, asynchronously': 'Error.prepareStackTrace = () => { setTimeout(() => {}, 1); Promise.resolve(); return []; };',
  'replaces it': 'globalThis.Error = class extends Error {};',
  'deletes it': 'delete globalThis.Error;',
  'patches what a formatter would use': `
    for (const name of ['map', 'filter', 'join']) Array.prototype[name] = () => { throw new TypeError('array'); };
    RegExp.prototype.exec = () => { throw new TypeError('exec'); };
    String.prototype.slice = () => { throw new TypeError('slice'); };`,
  'freezes every global class': `
    for (const name of Object.getOwnPropertyNames(globalThis)) {
      const { value } = Object.getOwnPropertyDescriptor(globalThis, name);
      if (typeof value === 'function') { Object.freeze(value); if (value.prototype) Object.freeze(value.prototype); }
    }`,
};

for (const [what, deed] of Object.entries(deeds)) {
  test(`a program that ${what}`, () => {
    const file = newFile();
    const source = program(`
      const original = Error;
      ${deed}
      const before = Object.getOwnPropertyDescriptors(original);
      function makesTimers() { setTimeout(() => { process.exitCode = 7; }, 1); }
      makesTimers();
      const after = Object.getOwnPropertyDescriptors(original);
      for (const name of Reflect.ownKeys({ ...before, ...after })) {
        for (const key of ['value', 'get', 'set', 'writable', 'enumerable', 'configurable']) {
          if (!Object.is(before[name]?.[key], after[name]?.[key])) process.stdout.write('Error.' + String(name) + ' is another\\n');
        }
      }`);
    const { status, stdout, stderr } = runNode([BIN, 'record', '--stacks', '-o', file, source]);
    assert.deepStrictEqual([status, stdout, withoutEnd(stderr)], [7, '', '']);
    assert.match(traceOf(file), /makesTimers/);
  });
}

test('marks, counts, Workers and the end of a recording under flags that harden the language', () => {
  const source = program(`
    const { isMainThread, Worker } = require('node:worker_threads');
    const { record } = require(${JSON.stringify(require.resolve('../record'))});
    const recorder = record();
    recorder.mark('marked');
    function makesTimers() { setTimeout(finish, 1); }
    async function finish() {
      if (!(recorder.stats().Timeout.created > 0)) process.exit(3);
      if (isMainThread) new Worker(__filename).on('exit', (code) => recorder.stop().then(() => process.exit(code + 7)));
    }
    (async () => { await null; makesTimers(); })();`);
  for (const flag of [
    '--frozen-intrinsics',
    '--disable-proto=throw',
    '--disable-proto=delete',
    '--disallow-code-generation-from-strings',
  ]) {
    const file = newFile();
    const { status, stderr } = runNode([BIN, 'record', '--stacks', '-o', file, '--node-options', `${flag} --no-warnings`, source]);
    assert.deepStrictEqual([status, withoutEnd(stderr)], [7, ''], flag);
    const trace = traceOf(file);
    assert.match(trace, /makesTimers/, flag);
    assert.match(trace, /"marked"/, flag);
  }
});

test('an overflow of the stack in a program with stacks is its own', () => {
  const file = newFile();
  const source = program(`
    const { AsyncResource } = require('node:async_hooks');
    function recurse() { new AsyncResource('DEEP'); recurse(); }
    try { recurse(); } catch (error) { process.exitCode = error instanceof RangeError ? 7 : 1; }`);
  const { status, stdout, stderr } = runNode([BIN, 'record', '--stacks=1/10', '-o', file, source]);
  assert.deepStrictEqual([status, stdout, withoutEnd(stderr)], [7, '', '']);
});
