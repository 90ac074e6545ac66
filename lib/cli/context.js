'use strict';
/** The `context` command: runs a program as it is, and tells where a context was lost. */

const path = require('node:path');

const { start, endAs, clearSignals } = require('./child');
const { commandOf, givenProgram } = require('./followed');
const { parseCommandLine, splitNodeOptions } = require('./node-options');
const { UsageError } = require('./usage');
const { VARIABLES } = require('../context/options');
const { lossesIn, report } = require('../context/report');
const { makeFolder, readResults, removeFolder } = require('../context/results');

const NAME = 'async-hooks-rs context';
const PRELOAD = path.join(__dirname, '..', '..', 'context.js');
const LOST = 1;

const usage = `Usage: async-hooks-rs context [options] [--] PROGRAM [args]

Runs a program and reports on each call of getStore() of an AsyncLocalStorage: how often it found a store, how often the
store was lost, and how often it was the store of another request; at which step that happened; and how to keep the store.
The program keeps its own input, output and signals. The report goes to stderr when the program has ended.

  context app.js         runs a script with this Node
  context node app.js    the same, with options for Node before the script
  context npm run x      runs a program from node_modules/.bin or PATH, and follows each Node process that it starts

  --at FILE:LINE         report only calls of getStore() in this line
  --storage NAME         report only one storage: its name, or the name of the variable that holds it
  --leaks                also report stores that outlive their run(), and what holds them
  --json                 print the report as JSON, on stdout
  --node-options "..."   options for Node, as in --node-options "--expose-gc"
  -h, --help             print this text

Exit code: 1 if a store was lost or mixed up, otherwise the program's; 2 for wrong usage
`;

const options = /** @type {const} */ ({
  at: { type: 'string' },
  storage: { type: 'string' },
  leaks: { type: 'boolean' },
  json: { type: 'boolean' },
  'node-options': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
});

/** @param {string[]} argv */
function parse(argv) {
  const { values, program: words } = parseCommandLine(argv, options);
  if (values.help) return null;
  if (words.length === 0) throw new UsageError('No program is given.');
  if (values.at !== undefined && !/[^:]:\d+$/.test(values.at)) throw new UsageError(`--at ${values.at}: it takes FILE:LINE.`);
  const nodeOptions = splitNodeOptions(values['node-options']);
  const program = givenProgram(words, nodeOptions, NAME);
  return {
    program,
    nodeOptions,
    asked: { at: values.at ?? null, storage: values.storage ?? null, json: values.json ?? false, leaks: values.leaks ?? false },
  };
}

/** @param {NonNullable<ReturnType<typeof parse>>} wanted */
async function run({ program, nodeOptions, asked }) {
  const folder = makeFolder();
  process.on('exit', () => removeFolder(folder));
  const end = await start({
    program,
    nodeOptions,
    preload: PRELOAD,
    // Child processes as well: each leaves what it found.
    isEverything: true,
    variables: { [VARIABLES.results]: folder, [VARIABLES.leaks]: asked.leaks ? '1' : '0' },
  });
  clearSignals();
  if (end.error !== undefined) {
    process.stderr.write(`${NAME}: ${end.error.message}\n`);
    return end.code;
  }
  const results = readResults(folder);
  removeFolder(folder);
  const out = asked.json ? process.stdout : process.stderr;
  await new Promise((resolve) => out.write(report(results, asked), resolve));
  if (lossesIn(results, asked) > 0) return LOST;
  return end.signal === null ? end.code : endAs(end.signal);
}

module.exports = { command: commandOf({ name: NAME, usage, options, parse, run }) };
