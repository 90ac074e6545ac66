'use strict';

const fs = require('node:fs');

/**
 * What the head of a question says is expected: the kind of the finding, its route, how the program ends; `<- here` is on each
 * line that must be named, and of the lines with `<- or here` one must be.
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
    exitCode: Number(value('exits') ?? 0),
    delay: delay === undefined ? null : Number(delay),
    signal: /** @type {NodeJS.Signals} */ (signal),
    all: marked('here'),
    some: marked('or here'),
  };
}

module.exports = { headOf };
