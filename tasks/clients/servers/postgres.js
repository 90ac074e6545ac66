'use strict';

/** PostgreSQL. */

const fs = require('node:fs');
const path = require('node:path');
const { find, makeHome, prepare, freePort, serve } = require('./process');

const PACKAGE = 'postgresql';

function folders() {
  const versions = '/usr/lib/postgresql';
  return fs.existsSync(versions)
    ? fs
        .readdirSync(versions)
        .sort()
        .reverse()
        .map((version) => path.join(versions, version, 'bin'))
    : [];
}

const program = (/** @type {string} */ name) => find(name, folders());

function isInstalled() {
  return program('postgres') !== undefined && program('initdb') !== undefined;
}

async function start() {
  const home = makeHome('postgres');
  const data = path.join(home.folder, 'data');
  prepare(home, String(program('initdb')), ['--pgdata', data, '--auth', 'trust', '--username', 'clients', '--no-sync', '--no-locale']);
  const port = String(await freePort());
  const stop = await serve(home, String(program('postgres')), [
    '-D',
    data,
    '-h',
    '127.0.0.1',
    '-p',
    port,
    '-c',
    `unix_socket_directories=${home.folder}`,
    '-c',
    'fsync=off',
  ]);
  return { env: { CLIENTS_POSTGRES_PORT: port }, stop };
}

module.exports = { PACKAGE, isInstalled, start };
