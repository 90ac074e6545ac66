'use strict';

/** A server's process: found, started as a user that it accepts, in a folder of its own, and ended. */

const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const DEADLINE = 60 * 1000;

/**
 * @typedef {object} Home
 * @property {string} folder
 * @property {{ uid?: number, gid?: number }} owner what `spawn` takes
 */

/**
 * @param {string} name
 * @param {string[]} [folders] beside those in PATH
 * @returns {string | undefined} the path of the program
 */
function find(name, folders = []) {
  const all = [...folders, ...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin'];
  return all.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

/**
 * A new folder. Where this is root, it belongs to the given user, because most servers refuse to run as root.
 * @param {string} user
 * @returns {Home}
 */
function makeHome(user) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-server-'));
  if (process.getuid?.() !== 0) return { folder, owner: {} };
  const owner = { uid: idOf('-u', user), gid: idOf('-g', user) };
  fs.chownSync(folder, owner.uid, owner.gid);
  return { folder, owner };
}

/**
 * @param {string} flag
 * @param {string} user
 */
function idOf(flag, user) {
  return Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
}

/**
 * Runs one of the server's own tools to its end.
 * @param {Home} home
 * @param {string} command
 * @param {string[]} args
 */
function prepare({ folder, owner }, command, args) {
  execFileSync(command, args, { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], timeout: DEADLINE });
}

/** @returns {Promise<number>} a port of loopback that nobody listens at now */
async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts the server and waits until it says that it is ready.
 * @param {Home} home
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<() => Promise<void>>} ends it and removes its folder
 */
async function serve({ folder, owner }, command, args) {
  const child = spawn(command, args, { ...owner, cwd: folder, env: { ...process.env, LC_ALL: 'C' }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const kill = () => child.kill('SIGKILL');
  const cleanUp = () => {
    kill();
    fs.rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', cleanUp);
  const stop = async () => {
    const deadline = setTimeout(kill, DEADLINE);
    // To PostgreSQL this is the fast way, which does not wait for clients; to the others it is the usual one.
    child.kill(path.basename(command) === 'postgres' ? 'SIGINT' : 'SIGTERM');
    await ended;
    clearTimeout(deadline);
    process.off('exit', cleanUp);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  try {
    await ready(child, command);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/**
 * @param {import('node:child_process').ChildProcessByStdio<null, import('node:stream').Readable, import('node:stream').Readable>} child
 * @param {string} command
 */
function ready(child, command) {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (/** @type {string} */ what) => reject(new Error(`${command} ${what}: ${text.slice(-2000)}`));
    const deadline = setTimeout(() => fail('was not ready in time'), DEADLINE);
    const read = (/** @type {Buffer} */ chunk) => {
      text += chunk;
      if (!/ready (to accept|for) connections/i.test(text)) return;
      clearTimeout(deadline);
      resolve(undefined);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(deadline);
      fail('ended');
    });
  });
}

module.exports = { find, makeHome, prepare, freePort, serve };
