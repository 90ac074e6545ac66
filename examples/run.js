'use strict';
// Runs the examples, each in a fresh process under both modules, and compares what they print and how they end.
//
//   node examples/run.js [name ...] [--only name]
//
// An example whose header has an `Output:` block must print exactly that. One with `Needs: feature` is run
// under Node's own module only where that has the feature.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const hooks = require('node:async_hooks');

const notExamples = new Set(['run.js', 'module.js']);
const timeLimit = 20_000;

/**
 * What the running Node's own module can do. Ours can do all of it everywhere.
 * @type {{ [feature: string]: () => boolean }}
 */
const features = {
  withScope: () => 'withScope' in hooks.AsyncLocalStorage.prototype,
  storageOptions: () => 'name' in hooks.AsyncLocalStorage.prototype,
  trackPromises() {
    try {
      // @ts-ignore a Node that knows the option refuses a string.
      hooks.createHook({ trackPromises: 'no' });
      return false;
    } catch {
      return true;
    }
  },
};

/** @returns {string[]} the names of all examples, without `.js` */
function list() {
  return fs.readdirSync(__dirname)
    .filter((file) => file.endsWith('.js') && !notExamples.has(file))
    .map((file) => path.basename(file, '.js'));
}

/** @param {string} name */
function header(name) {
  const source = fs.readFileSync(path.join(__dirname, `${name}.js`), 'utf8');
  const needs = /^\/\/ Needs: (\w+)$/m.exec(source)?.[1];
  const output = /^\/\/ Output:\n((?:\/\/ {3}.*\n)+)/m.exec(source)?.[1];
  return { needs, output: output?.replace(/^\/\/ {3}/gm, '') };
}

/**
 * @param {string} name
 * @param {'builtin' | 'ours'} module
 * @returns {Promise<{ stdout: string, stderr: string, end: string }>}
 */
function run(name, module) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(__dirname, `${name}.js`)], {
      env: { ...process.env, EXAMPLES_MODULE: module, EXAMPLES_COMPARE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeLimit,
    });
    const text = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk) => { text.stdout += chunk; });
    child.stderr.setEncoding('utf8').on('data', (chunk) => { text.stderr += chunk; });
    child.on('close', (code, signal) => resolve({ ...text, end: signal ?? `exit code ${code}` }));
  });
}

/**
 * Runs one example under both modules.
 * @param {string} name
 * @returns {Promise<{ name: string, problems: string[], note: string }>} passed when there is no problem
 */
async function runExample(name) {
  const { needs, output } = header(name);
  const both = needs === undefined || features[needs]();
  const [ours, builtin] = await Promise.all([run(name, 'ours'), both ? run(name, 'builtin') : undefined]);
  const problems = [];
  if (ours.end !== 'exit code 0') problems.push(`ended with ${ours.end}\n${ours.stderr}`);
  if (builtin && builtin.end !== ours.end) problems.push(`under the builtin it ended with ${builtin.end}\n${builtin.stderr}`);
  if (builtin) problems.push(...difference(ours.stdout, builtin.stdout, 'the builtin'));
  if (output !== undefined) problems.push(...difference(ours.stdout, output, 'its header'));
  if (!both && output === undefined) problems.push('has nothing to be compared with: add an Output block');
  return { name, problems, note: both ? '' : `this Node's own module has no ${needs}: compared with the header` };
}

/**
 * The first line in which two texts differ.
 * @param {string} actual
 * @param {string} expected
 * @param {string} where the expected text comes from
 * @returns {string[]} one description, or nothing when they are equal
 */
function difference(actual, expected, where) {
  if (actual === expected) return [];
  const lines = [actual.split('\n'), expected.split('\n')];
  const at = lines[0].findIndex((line, i) => line !== lines[1][i]);
  const n = at === -1 ? lines[0].length : at;
  return [`line ${n + 1} differs\n  ours: ${lines[0][n] ?? '(no line)'}\n  ${where}: ${lines[1][n] ?? '(no line)'}`];
}

/** @param {string[]} names */
async function main(names) {
  const known = list();
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`No example named ${unknown.join(', ')}. There are: ${known.join(', ')}`);
    return 1;
  }
  let failed = 0;
  const chosen = names.length > 0 ? names : known;
  for (const name of chosen) {
    const { problems, note } = await runExample(name);
    console.log(`${problems.length === 0 ? 'ok    ' : 'not ok'}  ${name}${note && `  (${note})`}`);
    for (const problem of problems) console.log(problem.replace(/^/gm, '        '));
    if (problems.length > 0) failed += 1;
  }
  console.log(`${chosen.length - failed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

if (require.main === module) {
  const names = process.argv.slice(2)
    .flatMap((argument) => (argument === '--only' ? [] : argument.replace(/^--only=/, '').split(',')))
    .map((name) => path.basename(name, '.js'));
  main(names).then((code) => { process.exitCode = code; });
}

module.exports = { difference, list, runExample };
