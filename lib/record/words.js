'use strict';

/** What Node's resources are for, in words: some say it when they are created, of others the owner knows it a moment later. */

const { OwnSet, descriptionOf, getOwnPropertySymbols, includes, joined, withoutQuery } = require('../engine/own');

/** Handles of streams: they keep a process alive while they are read. */
const STREAMS = new OwnSet(['TCPWRAP', 'PIPEWRAP', 'TTYWRAP']);
const HANDLES = new OwnSet([
  'TCPWRAP',
  'PIPEWRAP',
  'TTYWRAP',
  'TCPSERVERWRAP',
  'PIPESERVERWRAP',
  'UDPWRAP',
  'PROCESSWRAP',
  'FSEVENTWRAP',
  'STATWATCHER',
  'WORKER',
  'MESSAGEPORT',
  'SIGNALWRAP',
]);

/** What a socket triggers to be connected. */
const CONNECTING = new OwnSet(['TCPCONNECTWRAP', 'PIPECONNECTWRAP']);

/** What a resource says of itself when it is created. @type {Record<string, (resource: any) => string | undefined>} */
const WORDS = {
  // @ts-ignore No type has what all objects have.
  __proto__: null,
  TCPCONNECTWRAP: ({ address, port }) => address && `connecting to ${hostOf(address, port)}`,
  PIPECONNECTWRAP: ({ address }) => address && `connecting to ${address}`,
  GETADDRINFOREQWRAP: ({ hostname }) => hostname && `DNS lookup of ${hostname}`,
  GETNAMEINFOREQWRAP: ({ host }) => host && `DNS lookup of ${host}`,
  QUERYWRAP: ({ hostname }) => hostname && `DNS query for ${hostname}`,
  HTTPCLIENTREQUEST: ({ req }) => req && `${req.method} ${req.host}${withoutQuery(req.path)}`,
};

/** What a handle is for, as its owner knows it a moment later. @type {Record<string, (owner: any, withArguments: boolean) => string | undefined>} */
const OWNERS = {
  // @ts-ignore As above.
  __proto__: null,
  TCPSERVERWRAP: (server) => `server on port ${server.address().port}`,
  PIPESERVERWRAP: (server) => `server on ${server.address()}`,
  TCPWRAP: (socket) =>
    socket.remotePort &&
    (socket.server
      ? `connection of a client to port ${socket.localPort}`
      : `connection to ${hostOf(socket._host ?? socket.remoteAddress, socket.remotePort)}`),
  PIPEWRAP: ({ fd }) => (fd >= 0 && fd < 3 ? ['stdin', 'stdout', 'stderr'][fd] : undefined),
  TTYWRAP: ({ fd }) => ['stdin', 'stdout', 'stderr'][fd],
  UDPWRAP: (socket) => `UDP socket on port ${socket.address().port}`,
  PROCESSWRAP: (child, withArguments) => `child process ${child.spawnfile}${withArguments ? ` ${joined(child.spawnargs, ' ', 1)}` : ''}`,
};

/**
 * @param {string} host
 * @param {number} port
 */
function hostOf(host, port) {
  return includes(host, ':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Who a handle belongs to. @param {any} handle */
function ownerOf(handle) {
  const symbols = getOwnPropertySymbols(handle);
  for (let at = 0; at < symbols.length; at++) {
    if (descriptionOf(symbols[at]) === 'owner_symbol') return handle[symbols[at]];
  }
  return undefined;
}

/**
 * Whether a resource keeps the process alive.
 * @param {string} type
 * @param {any} resource
 */
function holds(type, resource) {
  if (type === 'Timeout') return resource.hasRef() && resource._destroyed !== true;
  if (typeof resource.hasRef !== 'function' || !resource.hasRef()) return false;
  return !STREAMS.has(type) || resource.reading === true;
}

/** Whether resources of a type say what they are for when they are created. @param {string} type */
function saysWhat(type) {
  return WORDS[type] !== undefined;
}

/**
 * @param {string} type one of those
 * @param {any} resource
 */
function wordsOf(type, resource) {
  return WORDS[type](resource);
}

/** Whether the owner of such a handle knows what it is for. @param {string} type */
function hasOwner(type) {
  return OWNERS[type] !== undefined;
}

/**
 * @param {string} type one of those
 * @param {any} handle
 * @param {boolean} withArguments of child processes
 */
function wordsOfOwner(type, handle, withArguments) {
  const owner = ownerOf(handle);
  return owner == null ? undefined : OWNERS[type](owner, withArguments);
}

module.exports = { CONNECTING, HANDLES, hasOwner, holds, saysWhat, wordsOf, wordsOfOwner };
