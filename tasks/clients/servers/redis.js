'use strict';

/** Redis. */

const { find, makeHome, freePort, serve } = require('./process');

const PACKAGE = 'redis-server';
const program = () => find('redis-server');

function isInstalled() {
  return program() !== undefined;
}

async function start() {
  const home = makeHome('nobody');
  const port = String(await freePort());
  const stop = await serve(home, String(program()), [
    '--bind',
    '127.0.0.1',
    '--port',
    port,
    '--dir',
    home.folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ]);
  return { env: { CLIENTS_REDIS_PORT: port }, stop };
}

module.exports = { PACKAGE, isInstalled, start };
