'use strict';
// The recorder over the comparison corpus: the events of the recording are those that a hook with the same callbacks is
// told in the same process, by id, type, trigger and phase, in the same order, in every thread. Once beside a hook
// of Node's, where the recorder follows promises by itself, and once beside one of this package, where both are told together.
//
// ASYNC_HOOKS_RS_CORPUS=a,b runs the programs a and b alone.

const assert = require('node:assert');
const { readFileSync, readdirSync } = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { compareBeside } = require('./support/beside');

const DIRECTORY = path.join(__dirname, 'corpus');
const NODE_MAJOR = Number.parseInt(process.versions.node, 10);
const LEAST_PROGRAMS = 60;

/** @param {string} file */
function factsOf(file) {
  const [line] = readFileSync(path.join(DIRECTORY, file), 'utf8').split('\n', 1);
  const found = /^\/\/ corpus: (.*)$/.exec(line);
  return found ? JSON.parse(found[1]) : {};
}

const programs = readdirSync(DIRECTORY).filter((file) => /\.m?js$/.test(file));
const wanted = process.env.ASYNC_HOOKS_RS_CORPUS?.split(',').map((name) => path.parse(name.trim()).name);

for (const file of programs.filter((name) => wanted?.includes(path.parse(name).name) ?? true)) {
  const { skip, nodeOptions } = factsOf(file);
  for (const whose of /** @type {const} */ (['builtin', 'ours'])) {
    test(`${file} beside a hook of ${whose === 'ours' ? 'this package' : 'Node'}`, { skip: skip?.[NODE_MAJOR] }, () => {
      const threads = compareBeside(path.join(DIRECTORY, file), whose, { nodeOptions });
      assert.ok(threads.some(({ id, recorded }) => id === 0 && recorded.length > 0));
    });
  }
}

test('the corpus has its size', () => {
  assert.ok(programs.length >= LEAST_PROGRAMS, `${programs.length} programs`);
});
