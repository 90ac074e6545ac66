'use strict';

/** Exceptions in hook callbacks end the process as Node does; stack overflows of the program do not. */

const assert = require('node:assert');
const { describe, test } = require('node:test');

const { twins } = require('./support/twins');

const isWindows = process.platform === 'win32';
const EVENTS = ['init', 'before', 'after', 'destroy', 'promiseResolve'];

/** The lines of stderr that do not depend on files and line numbers. */
const withoutFrames = (text) => text.split('\n').filter((line) => !/^\s+at /.test(line));

function assertSame({ builtin, ours }) {
  assert.strictEqual(ours.stdout, builtin.stdout);
  assert.deepStrictEqual(withoutFrames(ours.stderr), withoutFrames(builtin.stderr));
  assert.strictEqual(ours.code, builtin.code);
  assert.strictEqual(ours.signal, builtin.signal);
}

describe('an exception in a hook callback', { concurrency: true }, () => {
  for (const event of EVENTS) {
    test(`${event}: exit handlers run, the code is 1`, async () => {
      const outcome = await twins('hook-throws.js', { args: [event, 'error'] });
      assertSame(outcome);
      assert.strictEqual(outcome.ours.code, 1);
      assert.match(outcome.ours.stdout, /exit 1 1 (true|false)\nsecond exit handler\n$/);
      assert.match(outcome.ours.stderr, /^TypeError: thrown by the hook\r?\n {4}at /m);
    });

    test(`${event} of a promise`, async () => {
      // A collection would end promises in one of the two before the program ends.
      const outcome = await twins('hook-throws-in-continuation.js', { args: [event], nodeOptions: ['--min-semi-space-size=16'] });
      assertSame(outcome);
    });
  }

  for (const kind of ['string', 'undefined', 'null', 'object', 'stackless']) {
    test(`that is no error: ${kind}`, async () => {
      const outcome = await twins('hook-throws.js', { args: ['init', kind] });
      assertSame(outcome);
      assert.strictEqual(outcome.ours.code, 1);
    });
  }

  test('aborts where the process was told to', async () => {
    const outcome = await twins('hook-throws.js', { args: ['init', 'error'], nodeOptions: ['--abort-on-uncaught-exception'] });
    assert.deepStrictEqual([outcome.ours.code, outcome.ours.signal], [outcome.builtin.code, outcome.builtin.signal]);
    // Windows has no signals; there Node ends with a code of its own.
    if (isWindows) assert.ok(![0, 1].includes(outcome.ours.code));
    else assert.strictEqual(outcome.ours.signal, 'SIGABRT');
  });
});

describe('a stack overflow of the program', { concurrency: true }, () => {
  for (const event of EVENTS) {
    for (const what of ['promise', 'then', 'timeout', 'tick', 'resource']) {
      test(`reaches its catch under ${event}, creating ${what}`, async () => {
        // The smaller the stack, the more often the overflow falls into the machinery.
        const { builtin, ours } = await twins('overflow.js', { args: [event, what], nodeOptions: ['--stack-size=200'] });
        assert.match(ours.stdout, /^caught 100, /);
        assert.strictEqual(ours.stdout, builtin.stdout);
        assert.strictEqual(ours.code, 0);
      });
    }
  }
});
