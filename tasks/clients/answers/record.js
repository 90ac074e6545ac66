'use strict';

/** Records a server while clients ask it, and reads what the report says of it. */

const { spawn, execFile } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');
const { setTimeout: sleep } = require('node:timers/promises');
const { freePort } = require('../servers/process');
const { send, startUpstream } = require('./load');

/**
 * @typedef {import('../../../scripts/nodes').NodeBinary} NodeBinary
 * @typedef {{ sent: Record<string, number>, text: string, data: any }} Recorded
 */

/** What a first screen shows. */
const LINES = 25;
const DEADLINE = 60_000;
/** Milliseconds before the end: the last that happened is written by then. */
const REST = 500;

/**
 * @param {string} bin the command line of this package
 * @param {NodeBinary} node
 * @param {import('./frameworks').Framework} framework
 * @param {import('./load').Phase[]} phases
 * @returns {Promise<Recorded>}
 */
async function record(bin, node, { folder, command }, phases) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-answers-'));
  const file = path.join(home, 'shop.rec');
  const upstream = await startUpstream();
  const port = await freePort();
  const env = {
    ...process.env,
    PATH: `${path.dirname(node.path)}${path.delimiter}${process.env.PATH}`,
    NODE_OPTIONS: '',
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    PORT: String(port),
    UPSTREAM: upstream.url,
  };
  const child = spawn(node.path, [bin, 'record', '-o', file, ...command(port)], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { said += text; });
  const ended = once(child, 'close');
  try {
    /** @type {Record<string, number>} */
    const sent = {};
    await listening(port, child);
    for (const phase of phases) {
      for (const [route, count] of Object.entries(await send(port, phase))) sent[route] = (sent[route] ?? 0) + count;
    }
    await sleep(REST);
    child.kill('SIGINT');
    const overdue = setTimeout(() => child.kill('SIGKILL'), DEADLINE);
    await ended;
    clearTimeout(overdue);
    const report = async (/** @type {string[]} */ ...options) => {
      const { stdout } = await promisify(execFile)(node.path, [bin, 'report', file, ...options], { env, maxBuffer: 2 ** 26 });
      return stdout;
    };
    return { sent, text: firstScreen(await report()), data: JSON.parse(await report('--json')) };
  } catch (error) {
    throw new Error(`${/** @type {Error} */ (error).message}\nThe server said:\n${said}`, { cause: error });
  } finally {
    child.kill('SIGKILL');
    upstream.close();
    fs.rmSync(home, { recursive: true, force: true });
  }
}

/** @param {string} text */
function firstScreen(text) {
  return text.split('\n').slice(0, LINES).join('\n');
}

/**
 * Waits until the port is open, and asks for nothing.
 * @param {number} port
 * @param {import('node:child_process').ChildProcess} child
 */
async function listening(port, child) {
  for (const began = Date.now(); Date.now() - began < DEADLINE;) {
    if (child.exitCode !== null) throw new Error(`It ended with the exit code ${child.exitCode}.`);
    const isOpen = await new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await sleep(50);
  }
  throw new Error('It did not listen in time.');
}

module.exports = { record };
