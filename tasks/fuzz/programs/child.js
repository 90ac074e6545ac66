'use strict';

/**
 * The process in which programs are run, one after the other: `node child.js SIDE [SIDE]`, where a side is `builtin`, `ours` or
 * the name of a mistake; two of them are side by side. Each line of stdin is a job; each program's outcome is a line of stdout.
 *
 * @typedef {object} Job
 * @property {import('./program').Program[]} programs
 * @property {number} patience how many times longer than usual threads and sockets are waited for
 */

const fs = require('node:fs');
const { StringDecoder } = require('node:string_decoder');
// The package loads it when a hook is enabled for the first time.
require('node:v8');
const builtin = require('../../../lib/node/builtin');
const { brokenModule } = require('./broken');
const { interpret } = require('./interpret');

const STDIN = 0;
const STDOUT = 1;

/** @param {string} side */
function load(side) {
  if (side === 'builtin') return builtin;
  return side === 'ours' ? require('../../..') : brokenModule(side);
}

/** @param {unknown} line */
const write = (line) => fs.writeSync(STDOUT, `${JSON.stringify(line)}\n`);

let unread = '';
const chunk = Buffer.alloc(1 << 16);
const decoder = new StringDecoder();

/** Nothing else is to be done meanwhile, so it waits. @returns {Job | undefined} undefined: there are no more */
function nextJob() {
  while (!unread.includes('\n')) {
    const length = fs.readSync(STDIN, chunk);
    if (length === 0) return undefined;
    unread += decoder.write(chunk.subarray(0, length));
  }
  const end = unread.indexOf('\n');
  const line = unread.slice(0, end);
  unread = unread.slice(end + 1);
  return JSON.parse(line);
}

function main() {
  const sides = process.argv.slice(2);
  const modules = sides.map(load);
  const nextOwnId = sides.includes('ours') ? require('../../../legacy').newAsyncId : undefined;
  let job = nextJob();
  const next = () => {
    while (job !== undefined && job.programs.length === 0) job = nextJob();
    const program = job?.programs.shift();
    if (job === undefined || program === undefined) return;
    interpret(program, { modules, patience: job.patience, nextOwnId }, (parts, isStuck) => {
      write({ parts, isStuck });
      // What did not end may go on in the next one.
      if (isStuck) process.exit();
      next();
    });
  };
  next();
}

main();
