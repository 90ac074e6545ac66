'use strict';

/** Runs programs in processes of their own. */

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const readline = require('node:readline');
const { patience } = require('../../../scripts/patience');

/** @typedef {import('./child').Job} Job */
/** @typedef {import('./recording').Part} Part */
/** @typedef {import('./program').Program} Program */

/**
 * @typedef {object} Outcome of one program
 * @property {Part[]} parts one for each side
 * @property {boolean} isStuck
 */

const CHILD = path.join(__dirname, 'child.js');

/** So large that no garbage is collected in the middle of a program: then it would be by chance who is destroyed when. */
const FLAGS = ['--expose-gc', '--single-threaded-gc', '--min-semi-space-size=32', '--max-semi-space-size=64', '--no-memory-reducer'];

/** A process that has said nothing for so long never will. */
const SILENCE_MS = patience(60_000);
const KEPT = 2_000;

/** A process that runs programs with the given sides, one job after the other. */
class Runner {
  #sides;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  #stderr = '';
  /** @type {(line: string | null) => void} a line, or null: there are no more */
  #hear = () => {};

  /** @param {string[]} sides */
  constructor(sides) {
    this.#sides = sides;
  }

  /**
   * @param {Program[]} programs
   * @param {number} patience
   * @returns {Promise<(Outcome | string)[]>} a text: how the process ended in the middle of this program
   */
  async run(programs, patience) {
    /** @type {(Outcome | string)[]} */
    const all = [];
    while (all.length < programs.length) {
      const rest = programs.slice(all.length);
      const outcomes = await this.#begin(rest, patience);
      all.push(...outcomes);
      if (outcomes.length === rest.length && !outcomes.at(-1)?.isStuck) continue;
      const end = await this.close();
      if (!outcomes.at(-1)?.isStuck) all.push(end);
    }
    return all;
  }

  /** @param {Program[]} programs @param {number} patience @returns {Promise<Outcome[]>} those that came to an end */
  #begin(programs, patience) {
    const { stdin } = (this.#child ??= this.#start());
    /** @type {Outcome[]} */
    const outcomes = [];
    return new Promise((resolve) => {
      const silence = setTimeout(() => this.#child?.kill('SIGKILL'), SILENCE_MS);
      this.#hear = (line) => {
        silence.refresh();
        if (line !== null) outcomes.push(JSON.parse(line));
        if (line !== null && outcomes.length < programs.length) return;
        clearTimeout(silence);
        resolve(outcomes);
      };
      stdin?.write(`${JSON.stringify({ programs, patience })}\n`);
    });
  }

  #start() {
    const child = spawn(process.execPath, [...FLAGS, CHILD, ...this.#sides], {
      // One thread takes the work in the order in which it is given.
      env: { ...process.env, UV_THREADPOOL_SIZE: '1', NODE_OPTIONS: '', NODE_TEST_CONTEXT: '' },
    });
    this.#stderr = '';
    child.stderr.on('data', (data) => {
      this.#stderr = `${this.#stderr}${data}`.slice(-KEPT);
    });
    // What is written to one that has ended is of no interest any more.
    child.stdin.on('error', () => {});
    readline
      .createInterface(child.stdout)
      .on('line', (line) => this.#hear(line))
      .on('close', () => this.#hear(null));
    return child;
  }

  /** @returns {Promise<string>} how it ended */
  async close() {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return '';
    child.stdin?.end();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    return `${child.signalCode ?? `exit code ${child.exitCode}`}\n${this.#stderr}`;
  }
}

module.exports = { Runner };
