#!/usr/bin/env node
'use strict';
/** The command line: `async-hooks-rs <command> …`. A command takes its arguments and answers the exit code. */

const fs = require('node:fs');
const path = require('node:path');

const { nearest } = require('../lib/cli/nearest');
const { refuse } = require('../lib/cli/usage');

const NAME = 'async-hooks-rs';

/** @type {Record<string, {summary: string, load: () => (argv: string[]) => Promise<number>}>} */
const commands = {
  compare: {
    summary: "run a script with Node's async_hooks and with this package, and compare the events",
    load: () => require('../lib/cli/compare').command,
  },
  context: {
    summary: 'run a program and show where its AsyncLocalStorage lost a store',
    load: () => require('../lib/cli/context').command,
  },
  record: { summary: 'run a program and record its asynchronous operations', load: () => require('../lib/cli/record').command },
  top: { summary: 'show what a program does now, in a terminal', load: () => require('../lib/cli/top').command },
  report: { summary: 'report on a recording, or write it in other forms', load: () => require('../lib/cli/report').command },
};

const HELP = ['help', '--help', '-h'];
const VERSION = ['version', '--version', '-v'];

function usage() {
  const rows = Object.entries({ ...commands, help: { summary: 'print this text; help <command> explains a command' } }).map(
    ([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`,
  );
  return (
    `Usage: ${NAME} <command> [options]\n\n${rows.join('\n')}\n\n` +
    `${NAME} <command> --help explains a command, ${NAME} --version prints the version.\n`
  );
}

/** @returns {string} */
function version() {
  return JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8')).version;
}

/** @param {string[]} argv */
async function main([name, ...argv]) {
  if (name === undefined) return refuse(NAME, 'No command is given.');
  if (VERSION.includes(name)) return print(`${version()}\n`);
  if (HELP.includes(name)) {
    const about = argv.find((word) => !HELP.includes(word));
    return about === undefined ? print(usage()) : call(about, ['--help']);
  }
  return call(name, argv);
}

/**
 * @param {string} name
 * @param {string[]} argv
 */
async function call(name, argv) {
  if (Object.hasOwn(commands, name)) return commands[name].load()(argv);
  const isOption = name.startsWith('-');
  const meant = nearest(name, isOption ? [...HELP, ...VERSION] : [...Object.keys(commands), 'help', 'version']);
  return refuse(NAME, `There is no ${isOption ? 'option' : 'command'} ${name}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`);
}

/** @param {string} text */
function print(text) {
  process.stdout.write(text);
  return 0;
}

// An `exit` handler ends the processes that a command has started.
for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  process.once(signal, () => process.exit(code));
}
main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
