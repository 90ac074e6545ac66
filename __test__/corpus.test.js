'use strict';
// The comparison corpus: each program of corpus/ shows the same events, in the same order, under this package as
// under Node's own module: in processes of their own, and with the hooks of both enabled in one process.
//
// A program may say in its first line what the comparison has to know, as in `// corpus: {"exit": 1}`:
//   exit         the exit code that it ends with
//   nodeOptions  options for Node
//   skip         the Node versions that cannot run it, with the reason, as in {"20": "no zstd"}
//   varies       why its events differ from one process to the next with either module; it is compared in one process
//
// ASYNC_HOOKS_RS_CORPUS=a,b runs the programs a and b alone, with or without their extensions.
// ASYNC_HOOKS_RS_SAMPLE=1 runs each program in one of the three ways (support/sample.js).

const assert = require('node:assert');
const { asyncWrapProviders } = require('node:async_hooks');
const { readFileSync, readdirSync } = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { compare } = require('../lib/compare');
const { formatResult } = require('../lib/compare/report');
const { sampleOf } = require('./support/sample');
const { patience } = require('../scripts/patience');

/**
 * @typedef {object} Facts
 * @property {number} [exit]
 * @property {string[]} [nodeOptions]
 * @property {Record<string, string>} [skip]
 * @property {string} [varies]
 */

const DIRECTORY = path.join(__dirname, 'corpus');
const LEAST_PROGRAMS = 60;
const NODE_MAJOR = Number.parseInt(process.versions.node, 10);
const TIMEOUT_SECONDS = patience(30);
// Enough for the few programs whose events come in one of several orders, as the end of a Worker does.
const ATTEMPTS = 10;

const MODES = /** @type {const} */ ({
  'separate processes': { mode: 'separate' },
  'one process, builtin first': { mode: 'same-process', order: 'builtin-first' },
  'one process, ours first': { mode: 'same-process', order: 'ours-first' },
});

// What the corpus must show at least.
const TYPES = [
  'TCPWRAP',
  'TCPSERVERWRAP',
  'TCPCONNECTWRAP',
  'PIPEWRAP',
  'PIPESERVERWRAP',
  'PIPECONNECTWRAP',
  'SHUTDOWNWRAP',
  'WRITEWRAP',
  'HTTPINCOMINGMESSAGE',
  'HTTPCLIENTREQUEST',
  'HTTP2SESSION',
  'HTTP2STREAM',
  'HTTP2PING',
  'HTTP2SETTINGS',
  'TLSWRAP',
  'JSSTREAM',
  'STREAMPIPE',
  'UDPWRAP',
  'UDPSENDWRAP',
  'DNSCHANNEL',
  'GETADDRINFOREQWRAP',
  'GETNAMEINFOREQWRAP',
  'QUERYWRAP',
  'FSREQCALLBACK',
  'FSREQPROMISE',
  'FILEHANDLE',
  'FILEHANDLECLOSEREQ',
  'DIRHANDLE',
  'FSEVENTWRAP',
  'STATWATCHER',
  'PROCESSWRAP',
  'ZLIB',
  'RANDOMBYTESREQUEST',
  'RANDOMPRIMEREQUEST',
  'CHECKPRIMEREQUEST',
  'PBKDF2REQUEST',
  'SCRYPTREQUEST',
  'DERIVEBITSREQUEST',
  'KEYPAIRGENREQUEST',
  'KEYGENREQUEST',
  'HASHREQUEST',
  'CIPHERREQUEST',
  'SIGNREQUEST',
  'Timeout',
  'Immediate',
  'TickObject',
  'Microtask',
  'PROMISE',
  'MESSAGEPORT',
  'WORKER',
  'SIGNALWRAP',
  'ELDHISTOGRAM',
  'BLOBREADER',
  // Of newer Nodes.
  ...['ARGON2REQUEST'].filter((type) => type in asyncWrapProviders),
];

/** @param {string} file @returns {Facts} */
function factsOf(file) {
  const [line] = readFileSync(path.join(DIRECTORY, file), 'utf8').split('\n', 1);
  const found = /^\/\/ corpus: (.*)$/.exec(line);
  return found ? JSON.parse(found[1]) : {};
}

/**
 * The ways to compare a program.
 * @param {number} index of the program
 * @param {Facts} facts
 */
function modesFor(index, { varies }) {
  const modes = Object.entries(MODES);
  return sampleOf(varies ? modes.filter(([, { mode }]) => mode !== 'separate') : modes, index);
}

/** @param {string} file */
const bareName = (file) => path.basename(file, path.extname(file));

const programs = readdirSync(DIRECTORY).filter((file) => /\.m?js$/.test(file));
const wanted = process.env.ASYNC_HOOKS_RS_CORPUS?.split(',').map((name) => bareName(name.trim()));
const chosen = wanted ? programs.filter((file) => wanted.includes(bareName(file))) : programs;

/** Types of resources that both modules announced, over all programs. */
const seen = new Set();

/**
 * @param {string} file
 * @param {Facts} facts
 * @param {typeof MODES[keyof typeof MODES]} mode
 */
async function check(file, { exit, nodeOptions }, mode) {
  const result = await compare({
    script: path.join(DIRECTORY, file),
    nodeOptions,
    expectExit: exit,
    attempts: ATTEMPTS,
    timeout: TIMEOUT_SECONDS,
    ...mode,
  });
  assert.ok(result.agree, `\n${formatResult(result)}`);
  for (const [type, { init }] of Object.entries(result.counts)) if (init) seen.add(type);
}

test('the corpus', { concurrency: 2 }, async (t) => {
  const running = chosen.flatMap((file, index) => {
    const facts = factsOf(file);
    return modesFor(index, facts).map(([name, mode]) => {
      const skip = facts.skip?.[NODE_MAJOR];
      return t.test(`${file} in ${name}`, { skip }, () => check(file, facts, mode));
    });
  });
  await Promise.all(running);
});

test('the corpus has its size', () => {
  assert.ok(programs.length >= LEAST_PROGRAMS, `${programs.length} programs`);
  const unknown = wanted?.filter((name) => !programs.map(bareName).includes(name)) ?? [];
  assert.deepStrictEqual(unknown, [], 'named in ASYNC_HOOKS_RS_CORPUS');
});

test('the corpus covers the resources of the runtime', { skip: wanted && 'only a part was run' }, () => {
  assert.deepStrictEqual(
    TYPES.filter((type) => !seen.has(type)),
    [],
  );
});
