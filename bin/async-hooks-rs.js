#!/usr/bin/env node
'use strict';
/** The command line: `async-hooks-rs <command> …`. A command takes its arguments and answers the exit code. */

/** @type {Record<string, {summary: string, load: () => (argv: string[]) => Promise<number>}>} */
const commands = {
  compare: {
    summary: 'compare the events of a script under Node\'s async_hooks and under this package',
    load: () => require('../lib/compare/command').command,
  },
  record: {
    summary: 'run a program and record its asynchronous operations',
    load: () => require('../lib/record/command').command,
  },
  report: {
    summary: 'tell what a recording says, or write it in other forms',
    load: () => require('../lib/report/command').command,
  },
};

const USAGE_EXIT_CODE = 2;

function usage() {
  const rows = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`);
  return `Usage: async-hooks-rs <command> [options]\n\n${rows.join('\n')}\n\nasync-hooks-rs <command> --help tells more.\n`;
}

/** @param {string[]} argv */
async function main([name, ...argv]) {
  if (name === '--help' || name === '-h') {
    process.stdout.write(usage());
    return 0;
  }
  if (name === undefined || !Object.hasOwn(commands, name)) {
    process.stderr.write(`${name === undefined ? 'No command is given.' : `There is no command ${name}.`}\n\n${usage()}`);
    return USAGE_EXIT_CODE;
  }
  return commands[name].load()(argv);
}

// An `exit` handler ends the processes that a command has started.
for (const [signal, code] of /** @type {const} */ ([['SIGINT', 130], ['SIGTERM', 143]])) {
  process.once(signal, () => process.exit(code));
}
main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
