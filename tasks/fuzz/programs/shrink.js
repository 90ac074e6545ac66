'use strict';

/** Makes a failing program as small as it can be while it still fails. */

const { blocksOf, withOneChanged } = require('../common/trees');
const { operations } = require('./operations');

/** @typedef {import('./program').Operation} Operation */
/** @typedef {import('./program').HookSpec} HookSpec */
/** @typedef {import('./program').Program} Program */

/**
 * @typedef {object} Judge
 * @property {(programs: Program[]) => Promise<boolean[]>} seemToFail which of them differ at first sight
 * @property {(program: Program) => Promise<boolean>} fails
 */

/** @param {Program} program @param {Judge} judge @returns {Promise<Program>} */
async function shrink(program, judge) {
  // To collect garbage is what takes longest.
  program = (await firstFailing([{ ...program, collects: false }], judge)) ?? program;
  for (;;) {
    const smaller = (await withFewer(program, judge)) ?? (await firstFailing(candidatesOf(program), judge));
    if (smaller === undefined) return program;
    program = smaller;
  }
}

/** @param {Program[]} candidates @param {Judge} judge */
async function firstFailing(candidates, { seemToFail, fails }) {
  const seem = await seemToFail(candidates);
  for (const candidate of candidates.filter((_, index) => seem[index])) {
    if (await fails(candidate)) return candidate;
  }
  return undefined;
}

/**
 * Leaves out as many operations as it can at once: each is left out alone first, and those that are not missed then
 * together.
 *
 * @param {Program} program
 * @param {Judge} judge
 * @returns {Promise<Program | undefined>}
 */
async function withFewer(program, judge) {
  const ids = idsOf(program);
  const seem = await judge.seemToFail(ids.map((id) => withoutIds(program, [id])));
  const needless = ids.filter((_, index) => seem[index]);
  const parts = [needless];
  for (let size = needless.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < needless.length; at += size) parts.push(needless.slice(at, at + size));
  }
  return firstFailing(
    parts.filter(({ length }) => length > 0).map((part) => withoutIds(program, part)),
    judge,
  );
}

/** @param {Program} program @returns {number[]} */
function idsOf({ main, hooks }) {
  /** @param {Operation[]} block @returns {number[]} */
  const below = (block) => block.flatMap((operation) => [operation.id, ...blocksOf(operation).flatMap(below)]);
  return [...below(main), ...reactionsOf(hooks).flatMap(({ body }) => below(body))];
}

/** @param {HookSpec[]} hooks */
const reactionsOf = (hooks) => hooks.flatMap(({ callbacks }) => Object.values(callbacks).flat());

/** @param {Program} program @param {number[]} gone @returns {Program} */
function withoutIds(program, gone) {
  return withBlocks(program, (block) => block.filter(({ id }) => !gone.includes(id)));
}

/** A program with each of its blocks changed. @param {Program} program @param {(block: Operation[]) => Operation[]} change */
function withBlocks(program, change) {
  /** @param {Operation[]} block @returns {Operation[]} */
  const changed = (block) =>
    change(block).map((operation) => (operation.body ? { ...operation, body: changed(operation.body) } : operation));
  const hooks = program.hooks.map((hook) => ({
    ...hook,
    callbacks: Object.fromEntries(
      Object.entries(hook.callbacks).map(([phase, reactions]) => [phase, reactions.map(({ nth, body }) => ({ nth, body: changed(body) }))]),
    ),
  }));
  return { ...program, hooks, main: changed(program.main) };
}

/** All simpler programs that are one change away, the boldest change first. @param {Program} program @returns {Program[]} */
function candidatesOf(program) {
  const { main, hooks } = program;
  const withMain = (/** @type {Operation[]} */ block) => ({ ...program, main: block });
  const withHook = (/** @type {number} */ at) => (/** @type {HookSpec} */ hook) => ({ ...program, hooks: hooks.with(at, hook) });
  return [
    ...(hooks.length > 1 ? hooks.map((_, index) => withoutHook(program, index)) : []),
    ...hooks.flatMap((hook, index) => withoutCallback(hook).map(withHook(index))),
    ...withOneSimpler(main).map(withMain),
    ...hooks.flatMap((hook, index) => withSimplerReaction(hook).map(withHook(index))),
  ];
}

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
  const { op, how, reg, from, async: isAsync } = operation;
  const { ways = [] } = operations[op];
  /** @type {Operation[]} */
  const simpler = ways.slice(0, Math.max(0, ways.indexOf(how ?? ''))).map((way) => ({ ...operation, how: way }));
  if (isAsync) simpler.push({ ...operation, async: false });
  if (op === 'later' || op === 'timeout' || op === 'interval') simpler.push({ ...operation, op: 'immediate', how: 'plain', reg: reg ?? 0 });
  if (op === 'immediate') simpler.push({ ...operation, op: 'tick' });
  if (reg !== undefined && reg > 0) simpler.push({ ...operation, reg: 0 });
  if (from !== undefined && from > 0) simpler.push({ ...operation, from: 0 });
  return simpler;
}

/** @param {HookSpec} hook @returns {HookSpec[]} */
function withoutCallback(hook) {
  const { callbacks } = hook;
  return [
    ...Object.keys(callbacks).map((phase) => {
      const { [/** @type {import('./program').Phase} */ (phase)]: _, ...rest } = callbacks;
      return { ...hook, callbacks: rest };
    }),
    ...Object.entries(callbacks).flatMap(([phase, reactions]) =>
      reactions.length > 0 ? [{ ...hook, callbacks: { ...callbacks, [phase]: [] } }] : [],
    ),
    ...(hook.ignoresPromises ? [{ callbacks }] : []),
  ];
}

/** @param {HookSpec} hook @returns {HookSpec[]} */
function withSimplerReaction(hook) {
  const { callbacks } = hook;
  return Object.entries(callbacks).flatMap(([phase, reactions]) =>
    reactions.flatMap(({ nth, body }, index) =>
      [
        ...withOneSimpler(body).map((simpler) => ({ nth, body: simpler })),
        ...(nth > 1
          ? [
              { nth: 1, body },
              { nth: nth - 1, body },
            ]
          : []),
      ].map((reaction) => ({ ...hook, callbacks: { ...callbacks, [phase]: reactions.with(index, reaction) } })),
    ),
  );
}

/** @param {Program} program @param {number} gone @returns {Program} */
function withoutHook(program, gone) {
  const without = withBlocks(program, (block) =>
    block
      .filter(({ hook }) => hook !== gone)
      .map((operation) => (operation.hook !== undefined && operation.hook > gone ? { ...operation, hook: operation.hook - 1 } : operation)),
  );
  return { ...without, hooks: without.hooks.toSpliced(gone, 1) };
}

module.exports = { shrink };
