'use strict';

/** Loads the addon, or says what is missing and what to do about it. */

const { PACKAGE, BUILT, targets } = require('./targets');

const OLDEST_NODE = 20;

/** An error of this package: nothing that Node has a code for. */
class AddonError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {unknown} [cause]
   */
  constructor(code, message, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/**
 * @param {string} [version] such as `v20.20.2`
 * @throws {AddonError} ERR_ASYNC_HOOKS_RS_NODE on a Node that is too old
 */
function checkNode(version = process.version) {
  if (Number(version.slice(1).split('.')[0]) >= OLDEST_NODE) return;
  throw new AddonError(
    'ERR_ASYNC_HOOKS_RS_NODE',
    `async-hooks-rs needs Node ${OLDEST_NODE} or newer, this is ${version}. ` +
      'Use a newer Node, or require node:async_hooks itself.',
  );
}

/**
 * @param {() => unknown} load
 * @returns {typeof import('./native.d.ts')}
 * @throws {AddonError} ERR_ASYNC_HOOKS_RS_BINARY where the binary cannot be loaded
 */
function loadAddon(load = () => require('./binary').load()) {
  checkNode();
  try {
    return /** @type {typeof import('./native.d.ts')} */ (load());
  } catch (error) {
    const reasons = reasonsOf(error);
    throw new AddonError('ERR_ASYNC_HOOKS_RS_BINARY', whatIsMissing(reasons), reasons.find(isTelling));
  }
}

/**
 * What each of the places said that were tried.
 * @param {any} error
 * @returns {any[]}
 */
function reasonsOf(error) {
  return error.errors ?? [error];
}

/**
 * Whether there is more to it than a file that is not there.
 * @param {any} error
 */
function isTelling(error) {
  return error.code !== 'MODULE_NOT_FOUND';
}

/** @param {any[]} reasons */
function whatIsMissing(reasons) {
  const platform = `${process.platform}-${process.arch}`;
  if (reasons.some(({ code }) => code === 'ERR_DLOPEN_DISABLED')) {
    return 'async-hooks-rs is a native addon, and addons are switched off in this process: ' +
      'start Node with --allow-addons beside --permission, and without --no-addons.';
  }
  return `async-hooks-rs found no binary for ${platform} (Node ${process.version}) that loads; ` +
    `it looked for ${BUILT} and for ${packages()}. ` +
    'Build it with cargo (https://rustup.rs): "npm rebuild async-hooks-rs --foreground-scripts", ' +
    'after "npm install-scripts approve async-hooks-rs" with npm 12, or "pnpm approve-builds" with pnpm. ' +
    `What they said: ${reasons.map(({ message }) => message.split('\n')[0]).join('; ')}`;
}

function packages() {
  return targets().map((target) => `the package ${PACKAGE}-${target}`).join(' and ') || 'no package: there is none for it';
}

module.exports = { AddonError, checkNode, loadAddon };
