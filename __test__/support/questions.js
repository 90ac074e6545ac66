'use strict';

const fs = require('node:fs');
const path = require('node:path');

/** Of the programs, a sampled run takes one in so many. */
const PARTS = 4;

const sample = process.env.ASYNC_HOOKS_RS_SAMPLE;
const turn = Number.parseInt(process.versions.node, 10) / 2;

/**
 * @param {string} folder
 * @returns {string[]} its programs, or those whose turn it is
 */
function programsIn(folder) {
  const programs = fs
    .readdirSync(folder)
    .filter((name) => /\.m?js$/.test(name))
    .sort()
    .map((name) => path.join(folder, name));
  return sample ? programs.filter((_, at) => (at + turn) % PARTS === 0) : programs;
}

/**
 * What the head of a question says is expected: the kind of the finding, its route, how the program ends, and without what it is too
 * short to be found; `<- here` is on each line that must be named, and of the lines with `<- or here` one must be.
 *
 * @param {string} file
 */
function headOf(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  /** @param {string} name */
  const value = (name) => lines.find((line) => line.startsWith(`// ${name}: `))?.slice(name.length + 5);
  /** @param {string} mark */
  const marked = (mark) => lines.flatMap((line, at) => (line.endsWith(`// <- ${mark}`) ? [at + 1] : []));
  const [, delay, signal = 'SIGINT'] = /^signal after (\d+) ms(?:, (\w+))?$/.exec(value('ends') ?? '') ?? [];
  return {
    kind: value('kind'),
    route: value('route'),
    stdin: value('stdin'),
    slots: value('slots'),
    isShort: value('short') === 'without promises',
    exitCode: Number(value('exits') ?? 0),
    delay: delay === undefined ? null : Number(delay),
    signal: /** @type {NodeJS.Signals} */ (signal),
    all: marked('here'),
    some: marked('or here'),
  };
}

module.exports = { headOf, programsIn };
