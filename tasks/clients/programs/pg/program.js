'use strict';

/** A web server over a pool of 3 connections to PostgreSQL. */

const { AsyncResource } = require('node:async_hooks');
const { Pool } = require('pg');
const { visit } = require('../support/site');

const pool = new Pool({
  host: '127.0.0.1',
  port: Number(process.env.CLIENTS_POSTGRES_PORT),
  user: 'clients',
  database: 'postgres',
  max: 3,
});
const ask = 'select $1::text as id';

async function handle(id, note) {
  const { rows } = await pool.query('select $1::text as id, pg_sleep(0.005)', [id]);
  note('query', rows[0].id);
  const several = await Promise.all(Array.from({ length: 3 }, () => pool.query({ name: 'prepared', text: ask, values: [id] })));
  note('prepared', several[2].rows[0].id);
  await new Promise((resolve) => {
    pool.query(
      ask,
      [id],
      AsyncResource.bind((error, result) => {
        note('callback', result.rows[0].id);
        resolve();
      }),
    );
  });
  await transact(id, note);
  await pool.query('no sql').catch(() => note('error', id));
}

async function transact(id, note) {
  const client = await pool.connect();
  note('connect', id);
  try {
    await client.query('begin');
    const result = await client.query(ask, [id]);
    note('transaction', result.rows[0].id);
    await client.query('commit');
  } finally {
    client.release();
  }
  note('release', id);
}

visit(handle).then(() => pool.end());
