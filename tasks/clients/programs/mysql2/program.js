'use strict';

/** A web server over a pool of 3 connections to MariaDB. */

const { AsyncResource } = require('node:async_hooks');
const mysql = require('mysql2/promise');
const { visit } = require('../support/site');

const pool = mysql.createPool({ host: '127.0.0.1', port: Number(process.env.CLIENTS_MARIADB_PORT), user: 'root', connectionLimit: 3 });

async function handle(id, note) {
  const [rows] = await pool.query('select ? as id, sleep(0.005)', [id]);
  note('query', rows[0].id);
  const several = await Promise.all(Array.from({ length: 3 }, () => pool.execute('select ? as id', [id])));
  note('prepared', several[2][0][0].id);
  await new Promise((resolve) => {
    pool.pool.query(
      'select ? as id',
      [id],
      AsyncResource.bind((error, [row]) => {
        note('callback', row.id);
        resolve();
      }),
    );
  });
  await transact(id, note);
  await pool.query('no sql').catch(() => note('error', id));
}

async function transact(id, note) {
  const connection = await pool.getConnection();
  note('connect', id);
  try {
    await connection.beginTransaction();
    const [rows] = await connection.query('select ? as id', [id]);
    note('transaction', rows[0].id);
    await connection.commit();
  } finally {
    connection.release();
  }
  note('release', id);
}

visit(handle).then(() => pool.end());
