'use strict';

/** Runs a client's program once, in a process of its own, and reads what a user sees. */

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/**
 * @typedef {import('./modes').Mode} Mode
 * @typedef {import('../../scripts/nodes').NodeBinary} NodeBinary
 * @typedef {{ code: number | null, stdout: string, stderr: string }} Output
 */

/**
 * What `programs/<name>/client.js` exports.
 * @typedef {object} Client
 * @property {string} name that of the folder; set by the runner
 * @property {string} [title] in the table; the name by default
 * @property {string[]} packages whose versions the table shows, the client itself first
 * @property {string} asserts what must be seen, for the table
 * @property {string[]} uses what the program takes from `async_hooks`, at the least
 * @property {string} [program] a path inside the folder; `program.js` by default
 * @property {string[]} [args] of the program
 * @property {string[]} [nodeArgs]
 * @property {string[]} [preload] modules that the client's README preloads
 * @property {string} [server] the name of a file in `servers/`
 * @property {boolean} [isNative] what is asserted is seen in callbacks of a native addon: Node 24 and 26 lose it
 * @property {string} [built] a package that is compiled when it is installed; without a compiler the client is skipped
 * @property {number} [seconds] until it is killed
 * @property {(output: Output) => unknown} [read] facts in the output; JSON lines by default
 * @property {(facts: any) => void} expect throws where a user would see something wrong
 */

/** @typedef {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} Child */

/** @typedef {{ facts?: any, taken?: string[], error?: Error }} Observation */

const DEADLINE_IN_SECONDS = 60;

/**
 * @param {Client} client
 * @param {NodeBinary} node
 * @param {Mode} mode
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Observation>}
 */
async function run(client, node, mode, env) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-client-'));
  const witness = path.join(folder, 'witness.json');
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  process.on('exit', remove);
  try {
    const output = await start(client, node, mode, { ...env, CLIENTS_WITNESS: witness });
    const facts = (client.read ?? readLines)(output);
    client.expect(facts);
    return { facts, taken: readWitness(witness) };
  } catch (error) {
    return { error: /** @type {Error} */ (error) };
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/**
 * @param {Client} client
 * @param {NodeBinary} node
 * @param {Mode} mode
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Output>}
 */
function start(client, node, mode, env) {
  const folder = path.join(__dirname, 'programs', client.name);
  const args = [
    ...(client.nodeArgs ?? []),
    ...[...mode.modules, ...(client.preload ?? [])].flatMap((module) => [mode.flag, importable(module, mode)]),
    path.join(folder, client.program ?? 'program.js'),
    ...(client.args ?? []),
  ];
  const child = spawn(node.path, args, {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '', FORCE_COLOR: '0', NO_COLOR: '1', ...mode.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  return outputOf(child, client.seconds ?? DEADLINE_IN_SECONDS);
}

/**
 * @param {Child} child
 * @param {number} seconds until it is killed
 * @returns {Promise<Output>}
 */
function outputOf(child, seconds) {
  let overdue = false;
  const kill = () => killWithChildren(child);
  const deadline = setTimeout(() => {
    overdue = true;
    kill();
  }, seconds * 1000);
  process.on('exit', kill);
  const stdout = textOf(child.stdout);
  const stderr = textOf(child.stderr);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', async (code, signal) => {
      clearTimeout(deadline);
      process.off('exit', kill);
      const output = { code, stdout: await stdout, stderr: await stderr };
      if (overdue) return reject(new Error(`did not end in ${seconds} seconds${said(output)}`));
      if (signal !== null) return reject(new Error(`ended by ${signal}${said(output)}`));
      resolve(output);
    });
  });
}

/**
 * @param {string} module
 * @param {Mode} mode
 */
function importable(module, { flag }) {
  return flag === '--import' && path.isAbsolute(module) ? require('node:url').pathToFileURL(module).href : module;
}

/** @param {Child} child */
function killWithChildren(child) {
  try {
    if (process.platform !== 'win32') process.kill(-(/** @type {number} */ (child.pid)), 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

/** @param {import('node:stream').Readable} stream */
async function textOf(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}

/** @param {Output} output */
function readLines({ code, stdout, stderr }) {
  if (code !== 0) throw new Error(`exit code ${code}${said({ stdout, stderr })}`);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** @param {{ stdout: string, stderr: string }} output */
function said({ stdout, stderr }) {
  const text = (stderr.trim() || stdout.trim()).slice(0, 2000);
  return text === '' ? '' : `: ${text}`;
}

/** @param {string} file */
function readWitness(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : [];
}

module.exports = { run };
