'use strict';

/** A request's way through the runtime: at each step it notes which request the client takes it for. */

const crypto = require('node:crypto');
const dns = require('node:dns');
const fs = require('node:fs');
const http = require('node:http');
const zlib = require('node:zlib');

/**
 * Each one calls back from another corner of the runtime.
 * @type {Record<string, (done: (error?: Error | null) => void, helpers: Helpers) => void>}
 */
const STEPS = {
  nextTick: (done) => process.nextTick(done),
  microtask: (done) => queueMicrotask(done),
  promise: (done) => void Promise.resolve().then(() => done()),
  immediate: (done) => void setImmediate(done),
  timer: (done) => void setTimeout(done, 1),
  readFile: (done) => fs.readFile(__filename, done),
  filePromise: (done) => void fs.promises.stat(__filename).then(() => done(), done),
  stream: (done) => void fs.createReadStream(__filename).on('end', done).on('error', done).resume(),
  lookup: (done) => dns.lookup('127.0.0.1', done),
  randomBytes: (done) => void crypto.randomBytes(16, done),
  gzip: (done) => zlib.gzip('text', done),
  request: (done, { upstream }) => void http.get(upstream, (response) => response.resume().on('end', done)).on('error', done),
  pool: (done, { pool }) => void pool.query('question').then(() => done(), done),
};

/** @typedef {{ upstream: string, pool: { query(text: string): Promise<string> } }} Helpers */

/**
 * @param {() => unknown} current the request that the client knows to be running
 * @param {Helpers} helpers
 * @returns {Promise<Record<string, unknown>>} by the step, in its callback and after awaiting it
 */
async function journey(current, helpers) {
  /** @type {Record<string, unknown>} */
  const seen = { start: current() };
  for (const [name, step] of Object.entries(STEPS)) {
    await new Promise((resolve, reject) => {
      step((error) => {
        if (error) return reject(error);
        seen[name] = current();
        resolve(undefined);
      }, helpers);
    });
    seen[`after ${name}`] = current();
  }
  await Promise.all(Array.from({ length: 3 }, () => helpers.pool.query('at once')));
  seen['after all'] = current();
  return seen;
}

module.exports = { journey };
