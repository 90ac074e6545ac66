'use strict';

/** Refuses a runtime in which the package cannot work. Without newer syntax, so that older Nodes can read it. */

// A vm context has no global of that name, and older Nodes know no `node:`.
const process = require('process');

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
 * Runtimes that call themselves Node, too.
 * @type {Record<string, string>}
 */
const OTHERS = { bun: 'Bun', deno: 'Deno' };

/**
 * @param {Record<string, string | undefined>} [versions] as in `process.versions`
 * @throws {AddonError} `ERR_ASYNC_HOOKS_RS_NODE` on a Node that is too old, and on what is not Node
 */
function checkRuntime(versions = process.versions) {
  for (const key of Object.keys(OTHERS)) {
    if (versions[key] === undefined) continue;
    throw new AddonError(
      'ERR_ASYNC_HOOKS_RS_NODE',
      `async-hooks-rs works in Node only, and this is ${OTHERS[key]} ${versions[key]}. ` +
        `Run the program with Node ${OLDEST_NODE} or newer, or use node:async_hooks, as far as ${OTHERS[key]} has it.`,
    );
  }
  if (Number(String(versions.node).split('.')[0]) >= OLDEST_NODE) return;
  throw new AddonError(
    'ERR_ASYNC_HOOKS_RS_NODE',
    `async-hooks-rs needs Node ${OLDEST_NODE} or newer, this is v${versions.node}. ` +
      'Use a newer Node, or require node:async_hooks itself.',
  );
}

module.exports = { AddonError, checkRuntime };
