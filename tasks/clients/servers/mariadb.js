'use strict';

/** MariaDB. */

const path = require('node:path');
const { find, makeHome, prepare, freePort, serve } = require('./process');

const PACKAGE = 'mariadb-server';

function isInstalled() {
  return find('mariadbd') !== undefined && find('mariadb-install-db') !== undefined;
}

async function start() {
  const home = makeHome('mysql');
  const data = path.join(home.folder, 'data');
  const log = ['--innodb-flush-log-at-trx-commit=0', '--skip-log-bin'];
  prepare(home, String(find('mariadb-install-db')), [
    '--no-defaults',
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
  const port = String(await freePort());
  const stop = await serve(home, String(find('mariadbd')), [
    '--no-defaults',
    `--datadir=${data}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    `--socket=${path.join(home.folder, 'socket')}`,
    `--pid-file=${path.join(home.folder, 'pid')}`,
    ...log,
  ]);
  return { env: { CLIENTS_MARIADB_PORT: port }, stop };
}

module.exports = { PACKAGE, isInstalled, start };
