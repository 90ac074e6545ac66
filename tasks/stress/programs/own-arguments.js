'use strict';

/**
 * `own-arguments.js FOLDER`: what Node has nothing of, with every pair of values: `async-hooks-rs/legacy` and `async-hooks-rs/record`.
 * A call returns, or throws an error with a code; ids are valid where they are safe integers from 0. Prints what is otherwise.
 */

const { NAMES, VALUES } = require('./values');
const legacy = require('../../../legacy');
const { record } = require('../../../record');

const { newAsyncId, emitInit, emitBefore, emitAfter, emitDestroy } = legacy;
process.chdir(process.argv[2]);

let calls = 0;
/** @type {Set<string>} */
const wrong = new Set();

/**
 * @param {string} name
 * @param {() => unknown} call
 * @returns {string} the code of the error; an empty string where there was none
 */
function codeOf(name, call) {
  calls += 1;
  try {
    call();
    return '';
  } catch (error) {
    const { code } = /** @type {any} */ (error ?? {});
    if (!/^ERR_/.test(code)) wrong.add(`${name} throws ${error}`);
    return String(code);
  }
}

/**
 * @param {string} name
 * @param {string} code
 * @param {string} expected
 */
function expect(name, code, expected) {
  if (code !== expected) wrong.add(`${name}: "${code}" instead of "${expected}"`);
}

/** @param {unknown} id */
const isId = (id) => Number.isSafeInteger(id) && /** @type {number} */ (id) >= 0;
/** @param {unknown} type */
const isType = (type) => typeof type === 'string' && type !== '';

/**
 * @param {string} names
 * @param {any} a
 * @param {any} b
 */
function withPair(names, a, b) {
  // Left out, a trigger is the current id.
  const triggerCode = b === undefined || isId(b) ? '' : 'ERR_INVALID_ASYNC_ID';
  expect(
    `emitInit(${names})`,
    codeOf(`emitInit(${names})`, () => emitInit(a, b)),
    isId(a) ? (isType(b) ? '' : 'ERR_ASYNC_TYPE') : 'ERR_INVALID_ASYNC_ID',
  );
  expect(
    `emitInit(${names} as trigger)`,
    codeOf(`emitInit(${names})`, () => emitInit(a, 'x', b)),
    isId(a) ? triggerCode : 'ERR_INVALID_ASYNC_ID',
  );
  codeOf(`emitInit(1, 'x', 1, ${names})`, () => emitInit(1, 'x', 1, a));
  const code = codeOf(`emitBefore(${names})`, () => emitBefore(a, b));
  expect(`emitBefore(${names})`, code, isId(a) ? triggerCode : 'ERR_INVALID_ASYNC_ID');
  if (code === '')
    expect(
      `emitAfter(${names})`,
      codeOf(`emitAfter(${names})`, () => emitAfter(a)),
      '',
    );
}

/**
 * @param {string} name
 * @param {any} a
 */
function withValue(name, a) {
  expect(
    `emitAfter(${name})`,
    codeOf(`emitAfter(${name})`, () => emitAfter(a)),
    isId(a) ? 'ERR_ASYNC_HOOKS_RS_UNBALANCED' : 'ERR_INVALID_ASYNC_ID',
  );
  expect(
    `emitDestroy(${name})`,
    codeOf(`emitDestroy(${name})`, () => emitDestroy(a)),
    isId(a) ? '' : 'ERR_INVALID_ASYNC_ID',
  );
  codeOf(`newAsyncId(${name})`, () => Reflect.apply(newAsyncId, a, [a]));
}

/**
 * @param {string} name
 * @param {any} options
 */
async function withRecorder(name, options) {
  let recorder;
  codeOf(`record(${name})`, () => {
    recorder = record(options);
  });
  if (recorder === undefined) return;
  for (const mark of NAMES) {
    // What has no text is a TypeError of the language's.
    try {
      /** @type {any} */ (recorder).mark(VALUES[mark]());
    } catch {
      continue;
    }
  }
  await /** @type {any} */ (recorder).stop();
}

async function main() {
  process.on('unhandledRejection', () => {});
  for (const hasHook of [false, true]) {
    if (hasHook) legacy.createHook({ init() {}, before() {}, after() {}, destroy() {}, promiseResolve() {} }).enable();
    for (const a of NAMES) {
      withValue(a, VALUES[a]());
      for (const b of NAMES) withPair(`${a}, ${b}`, VALUES[a](), VALUES[b]());
    }
  }
  for (const name of NAMES) {
    // What cannot be read throws an error of its own.
    if (/^(failing|revoked)/.test(name)) continue;
    await withRecorder(name, VALUES[name]());
    for (const option of ['file', 'types', 'promises', 'stacks']) {
      await withRecorder(`{ ${option}: ${name} }`, { file: 'recorded', [option]: VALUES[name]() });
    }
  }
  console.log(JSON.stringify({ calls, wrong: [...wrong] }));
}

main();
