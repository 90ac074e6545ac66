'use strict';

/** A program as JavaScript: the text that is run is the one that is shown. */

const { operations } = require('./operations');

/** @typedef {import('./program').Operation} Operation */
/** @typedef {import('./program').HookSpec} HookSpec */
/** @typedef {import('./program').Program} Program */

/**
 * @param {Program} program
 * @param {{ reacts?: boolean }} [options] whether its hooks do anything besides logging
 */
function print({ hooks, main }, { reacts = true } = {}) {
  const made = hooks.map(
    (hook, index) =>
      `const h${index} = hook(${index}, ${callbacksOf(hook, reacts)}${hook.ignoresPromises ? ', { trackPromises: false }' : ''});`,
  );
  return [...made, ...linesOf(main, false, '')].join('\n');
}

/** @param {HookSpec} hook @param {boolean} reacts */
function callbacksOf({ callbacks }, reacts) {
  const parts = Object.entries(callbacks).map(([phase, reactions]) => {
    const texts = reactions
      .filter(({ body }) => reacts && body.length > 0)
      .map(({ nth, body }) => `at(${nth}, () => {${braced(linesOf(body, false, '  '), '')}})`);
    return `${phase}: [${texts.join(', ')}]`;
  });
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

/** @param {Operation[]} block @param {boolean} isAsync @param {string} indent @returns {string[]} */
function linesOf(block, isAsync, indent) {
  return block
    .filter(({ op }) => isAsync || !operations[op].awaits)
    .map((operation) => {
      const { body, text } = operations[operation.op];
      const inAsync = body === 'async' || (body === 'function' ? operation.async === true : isAsync && operation.op !== 'promise');
      const inner = linesOf(operation.body ?? [], inAsync, `${indent}  `);
      const line = text(operation, braced(inner, indent));
      return `${indent}${line}${line.endsWith('}') && !line.startsWith('settlers') ? '' : ';'}`;
    });
}

/** @param {string[]} lines @param {string} indent */
function braced(lines, indent) {
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n${indent}`;
}

module.exports = { print };
