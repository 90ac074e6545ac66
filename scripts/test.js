'use strict';

/**
 * `npm test`: everything, or the files of `__test__/` that are named.
 *
 *   npm test [-- NAME... [--grep PATTERN]]
 *
 * `promises` stands for `__test__/promises.test.js`, `corpus/NAME` for one program of the corpus, and `--grep` leaves only the
 * tests whose name matches a regular expression. Exits with 1 if a test fails, and if none ran.
 */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { run } = require('node:test');
const { spec } = require('node:test/reporters');
const { parseArgs } = require('node:util');
const { nearest } = require('../lib/cli/nearest');

const EVERYTHING = 'npm run test:rust && npm run test:types && npm run test:js';
const root = path.join(__dirname, '..');
const folder = path.join(root, '__test__');
const SUFFIX = '.test.js';
const CORPUS = 'corpus/';

/** @returns {string[]} what can be named */
function known() {
  const files = fs.readdirSync(folder, { encoding: 'utf8', recursive: true }).map((file) => file.replaceAll(path.sep, '/'));
  const tests = files.filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length));
  const programs = files.filter((file) => /^corpus\/[^/]+\.m?js$/.test(file)).map((file) => file.replace(/\.m?js$/, ''));
  return [...tests, ...programs];
}

/** Of the names that are like one that does not exist, so many are shown. */
const MOST_SHOWN = 10;

/**
 * @param {string} argument a name, or the path of what it stands for
 * @param {string[]} names
 */
function nameOf(argument, names) {
  const name = argument
    .replaceAll(path.sep, '/')
    .replace(/^(.*\/)?__test__\//, '')
    .replace(/(\.test)?\.m?js$/, '');
  if (names.includes(name)) return name;
  const containing = names.filter((each) => name !== '' && each.includes(name)).slice(0, MOST_SHOWN);
  const like = containing.length > 0 ? containing : [nearest(name, names)].filter((each) => each !== undefined);
  const all = `The tests are ${names.filter((each) => !each.startsWith(CORPUS)).join(', ')}, and ${CORPUS}NAME.`;
  throw new Error(`No test is called ${argument}. ${like.length > 0 ? `Did you mean ${like.join(', ')}?` : all}`);
}

/**
 * @param {string[]} names
 * @param {string | undefined} pattern
 */
function runTests(names, pattern) {
  const programs = names.filter((name) => name.startsWith(CORPUS)).map((name) => name.slice(CORPUS.length));
  if (programs.length > 0 && !names.includes('corpus')) process.env.ASYNC_HOOKS_RS_CORPUS = programs.join(',');
  const files = new Set(names.map((name) => path.join(folder, (name.startsWith(CORPUS) ? 'corpus' : name) + SUFFIX)));
  const stream = run({ files: [...files], concurrency: true, testNamePatterns: pattern === undefined ? undefined : [pattern] });
  let ran = 0;
  stream.on('test:pass', ({ name, skip, details }) => {
    // Where the pattern leaves nothing of a file, Node says that the file itself has passed, or that its tests were skipped.
    if (skip === undefined && details.type !== 'suite' && !files.has(name)) ran += 1;
  });
  stream.on('test:fail', () => {
    ran += 1;
    process.exitCode = 1;
  });
  stream.on('end', () => {
    if (ran === 0)
      fail(pattern === undefined ? 'Every test was skipped.' : `No test matches "${pattern}". Tests inside of tests are not looked at.`);
  });
  stream.compose(new spec()).pipe(process.stdout);
}

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

function main() {
  const { values, positionals } = parseArgs({ options: { grep: { type: 'string' } }, allowPositionals: true });
  if (positionals.length === 0 && values.grep === undefined) {
    process.exitCode = spawnSync(EVERYTHING, { cwd: root, shell: true, stdio: 'inherit' }).status ?? 1;
    return;
  }
  const names = known();
  const tests = names.filter((name) => !name.includes('/'));
  runTests(positionals.length > 0 ? positionals.map((argument) => nameOf(argument, names)) : tests, values.grep);
}

try {
  main();
} catch (error) {
  fail(/** @type {Error} */ (error).message);
}
