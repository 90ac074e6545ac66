'use strict';
/** The `record` command: runs a program as it is, and leaves a recording of it. */

const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { DEFAULT_FILE, VARIABLES, stacksOf } = require('./options');

const usage = `Usage: async-hooks-rs record [options] [--] app.js [args]

Runs the program with this Node and records its asynchronous operations, those of its workers included, in one file.
The program's input, output, signals and exit code are its own. See "async-hooks-rs report --help" for what to do
with the file.

  -o, --out FILE         where to (${DEFAULT_FILE}; %p is the process id)
  --types TYPE,TYPE      only resources of these types, as in --types Timeout,TCPWRAP
  --no-promises          no promises
  --stacks[=1/N]         where resources are created, of all or of one in N
  --children             child processes as well, each in a file of its own
  --node-options "..."   options for Node, before the program
  --help                 print this text

Exit code: the program's, and 2 for wrong usage
`;

const options = /** @type {const} */ ({
  out: { type: 'string', short: 'o' },
  types: { type: 'string' },
  'no-promises': { type: 'boolean' },
  stacks: { type: 'string' },
  children: { type: 'boolean' },
  'node-options': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
});

const USAGE_EXIT_CODE = 2;
/** What a shell says of a program that a signal has ended. */
const SIGNAL_EXIT_CODE = 128;
/** Signals that a terminal sends to all that it runs, so the program has them already. */
const OF_TERMINALS = ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGWINCH', 'SIGBREAK'];
const SIGNALS = /** @type {NodeJS.Signals[]} */ (process.platform === 'win32' ?
  ['SIGINT', 'SIGTERM', 'SIGBREAK'] :
  ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGCONT', 'SIGWINCH']);

/**
 * @param {string[]} argv
 * @returns {Promise<number>} the exit code
 */
async function command(argv) {
  let wanted;
  try {
    wanted = parse(argv);
  } catch (error) {
    process.stderr.write(`${/** @type {Error} */ (error).message}\n\n${usage}`);
    return USAGE_EXIT_CODE;
  }
  if (wanted === null) {
    process.stdout.write(usage);
    return 0;
  }
  return run(wanted);
}

/**
 * @param {string[]} argv
 * @returns {{ nodeArgs: string[], env: NodeJS.ProcessEnv } | null} null when help was asked for
 */
function parse(argv) {
  // Its value is optional, which the parser does not know.
  const args = argv.map((word) => (word === '--stacks' ? '--stacks=1' : word));
  // What follows the program belongs to it, whatever it looks like.
  const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true });
  const at = tokens.find(({ kind }) => kind === 'positional')?.index ?? args.length;
  const { values } = parseArgs({ args: args.slice(0, at), options, allowPositionals: true });
  if (values.help) return null;
  if (at === args.length) throw new Error('No program is given.');
  if (values.stacks !== undefined) stacksOf(values.stacks);
  const preload = path.join(__dirname, '..', '..', 'record.js');
  const nodeOptions = values['node-options']?.match(/\S+/g) ?? [];
  const program = argv.slice(at);
  const env = { ...process.env, ...environmentOf(values) };
  if (!values.children) return { nodeArgs: [...nodeOptions, '--require', preload, ...program], env };
  // Reaches whatever Node the program starts.
  env.NODE_OPTIONS = `${env.NODE_OPTIONS ?? ''} --require ${JSON.stringify(preload)}`.trim();
  return { nodeArgs: [...nodeOptions, ...program], env };
}

/** @param {{ out?: string, types?: string, 'no-promises'?: boolean, stacks?: string, children?: boolean }} values */
function environmentOf(values) {
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    // The program may change its folder before it writes.
    [VARIABLES.file]: path.resolve(values.out ?? DEFAULT_FILE),
  };
  if (values.types !== undefined) env[VARIABLES.types] = values.types;
  if (values['no-promises']) env[VARIABLES.promises] = '0';
  if (values.stacks !== undefined) env[VARIABLES.stacks] = values.stacks;
  if (values.children) env[VARIABLES.children] = '1';
  return env;
}

/**
 * @param {{ nodeArgs: string[], env: NodeJS.ProcessEnv }} wanted
 * @returns {Promise<number>}
 */
function run({ nodeArgs, env }) {
  const child = spawn(process.execPath, nodeArgs, { stdio: 'inherit', env });
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of SIGNALS) {
    // Those of the command line itself, which end it.
    process.removeAllListeners(signal);
    process.on(signal, () => {
      if (!hasTerminal || !OF_TERMINALS.includes(signal)) child.kill(signal);
    });
  }
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`async-hooks-rs: ${error.message}\n`);
      resolve(1);
    });
    child.on('exit', (code, signal) => resolve(code ?? endAs(/** @type {NodeJS.Signals} */ (signal))));
  });
}

/**
 * Ends by the signal that has ended the program.
 * @param {NodeJS.Signals} signal
 * @returns {number} the exit code where that cannot be
 */
function endAs(signal) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  return SIGNAL_EXIT_CODE + constants.signals[signal];
}

module.exports = { command };
