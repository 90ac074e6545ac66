'use strict';

/** The inspector of a process that runs: opened where it is closed, found, and known to be that of this process and no other. */

const http = require('node:http');
const net = require('node:net');
const { setTimeout: sleep } = require('node:timers/promises');

const { clientsOf, isAlive, listenersOf, optionsOf, takesSignal } = require('./process');
const { Refusal } = require('./refusal');

const DEFAULT_PORT = 9229;
const LOOPBACK = '127.0.0.1';
/** Milliseconds that a process may take to open its inspector, and to be ready for the signal when it has only just been started. */
const PATIENCE = 10_000;
const STARTING = 1000;
const PAUSE = 10;
/** Milliseconds for an answer of what may be no inspector. */
const ANSWER = 2000;
const MAX_ANSWER = 2 ** 20;

/**
 * @typedef {object} Found
 * @property {URL} url of its WebSocket
 * @property {number} port
 * @property {boolean} wasOpen before
 */

/**
 * @param {number} pid
 * @returns {Promise<Found>}
 */
async function openInspector(pid) {
  const open = await openBefore(pid);
  if (open !== null) {
    if (await isUsed(pid, open.port)) {
      throw new Refusal('a debugger is connected to its inspector. Close the debugger first');
    }
    return open;
  }
  await awaitReadiness(pid);
  const before = new Set(listenersOf(pid)?.map(({ port }) => port));
  /** @type {any} */ (process)._debugProcess(pid);
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(PAUSE)) {
    if (!isAlive(pid)) throw new Refusal('it has ended');
    const candidates = listenersOf(pid)?.filter(({ port }) => !before.has(port));
    const found = await inspectorAmong(candidates ?? [{ host: LOOPBACK, port: DEFAULT_PORT }]);
    if (found !== null) return { ...found, wasOpen: false };
    const port = await takenPort(pid);
    if (port !== null) {
      throw new Refusal(
        `its inspector cannot open: port ${port} belongs to another process. End that process, or start the program with --inspect-port=0`,
      );
    }
  }
  throw new Refusal(
    'its inspector does not open. Either the program has its own listener for SIGUSR1, or it is too busy to handle the signal, ' +
      'or Node forbids it (--permission). Record it from the start: npx async-hooks-rs record app.js',
  );
}

/**
 * An inspector that is open already.
 * @param {number} pid
 * @returns {Promise<Found | null>}
 */
async function openBefore(pid) {
  const listeners = listenersOf(pid);
  if (listeners === null) return null;
  const ports = portsOf(pid);
  // With port 0 it may be any of them.
  const named = ports.includes(0) ? listeners : listeners.filter(({ port }) => port === DEFAULT_PORT || ports.includes(port));
  const found = await inspectorAmong(named);
  return found === null ? null : { ...found, wasOpen: true };
}

/**
 * Whether somebody is connected to an inspector. Who only asked what it is may not be gone yet.
 * @param {number} pid
 * @param {number} port
 */
async function isUsed(pid, port) {
  for (const end = Date.now() + STARTING; (clientsOf(pid, port) ?? 0) > 0; await sleep(PAUSE)) {
    if (Date.now() > end) return true;
  }
  return false;
}

/**
 * The ports that the options of a process name for an inspector.
 * @param {number} pid
 * @returns {number[]}
 */
function portsOf(pid) {
  return optionsOf(pid).flatMap((word, at, words) => {
    const [, name, value = words[at + 1]] = /^--(inspect(?:-brk|-wait|-port)?|debug-port)(?:=(.*))?$/.exec(word) ?? [];
    const [port] = /\d+$/.exec(name === undefined ? '' : (value ?? '')) ?? [];
    return port === undefined ? [] : Number(port);
  });
}

/** @param {number} pid */
async function awaitReadiness(pid) {
  for (const end = Date.now() + STARTING; takesSignal(pid) === false; await sleep(PAUSE)) {
    if (Date.now() < end) continue;
    throw new Refusal(
      'it ignores the signal that opens its inspector: it was started with --disable-sigusr1 or --permission. ' +
        'Record it from the start: npx async-hooks-rs record app.js',
    );
  }
}

/**
 * @param {import('./process').Address[]} addresses
 * @returns {Promise<{ url: URL, port: number } | null>}
 */
async function inspectorAmong(addresses) {
  for (const { host, port } of addresses) {
    try {
      const [{ webSocketDebuggerUrl }] = await listAt(host, port);
      const url = new URL(webSocketDebuggerUrl);
      url.hostname = net.isIPv6(host) ? `[${host}]` : host;
      return { url, port };
    } catch {
      // It is something else, or gone.
    }
  }
  return null;
}

/**
 * What an inspector says of itself.
 * @param {string} host
 * @param {number} port
 * @returns {Promise<any>}
 */
function listAt(host, port) {
  return new Promise((resolve, reject) => {
    const request = http.get({ host, port, path: '/json/list', agent: false, timeout: ANSWER }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (more) => {
        text += more;
        if (text.length > MAX_ANSWER) request.destroy(new Error('it is no inspector'));
      });
      response.on('error', reject);
      response.on('end', () => {
        request.destroy();
        try {
          resolve(JSON.parse(text));
        } catch (error) {
          reject(error);
        }
      });
    });
    request.once('timeout', () => request.destroy(new Error('it does not answer')));
    request.once('error', reject);
  });
}

/**
 * The port that a process wants for its inspector, where somebody else has it.
 * @param {number} pid
 * @returns {Promise<number | null>}
 */
async function takenPort(pid) {
  const own = listenersOf(pid);
  if (own === null) return null;
  const [port = DEFAULT_PORT] = portsOf(pid);
  if (port === 0 || own.some((address) => address.port === port)) return null;
  const isTaken = await new Promise((resolve) => {
    const socket = net.connect({ host: LOOPBACK, port, timeout: ANSWER }, () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('timeout', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
  // It may be that of the process, opened since.
  return isTaken && !listenersOf(pid)?.some((address) => address.port === port) ? port : null;
}

module.exports = { openInspector };
