'use strict';

/** Says whether programs see the same with two compositions of modules. */

const { differenceOf } = require('./difference');
const { Runner } = require('./processes');

/** @typedef {import('./program').Program} Program */
/** @typedef {import('./processes').Outcome} Outcome */

/** @typedef {(Outcome | string)[]} Pair what is expected, and what is */

/**
 * @typedef {object} Verdict
 * @property {'same' | 'different' | 'unsettled'} kind
 * @property {string[]} [difference]
 */

/**
 * A program that differs is run again by itself, so often, and with more and more patience: threads and sockets may have been
 * slow, and the garbage may have been collected in between.
 */
const TRIES = 3;
const MORE_TRIES = 8;
const PATIENCE = [4, 16, 64];
/** How often in one process: the first time is not like those after it. */
const IN_A_ROW = 2;

/** The processes in which programs are compared: one for each module, or one with the hooks of both. */
class Comparison {
  #runners;

  /** @param {string} tested the module that is compared with the builtin @param {boolean} isTogether */
  constructor(tested, isTogether) {
    this.#runners = isTogether ? [new Runner(['builtin', tested])] : [new Runner(['builtin']), new Runner([tested])];
  }

  /** Which programs seem to differ, at first sight. @param {Program[]} programs @returns {Promise<boolean[]>} */
  async suspect(programs) {
    return (await this.#run(programs, 1)).map(([expected, actual]) => between(expected, actual) !== null);
  }

  /**
   * The program by itself: the same where any two of its runs agree, different where those of the builtin all do and none of
   * the others does.
   *
   * @param {Program} program
   * @param {number} [tries] runs after which a difference is one
   * @returns {Promise<Verdict>}
   */
  async check(program, tries = TRIES) {
    const rows = Array.from({ length: IN_A_ROW }, () => ({ lefts: /** @type {Pair} */ ([]), rights: /** @type {Pair} */ ([]) }));
    /** @type {Verdict} */
    let verdict = { kind: 'same' };
    for (let done = 0; done < MORE_TRIES; done++) {
      await this.close();
      const pairs = await this.#run(
        rows.map(() => program),
        PATIENCE[Math.min(done, PATIENCE.length - 1)],
      );
      for (const [index, [left, right]] of pairs.entries()) {
        rows[index].lefts.push(left);
        rows[index].rights.push(right);
      }
      const verdicts = rows.map(judge);
      verdict = verdicts.find(({ kind }) => kind === 'different') ?? verdicts.find(({ kind }) => kind === 'unsettled') ?? { kind: 'same' };
      if (verdict.kind === 'same' || (verdict.kind === 'different' && done + 1 >= tries)) break;
    }
    await this.close();
    return verdict;
  }

  /** @param {Program[]} programs @param {number} patience @returns {Promise<Pair[]>} */
  async #run(programs, patience) {
    /** @type {Pair[]} */
    const runs = [];
    // One after the other: side by side they would get into each other's way.
    for (const runner of this.#runners) runs.push(await runner.run(programs, patience));
    if (runs.length > 1) return programs.map((_, index) => [runs[0][index], runs[1][index]]);
    return runs[0].map((outcome) =>
      typeof outcome === 'string' ? ['', outcome] : outcome.parts.map((part) => ({ ...outcome, parts: [part] })),
    );
  }

  /** Ends the processes. What comes next is run in new ones. */
  async close() {
    for (const runner of this.#runners) await runner.close();
  }
}

/** @param {Outcome | string} expected @param {Outcome | string} actual @returns {string[] | null} */
function between(expected, actual) {
  if (typeof expected === 'string' || typeof actual === 'string') {
    return expected === actual ? null : [`- ${endOf(expected)}`, `+ ${endOf(actual)}`];
  }
  const difference = differenceOf(expected.parts[0], actual.parts[0]);
  if (difference !== null || expected.isStuck === actual.isStuck) return difference;
  return [`- ${endOf(expected)}`, `+ ${endOf(actual)}`];
}

/** @param {Outcome | string} outcome */
function endOf(outcome) {
  return typeof outcome === 'string' ? outcome || 'it ends' : outcome.isStuck ? 'it does not end' : 'it ends';
}

/** @param {{ lefts: Pair, rights: Pair }} runs @returns {Verdict} */
function judge({ lefts, rights }) {
  if (lefts.some((left) => rights.some((right) => between(left, right) === null))) return { kind: 'same' };
  const difference = between(lefts[0], rights[0]) ?? [];
  const isSteady = lefts.every((left) => between(lefts[0], left) === null);
  return { kind: isSteady ? 'different' : 'unsettled', difference };
}

module.exports = { Comparison, MORE_TRIES };
