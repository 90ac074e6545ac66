'use strict';

/** What a journey needs on its way: another web server, and a pool that is smaller than the number of requests. */

const { createPool } = require('./pool');
const { createUpstream } = require('./requests');

async function createHelpers() {
  const upstream = await createUpstream();
  const pool = await createPool(2);
  return {
    upstream: upstream.url,
    pool,
    close() {
      upstream.close();
      pool.close();
    },
  };
}

module.exports = { createHelpers };
