'use strict';

/** A web server over 3 connections to Redis that all requests share. */

const { AsyncResource } = require('node:async_hooks');
const { Redis } = require('ioredis');
const { visit } = require('../support/site');

const port = Number(process.env.CLIENTS_REDIS_PORT);
const connect = (options) => new Redis({ host: '127.0.0.1', port, ...options });
const connections = [connect(), connect({ enableAutoPipelining: true }), connect()];
const prefix = `clients:${process.pid}:`;
let turn = 0;

async function handle(id, note) {
  const redis = connections[turn++ % connections.length];
  const key = `${prefix}${id}`;
  await redis.set(key, id, 'EX', 60);
  note('set', id);
  note('get', await redis.get(key));
  const several = await Promise.all(Array.from({ length: 5 }, () => redis.get(key)));
  note('at once', several[4]);
  await new Promise((resolve) => {
    redis.get(
      key,
      AsyncResource.bind((error, value) => {
        note('callback', value);
        resolve();
      }),
    );
  });
  const [[, first]] = await redis.pipeline().get(key).del(key).exec();
  note('pipeline', first);
  const [, [, second]] = await redis.multi().set(key, id).getdel(key).exec();
  note('transaction', second);
  note('script', await redis.eval('return ARGV[1]', 0, id));
  await redis.call('NO.COMMAND').catch(() => note('error', id));
}

visit(handle).then(() => Promise.all(connections.map((redis) => redis.quit())));
