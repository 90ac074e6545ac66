'use strict';

/**
 * The questions of why a program does not exit (`__test__/questions/exit-*`), answered by a recording and by
 * why-is-node-running beside it, which is asked a moment before the program is ended.
 *
 *   node tasks/clients/why [--node major ...]
 *
 * Of each program, the lines that are the answer and those that were named. The exit code is 1 where a recording names fewer of
 * the answer. why-is-node-running is installed by `npm run test:clients`.
 */

const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { setTimeout: sleep } = require('node:timers/promises');
const { parseArgs } = require('node:util');
const { headOf } = require('../../../__test__/support/questions');
const { nodes } = require('../../../scripts/nodes');

const ROOT = path.join(__dirname, '..', '..', '..');
const BIN = path.join(ROOT, 'bin', 'async-hooks-rs.js');
const QUESTIONS = path.join(ROOT, '__test__', 'questions');
const ASK = pathToFileURL(path.join(__dirname, 'ask.mjs')).href;
/** Milliseconds for a program to start in. */
const START = 500;

/** @typedef {import('../../../scripts/nodes').NodeBinary} NodeBinary */

async function main() {
  const { node } = parseArgs({ options: { node: { type: 'string', multiple: true, default: ['24'] } } }).values;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-why-'));
  try {
    for (const binary of await nodes(node.map(Number))) await onNode(binary, folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {NodeBinary} node
 * @param {string} folder
 */
async function onNode(node, folder) {
  console.log(`Node ${node.version}\n\n| program | the answer | a recording | why-is-node-running |\n| --- | --- | --- | --- |`);
  for (const name of fs.readdirSync(QUESTIONS).filter((name) => /^exit-.*\.m?js$/.test(name))) {
    const file = path.join(QUESTIONS, name);
    const head = headOf(file);
    if (head.delay === null) continue;
    const output = path.join(folder, name);
    const ours = await byRecording(node, file, `${output}.rec`, head);
    const theirs = await byWhy(node, file, `${output}.json`, head);
    console.log(`| ${name} | ${[...head.all, ...head.some].join(', ')} | ${ours.join(', ')} | ${theirs.join(', ')} |`);
    if (right(ours, head) < right(theirs, head)) process.exitCode = 1;
  }
  console.log();
}

/**
 * So many of the lines that are the answer were named.
 * @param {string[]} named
 * @param {ReturnType<typeof headOf>} head
 */
function right(named, { all, some }) {
  const isNamed = (/** @type {number} */ line) => named.includes(String(line));
  return all.filter(isNamed).length + Number(some.some(isNamed));
}

/**
 * @param {NodeBinary} node
 * @param {string} file
 * @param {string} recording
 * @param {ReturnType<typeof headOf>} head
 * @returns {Promise<string[]>} the lines that its finding names, and other files
 */
async function byRecording(node, file, recording, head) {
  await run(node, [BIN, 'record', '-o', recording, file], head);
  const { stdout } = spawnSync(node.path, [BIN, 'report', '--json', recording], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  /** @type {{ kind: string, text: string, evidence: string[] }[]} */
  const findings = JSON.parse(stdout).findings;
  return linesIn(
    findings.filter(({ kind }) => kind === 'does-not-exit').flatMap(({ text, evidence }) => [text, ...evidence]),
    file,
  );
}

/**
 * @param {NodeBinary} node
 * @param {string} file
 * @param {string} output
 * @param {ReturnType<typeof headOf>} head
 * @returns {Promise<string[]>} the lines that it names, other files, and what it has no line of
 */
async function byWhy(node, file, output, head) {
  await run(node, ['--import', ASK, file], head, { WHY_FILE: output, WHY_AFTER: String(Number(head.delay)) });
  if (!fs.existsSync(output)) return ['it was not asked'];
  const [, ...sections] = fs.readFileSync(output, 'utf8').split('\n# ');
  return sections.flatMap((section) => {
    const [type, ...frames] = section.trim().split('\n');
    const named = linesIn([frames[0] ?? ''], file);
    return named.length > 0 ? named : [`${type} at no line`];
  });
}

/**
 * @param {string[]} texts
 * @param {string} file
 */
function linesIn(texts, file) {
  const places = texts.flatMap((text) => [...text.matchAll(/([\w.-]+\.m?js):(\d+)/g)]);
  return [...new Set(places.map(([place, name, line]) => (name === path.basename(file) ? line : place)))];
}

/**
 * @param {NodeBinary} node
 * @param {string[]} args
 * @param {ReturnType<typeof headOf>} head
 * @param {NodeJS.ProcessEnv} env
 */
async function run(node, args, { stdin, delay, signal }, env = {}) {
  const child = spawn(node.path, args, {
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'ignore', 'ignore'],
    env: { ...process.env, ...env },
  });
  if (stdin !== undefined && stdin !== 'open') child.stdin?.end(`${stdin.split(' ').join('\n')}\n`);
  const end = once(child, 'exit');
  await sleep(START + Number(delay));
  child.kill(signal);
  await end;
}

main();
