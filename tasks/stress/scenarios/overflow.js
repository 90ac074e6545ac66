'use strict';

/** The stack overflows in programs full of hooks, and all is well afterwards. */

const { assertNothing, runBoth, reasonOf } = require('../programs');

const EVENTS = ['none', 'init', 'before', 'after', 'destroy', 'promiseResolve'];
const SHAPES = [
  'plain',
  'promise',
  'resource',
  'async',
  'scopeInside',
  'storageInside',
  'bind',
  'scope',
  'ownScope',
  'boundScope',
  'storage',
  'exit',
  'snapshot',
  'embedder',
];
/** What callbacks do that recurse themselves. */
const INSIDE = ['plain', 'resource', 'scope', 'promise', 'uncaught'];
/** Where a quick run looks: at contexts most of all. */
const QUICK = {
  events: ['none', 'before'],
  shapes: ['async', 'scopeInside', 'scope', 'ownScope', 'boundScope', 'embedder'],
  inside: ['scope'],
};

/**
 * With the stack that Node has, all must be in order. The smaller the stack (here in kilobytes), the more often the overflow
 * falls into the machinery, and what a call takes of it is a matter of the compiler: without the last one of V8's all runs in
 * the code of those before it. There a program may end where it ends with the builtin.
 */
const WAYS = [[], ['--stack-size=120'], ['--stack-size=200', '--no-opt']];

/** @type {import('../run').Scenario} */
async function run({ quick }) {
  const { events, shapes, inside } = quick ? QUICK : { events: EVENTS, shapes: SHAPES, inside: INSIDE };
  const rounds = quick ? 100 : 200;
  const ways = quick ? WAYS.slice(0, 1) : WAYS;
  const programs = ways.flatMap((nodeOptions) => [
    ...events.flatMap((event) => shapes.map((shape) => ({ program: 'overflow', event, shape, nodeOptions }))),
    ...EVENTS.slice(1).flatMap((event) => inside.map((shape) => ({ program: 'overflow-inside', event, shape, nodeOptions }))),
  ]);
  const wrong = [];
  let survived = 0;
  let builtinSurvived = 0;
  for (const { program, event, shape, nodeOptions } of programs) {
    const { builtin, ours } = await runBoth(program, [event, shape, rounds], { nodeOptions });
    if (shape === 'uncaught') {
      if (ending(ours) !== ending(builtin)) wrong.push(`${nodeOptions}, ${event}, ${shape}: ${ending(ours)} instead of ${ending(builtin)}`);
      continue;
    }
    const isRight = ours.code === 0 && ours.stdout.trim() === right(program, rounds);
    const builtinIsRight = builtin.code === 0 && builtin.stdout.trim() === right(program, rounds);
    if (isRight) survived += 1;
    else if (nodeOptions.length === 0 || builtinIsRight)
      wrong.push(`${nodeOptions} ${program} ${event} ${shape}: ${ours.code === 0 ? ours.stdout.trim() : reasonOf(ours)}`);
    if (builtinIsRight) builtinSurvived += 1;
  }
  assertNothing(wrong, programs.length);
  return (
    `${survived} programs in order after ${rounds} stack overflows each, with the builtin ${builtinSurvived}` +
    `; the ${programs.length - survived} others end as with the builtin`
  );
}

/**
 * @param {string} program
 * @param {number} rounds
 */
function right(program, rounds) {
  return program === 'overflow'
    ? JSON.stringify({ caught: rounds, context: 'the same', ids: true, events: 'OUTER,INNER', later: true, store: 'none' })
    : JSON.stringify({ caught: rounds, ids: true, events: 'OUTER' });
}

/** @param {import('../programs').Outcome} outcome */
function ending({ code, signal, stderr }) {
  return `${code} ${signal} ${stderr.split('\n')[0]}`;
}

module.exports = { run };
