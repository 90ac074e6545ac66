'use strict';

/** Functions that threads call, and operations. */

const assert = require('node:assert');
const { describe, test } = require('node:test');

const { WAYS, run, start } = require('./support');

for (const [way, flags] of Object.entries(WAYS)) {
  describe(way, () => {
    test('each call runs where the caller says', () => {
      const answer = run(
        async ({ addon, AsyncLocalStorage, executionAsyncId, watch }) => {
          const storage = new AsyncLocalStorage();
          const { names } = watch(/^(Resource|UdpMessage)$/);
          /** @type {unknown[]} */
          const seen = [];
          const sum = storage.run('maker', () =>
            addon.function((/** @type {number} */ a, /** @type {number} */ b) => {
              seen.push([storage.getStore() ?? null, executionAsyncId() === 0]);
              return a + b;
            }),
          );
          const resource = storage.run('resource', () => addon.resource('Resource'));
          for (const each of ['outside', 'context', 'resource', 'new resource']) {
            const text = await new Promise((resolve) => storage.run('caller', () => addon.callFunction(sum, each, resource, resolve)));
            seen.push(text);
          }
          return { seen, names: names() };
        },
        { flags },
      );
      // A resource that stands for a context has an id, where there are no frames: so the second is not looked at.
      answer.seen[2][1] = false;
      assert.deepStrictEqual(answer.seen, [[null, true], '3', ['caller', false], '3', ['resource', false], '3', ['resource', false], '3']);
      const turn = (/** @type {string} */ type) => [`before ${type}`, `after ${type}`];
      assert.deepStrictEqual(
        answer.names.filter((/** @type {string} */ name) => name !== 'destroy UdpMessage'),
        ['init Resource', ...turn('Resource'), 'before Resource', 'init UdpMessage', 'after Resource', ...turn('UdpMessage')],
      );
    });

    test('no store of the maker is pinned by a function that lives long', () => {
      const answer = run(
        async ({ addon, AsyncLocalStorage, until }) => {
          const storage = new AsyncLocalStorage();
          const make = () => {
            const request = {};
            const sum = storage.run(request, () => addon.function((/** @type {number} */ a) => a));
            return { sum, reference: new WeakRef(request) };
          };
          const { sum, reference } = make();
          const isCollected = await until(() => {
            /** @type {any} */ (globalThis).gc();
            return reference.deref() === undefined;
          });
          const resource = addon.resource('DbQuery');
          const answer = await new Promise((resolve) => addon.callFunction(sum, 'outside', resource, resolve));
          return [isCollected, answer];
        },
        { flags: [...flags, '--expose-gc'] },
      );
      assert.deepStrictEqual(answer, [true, '1']);
    });

    test('an enterWith in a call outside reaches no other call', () => {
      const answer = run(
        async ({ addon, AsyncLocalStorage }) => {
          const storage = new AsyncLocalStorage();
          /** @type {unknown[]} */
          const seen = [];
          const sum = addon.function(() => {
            seen.push(storage.getStore() ?? null);
            storage.enterWith('entered');
            return 0;
          });
          const resource = addon.resource('DbQuery');
          for (let i = 0; i < 3; i++) {
            await new Promise((resolve) => storage.exit(() => addon.callFunction(sum, 'outside', resource, resolve)));
          }
          return seen;
        },
        { flags },
      );
      assert.deepStrictEqual(answer, [null, null, null]);
    });

    test('what the function throws is the answer', () => {
      const answer = run(
        async ({ addon }) => {
          const fail = addon.function(() => {
            throw new TypeError('thrown');
          });
          const wrong = addon.function(() => 'no number');
          const resource = addon.resource('DbQuery');
          const call = (/** @type {any} */ each) => new Promise((resolve) => addon.callFunction(each, 'resource', resource, resolve));
          return [await call(fail), await call(wrong)];
        },
        { flags },
      );
      assert.deepStrictEqual(answer, ['threw TypeError: thrown', 'failed: a JavaScript value has another type than was asked for']);
    });

    test('and uncaught, where nobody waits for it', () => {
      for (const isLate of [false, true]) {
        const answer = run(
          async ({ addon, until }, /** @type {boolean} */ isLate) => {
            /** @type {string[]} */
            const uncaught = [];
            process.on('uncaughtException', ({ message }) => uncaught.push(message));
            const fail = addon.function(() => {
              throw new Error('thrown');
            });
            addon.callAndForget(fail, isLate);
            await until(() => uncaught.length > 0);
            return uncaught;
          },
          { flags, args: [isLate] },
        );
        assert.deepStrictEqual(answer, ['thrown']);
      }
    });

    test('values of all types go there and come back', () => {
      const answer = run(
        ({ addon }) =>
          addon.convert((/** @type {any[]} */ ...values) =>
            values.map((value) => (Buffer.isBuffer(value) ? `Buffer ${value.toString('hex')}` : JSON.stringify(value))),
          ),
        { flags },
      );
      assert.deepStrictEqual(answer, ['true', '-1', JSON.stringify('ü\0'), 'null', '[1,2]', 'Buffer ff']);
    });

    test('an operation has its events and settles, however it ends', () => {
      const answer = run(
        async ({ addon, AsyncLocalStorage, executionAsyncId, watch, until }) => {
          const storage = new AsyncLocalStorage();
          const { events } = watch(/^DbQuery$/);
          const error = new Error('thrown by the callback');
          /** @type {any} */
          const answers = {};
          for (const ending of ['succeeds', 'fails', 'panics', 'throws']) {
            const first = events.length;
            answers[ending] = await storage.run(ending, async () => {
              /** @type {unknown} */
              let inside;
              /** @type {number} */
              let id = 0;
              const promise = addon.operate(ending, () => {
                inside = storage.getStore();
                id = executionAsyncId();
                if (ending === 'throws') throw error;
              });
              const result = await promise.then(
                (/** @type {unknown} */ value) => value === id,
                (/** @type {Error} */ reason) => (reason === error ? 'the same' : reason.message),
              );
              return [result, inside, storage.getStore()];
            });
            await until(() => events.slice(first).some(([event]) => event === 'destroy'));
            answers[ending].push(
              events
                .slice(first)
                .map(([event]) => event)
                .join(' '),
            );
          }
          const first = events.length;
          answers.dropped = await addon.operateDropped().catch((/** @type {Error} */ { message }) => message);
          answers.napi = await addon.operateNapiError().catch((/** @type {any} */ { message, code }) => [message, code]);
          await until(() => events.slice(first).filter(([event]) => event === 'destroy').length === 2);
          answers.destroys = events.slice(first).filter(([event]) => event === 'destroy').length;
          return answers;
        },
        { flags, mayPrint: true },
      );
      const events = 'init before after before after destroy';
      assert.deepStrictEqual(answer, {
        succeeds: [true, 'succeeds', 'succeeds', events],
        fails: ['a JavaScript value has another type than was asked for', 'fails', 'fails', events],
        panics: ['the operation was dropped before its end', 'panics', 'panics', events],
        throws: ['the same', 'throws', 'throws', events],
        dropped: 'the operation was dropped before its end',
        napi: ['from napi-rs', 'GenericFailure'],
        destroys: 2,
      });
    });

    test('an operation keeps the program alive, and a function does not', () => {
      const awaited = run(async ({ addon }) => (await addon.operate('succeeds', () => {})) > 0, { flags });
      assert.strictEqual(awaited, true);
      const { status, stdout } = start(({ addon }) => void addon.function(() => 0), { flags });
      assert.deepStrictEqual([status, stdout], [0, 'undefined\n']);
    });
  });
}

test('a rejection that nobody handles is one of the program', () => {
  const { status, stderr } = start(({ addon }) => void addon.operate('fails', () => {}));
  assert.strictEqual(status, 1);
  assert.match(stderr, /another type than was asked for/);
});
