'use strict';

/** Makes a failing program as small as it can be while it still fails. */

const { blocksOf, withOneChanged } = require('../common/trees');
const { OBJECTS } = require('./program');

/** @typedef {import('./program').Operation} Operation */
/** @typedef {import('./program').Program} Program */

/** Smaller programs are tried at most so often. */
const MAX_TRIES = 4000;

/**
 * @param {Program} program
 * @param {(program: Program) => Promise<boolean>} fails
 * @returns {Promise<Program>}
 */
async function shrink(program, fails) {
  let tries = 0;
  let smaller = true;
  while (smaller) {
    smaller = false;
    for (let candidates = candidatesOf(program), at = 0; at < candidates.length;) {
      if (++tries > MAX_TRIES) return program;
      if (await fails(candidates[at])) {
        program = candidates[at];
        smaller = true;
        // The same place again: what followed has moved up there.
        candidates = candidatesOf(program);
      } else {
        at++;
      }
    }
  }
  return program;
}

/** All simpler programs that are one change away, the boldest change first. @param {Program} program @returns {Program[]} */
function candidatesOf(program) {
  const { storages, main } = program;
  return [
    ...withoutOne(main).map((block) => ({ ...program, main: block })),
    ...storages.flatMap((_, index) => (storages.length > 1 ? [withoutStorage(program, index)] : [])),
    ...withOneSimpler(main).map((block) => ({ ...program, main: block })),
    ...(program.background === 'none' ? [] : [{ ...program, background: 'none' }]),
    ...(program.background === 'hook' ? [{ ...program, background: 'storage' }] : []),
    ...storages.flatMap(({ ours, fallback }, index) =>
      fallback === undefined ? [] : [{ ...program, storages: storages.with(index, { ours }) }],
    ),
  ];
}

/** @param {Operation[]} block */
const withoutOne = (block) => withOneChanged(block, () => [[]]);

/** @param {Operation[]} block */
const withOneSimpler = (block) =>
  withOneChanged(block, (operation) => [
    ...blocksOf(operation)
      .slice(0, 1)
      .map(() => blocksOf(operation).flat()),
    ...simplerOf(operation).map((simpler) => [simpler]),
  ]);

/** @param {Operation} operation @returns {Operation[]} */
function simplerOf(operation) {
  const { op, v, how, reg } = operation;
  const simpler = [];
  if (operation.async) simpler.push({ ...operation, async: false });
  if ((op === 'step' || op === 'later') && how !== 'nextTick') {
    simpler.push({ ...operation, how: 'nextTick' });
    if (how !== 'immediate') simpler.push({ ...operation, how: 'immediate' });
  }
  if (op === 'await' && how !== 'nothing') simpler.push({ ...operation, how: 'nothing' });
  if (op === 'capture' && how !== 'snapshot') simpler.push({ ...operation, how: 'snapshot' });
  if (op === 'combine' && how !== 'all') simpler.push({ ...operation, how: 'all' });
  if (v !== undefined && v !== 'active') {
    const rank = OBJECTS.indexOf(v);
    for (const name of OBJECTS.slice(0, rank === -1 ? 1 : rank)) simpler.push({ ...operation, v: name });
  }
  if (reg !== undefined && reg > 0) simpler.push({ ...operation, reg: 0 });
  return simpler;
}

/** @param {Program} program @param {number} gone @returns {Program} */
function withoutStorage(program, gone) {
  /** @param {Operation[]} block @returns {Operation[]} */
  const without = (block) =>
    block
      .filter(({ s }) => s !== gone)
      .map((operation) => ({
        ...operation,
        ...(operation.s !== undefined && operation.s > gone ? { s: operation.s - 1 } : {}),
        ...(operation.body ? { body: without(operation.body) } : {}),
        ...(operation.blocks ? { blocks: operation.blocks.map(without) } : {}),
      }));
  return { ...program, storages: program.storages.toSpliced(gone, 1), main: without(program.main) };
}

module.exports = { shrink };
