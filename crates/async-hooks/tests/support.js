'use strict';

/** Runs functions in a Node of their own, with the addons that `npm run test:crate` has built. */

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..', '..');
/** Where the addons are: another folder may hold those of a sanitizer. */
const built = process.env.ASYNC_HOOKS_CRATE_ADDONS ?? path.join(root, 'target', 'crate');
const register = path.join(root, 'register.js');

/** With Node's own module, and with that of this repository in its place. */
const WAYS = { 'with Node': [], 'under register': ['--require', register] };

const major = Number(process.versions.node.split('.')[0]);

/** @param {string} name of an addon */
function addonFile(name) {
  const file = path.join(built, `${name}.node`);
  if (!fs.existsSync(file)) throw new Error(`${file} is missing: npm run test:crate`);
  return file;
}

/** What each program gets. It stands here to be sent to another process: it uses nothing from outside. */
function tools(/** @type {any} */ require, /** @type {string[]} */ [napi, neon]) {
  const hooks = require('node:async_hooks');
  const { setTimeout: sleep } = require('node:timers/promises');
  /** @param {RegExp} types */
  function watch(types) {
    /** @type {any[]} */
    const events = [];
    const known = new Map();
    const note = (/** @type {string} */ event) => (/** @type {number} */ id) => known.has(id) && events.push([event, known.get(id), id]);
    const hook = hooks.createHook({
      init(/** @type {number} */ id, /** @type {string} */ type, /** @type {number} */ trigger, /** @type {object} */ resource) {
        if (!types.test(type)) return;
        known.set(id, type);
        events.push(['init', type, id, trigger, hooks.executionAsyncId(), resource]);
      },
      before: note('before'),
      after: note('after'),
      destroy: note('destroy'),
    });
    hook.enable();
    return { events, hook, names: () => events.map(([event, type]) => `${event} ${type}`) };
  }
  /** @param {() => boolean} isReached */
  async function until(isReached) {
    for (let i = 0; i < 500 && !isReached(); i++) await sleep(10);
    return isReached();
  }
  return { ...hooks, napi, neon, addon: require(napi), sleep, watch, until, require };
}

/**
 * Runs a program, and answers what it answers.
 * @param {(tools: any) => any} program which uses nothing from outside
 * @param {{ flags?: string[], env?: Record<string, string>, mayPrint?: boolean, args?: unknown[] }} [options]
 */
function run(program, { flags = [], env = {}, mayPrint = false, args = [] } = {}) {
  const { status, signal, stdout, stderr } = start(program, { flags, env, args });
  assert.deepStrictEqual({ status, signal }, { status: 0, signal: null }, stdout + stderr);
  if (!mayPrint) assert.strictEqual(stderr, '');
  return JSON.parse(stdout);
}

/**
 * Runs a program to its end, whatever that is.
 * @param {(tools: any) => any} program which uses nothing from outside
 * @param {{ flags?: string[], env?: Record<string, string>, args?: unknown[] }} [options]
 */
function start(program, { flags = [], env = {}, args = [] } = {}) {
  const { NODE_OPTIONS, NODE_TEST_CONTEXT, ...inherited } = process.env;
  const source = `(async () => {
    const answer = await (${program})((${tools})(require, ${JSON.stringify([addonFile('napi'), addonFile('neon')])}), ...${JSON.stringify(args)});
    console.log(JSON.stringify(answer));
  })()`;
  return spawnSync(process.execPath, [...flags, '-e', source], {
    encoding: 'utf8',
    env: { ...inherited, RUST_BACKTRACE: '0', ...env },
    timeout: 300_000,
  });
}

module.exports = { WAYS, addonFile, major, run, start };
