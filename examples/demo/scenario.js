'use strict';
// What each child process does: it observes the server while that answers three requests, one after the
// other, and hands what it saw to the parent as JSON. Run with --expose-gc: the end of a promise is
// reported when it is collected.

const { performance } = require('node:perf_hooks');
const { AsyncResource } = require('./module');
const { Observer } = require('./observe');
const { Pool } = require('./pool');
const { createServer } = require('./server');
const { visit } = require('./client');

/**
 * @typedef {object} Visit one request, and which of all resources were made meanwhile
 * @property {number} number counted from 1, as the server does
 * @property {number} first
 * @property {number} end
 * @property {number} start time in ms
 * @property {string} path
 * @property {number} [status]
 * @property {string} [body]
 */

/**
 * @typedef {object} Record what a child process saw
 * @property {string} node version
 * @property {Visit} visit the request to be shown
 * @property {string[]} lines what the server logged
 * @property {string[]} strays
 * @property {import('./observe').Resource[]} resources in the order of their init
 */

const paths = ['/fibonacci/20', '/fibonacci/21', '/fibonacci/22'];
const shown = 1;

const observer = new Observer();
observer.start();

/** The scope of whatever is done between two requests, so that it is not taken for a part of them. */
const between = new AsyncResource('Scenario', { requireManualDestroy: true });
/** @type {string[]} */
const lines = [];
/** @type {Visit[]} */
const visits = [];
const pool = new Pool();
const server = createServer(pool, (line) => lines.push(line));

/** Calls back after some turns of the event loop: by then whatever was closed has been destroyed. */
function settle(/** @type {() => void} */ callback, turns = 3) {
  if (turns === 0) callback();
  else between.runInAsyncScope(() => setImmediate(settle, callback, turns - 1));
}

function nextVisit() {
  const path = paths[visits.length];
  if (path === undefined) return void server.close(() => pool.close(() => settle(collect)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const current = { number: visits.length + 1, first: observer.count, end: 0, start: performance.now(), path };
  visits.push(current);
  visit(port, path, (answer) => {
    settle(() => {
      Object.assign(current, answer, { end: observer.count });
      nextVisit();
    });
  });
}

/**
 * Collects garbage until every promise is reported destroyed. The rounds are as many in every process, for they are observed too.
 */
function collect(rounds = 10) {
  if (rounds === 0) return report();
  globalThis.gc?.();
  settle(() => collect(rounds - 1));
}

function report() {
  observer.stop();
  /** @type {Record} */
  const record = {
    node: process.version,
    visit: visits[shown],
    lines,
    strays: observer.strays,
    resources: observer.resources,
  };
  process.stdout.write(JSON.stringify(record));
}

pool.ready(() => server.listen(0, '127.0.0.1', () => settle(nextVisit)));
