'use strict';

/**
 * What the system tells of a process that runs: whether it can be attached to, and where it listens. Linux tells all of it. Elsewhere
 * what is not told stays open until the process answers itself.
 */

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const isLinux = process.platform === 'linux';

/** What the binary or library of any Node since 0.x exports. */
const OF_NODE = Buffer.from('node_module_register');
const CHUNK = 2 ** 22;
const NODE = /^node(?:js)?(?:\.exe)?$/i;

/** The bit of SIGUSR1 in the masks of `/proc/PID/status`. */
const SIGUSR1 = 1n << 9n;
/** States of sockets in `/proc/PID/net/tcp`. */
const ESTABLISHED = 1;
const LISTEN = 10;

/** @typedef {{ host: string, port: number }} Address */

/**
 * Why a process cannot be recorded, as far as that can be told without touching it.
 * @param {number} pid
 * @returns {string | null}
 */
function whyNotAttachable(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ESRCH') return 'there is no such process';
    if (code === 'EPERM') return "it is another user's process. Run this command as that user";
    throw error;
  }
  if (isLinux) return whyNotOnLinux(pid);
  // There a signal ends what is no Node. On Windows none is sent.
  if (process.platform !== 'win32' && !NODE.test(path.basename(commandOf(pid)))) return 'it is not Node';
  return null;
}

/** @param {number} pid */
function whyNotOnLinux(pid) {
  let status;
  try {
    status = statusOf(pid);
  } catch {
    return 'there is no such process';
  }
  if (status.Tgid !== String(pid)) return `it is a thread of process ${status.Tgid}`;
  if (/^[ZX]/.test(status.State)) return 'it has ended';
  if (/^[Tt]/.test(status.State)) return 'it is stopped. Continue it first, with SIGCONT or in its debugger';
  try {
    if (!isNode(pid)) return 'it is not Node';
    if (namespaceOf(pid, 'net') !== namespaceOf('self', 'net')) {
      return 'it has its own network, as containers have. Run this command inside it';
    }
  } catch (error) {
    return `this user has no access to it (${/** @type {NodeJS.ErrnoException} */ (error).code})`;
  }
  return null;
}

/**
 * Whether Node's debugger can be called by SIGUSR1. Any other process that the signal reaches may end.
 * @param {number} pid
 * @returns {boolean | null} null where the system does not tell
 */
function takesSignal(pid) {
  return isLinux ? (BigInt(`0x${statusOf(pid).SigCgt}`) & SIGUSR1) !== 0n : null;
}

/**
 * The id that the process itself knows: in a container of its own it has another one.
 * @param {number} pid
 */
function idOfItsOwn(pid) {
  return isLinux ? Number(statusOf(pid).NSpid?.split(/\s+/).pop() ?? pid) : pid;
}

/**
 * @param {number} pid
 * @returns {Record<string, string>}
 */
function statusOf(pid) {
  const text = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return Object.fromEntries(text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
}

/**
 * @param {number | string} pid
 * @param {string} kind
 */
function namespaceOf(pid, kind) {
  return fs.readlinkSync(`/proc/${pid}/ns/${kind}`);
}

/** @param {number} pid */
function isNode(pid) {
  if (contains(`/proc/${pid}/exe`, OF_NODE)) return true;
  // Distributions have Node as a library.
  const [library] = /\/\S*\/libnode\.so\S*/.exec(fs.readFileSync(`/proc/${pid}/maps`, 'utf8')) ?? [];
  return library !== undefined && contains(`/proc/${pid}/root${library}`, OF_NODE);
}

/**
 * @param {string} file
 * @param {Buffer} wanted
 */
function contains(file, wanted) {
  const descriptor = fs.openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(CHUNK);
    for (let at = 0; ; at += CHUNK - wanted.length) {
      const length = fs.readSync(descriptor, chunk, 0, CHUNK, at);
      if (chunk.subarray(0, length).includes(wanted)) return true;
      if (length < CHUNK) return false;
    }
  } finally {
    fs.closeSync(descriptor);
  }
}

/** @param {number} pid */
function commandOf(pid) {
  try {
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
}

/**
 * Where a process listens.
 * @param {number} pid
 * @returns {Address[] | null} null where the system does not tell
 */
function listenersOf(pid) {
  return isLinux ? socketsOf(pid).filter(({ state }) => state === LISTEN) : null;
}

/**
 * How many are connected to a port of a process.
 * @param {number} pid
 * @param {number} port
 * @returns {number | null} null where the system does not tell
 */
function clientsOf(pid, port) {
  return isLinux ? socketsOf(pid).filter((socket) => socket.state === ESTABLISHED && socket.port === port).length : null;
}

/**
 * @param {number} pid
 * @returns {(Address & { state: number })[]}
 */
function socketsOf(pid) {
  const own = new Set(
    fs.readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(fs.readlinkSync(`/proc/${pid}/fd/${name}`))?.[1] ?? [];
      } catch {
        // Closed since.
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) => {
    /** @type {string[]} */
    let lines = [];
    try {
      lines = fs.readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trim().split('\n').slice(1);
    } catch {
      // A system without IPv6 has no such table.
    }
    return lines.flatMap((line) => {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (!own.has(inode)) return [];
      const [address, port] = local.split(':');
      return { host: hostOf(address), port: Number.parseInt(port, 16), state: Number.parseInt(state, 16) };
    });
  });
}

/**
 * @param {string} address in hexadecimal, each four bytes as the processor has them
 * @returns {string} where to connect to
 */
function hostOf(address) {
  const bytes = address.match(/.{8}/g)?.flatMap((word) => [...Buffer.from(word, 'hex').reverse()]) ?? [];
  if (bytes.length === 4) return bytes.every((byte) => byte === 0) ? '127.0.0.1' : bytes.join('.');
  if (bytes.every((byte) => byte === 0)) return '::1';
  return Buffer.from(bytes).toString('hex').match(/.{4}/g)?.join(':') ?? '::1';
}

/**
 * What a process was started with, for Node: its command line, and NODE_OPTIONS.
 * @param {number} pid
 * @returns {string[]}
 */
function optionsOf(pid) {
  if (!isLinux) return [];
  const wordsIn = (/** @type {string} */ name) => {
    try {
      return fs.readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0');
    } catch {
      return [];
    }
  };
  const [variable = ''] = wordsIn('environ').filter((word) => word.startsWith('NODE_OPTIONS='));
  return [...wordsIn('cmdline'), ...variable.slice('NODE_OPTIONS='.length).split(/\s+/)];
}

/**
 * @param {number} pid
 * @returns {boolean}
 */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return !isLinux || !/^[ZX]/.test(statusOf(pid).State);
  } catch {
    return false;
  }
}

module.exports = { whyNotAttachable, takesSignal, idOfItsOwn, listenersOf, clientsOf, optionsOf, isAlive };
