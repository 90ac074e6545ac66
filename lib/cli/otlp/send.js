'use strict';

/** Sends to a collector what a file has, or what recordings have while they grow. */

const fs = require('node:fs');
const { createInterface } = require('node:readline');
const { setTimeout: sleep } = require('node:timers/promises');

const { Exporter, Source } = require('./exporter');
const { Followed } = require('./followed');
const { interruption } = require('../interruption');

/** Milliseconds between two turns where there is nothing to read. */
const PAUSE = 100;
/** So many resources are followed at once in all recordings: together they take less than 128 MiB. */
const RESOURCES = 1_000_000;
/** What the exit code says where something was not delivered. */
const FAILED = 3;

/** @typedef {import('./exporter').Wanted} Wanted */
/** @typedef {(line: string) => void} Say */

/**
 * Sends spans that a report has written.
 * @param {string} file
 * @param {Wanted} wanted
 * @param {boolean} meets whether they are of several processes
 * @param {Say} say
 * @returns {Promise<number>} the exit code
 */
async function send(file, wanted, meets, say) {
  const exporter = new Exporter(wanted, { follows: false, meets }, say);
  const source = new Source();
  // It never ends where the file has gone: whoever made it keeps it.
  for await (const line of createInterface({ input: fs.createReadStream(file), crlfDelay: Infinity })) {
    exporter.line(source, line);
    await exporter.room();
  }
  return (await exporter.end()) ? 0 : FAILED;
}

/**
 * Sends spans as they end, until all recordings have ended or somebody interrupts it.
 * @param {string[]} files
 * @param {Wanted} wanted
 * @param {Say} say
 * @returns {Promise<number>} the exit code
 */
async function follow(files, wanted, say) {
  const { signal: interrupted, clear } = interruption();
  const exporter = new Exporter(wanted, { follows: true, meets: files.length > 1 }, say);
  const resources = Math.floor(RESOURCES / files.length);
  const all = files.map((file) => new Followed(file, exporter, resources, say));
  for (let open = all; open.length > 0 && !interrupted.aborted; open = open.filter(({ isOver }) => !isOver)) {
    let hasMore = false;
    for (const followed of open) if (!exporter.isFull) hasMore = followed.turn() || hasMore;
    exporter.tick();
    await sleep(hasMore && !exporter.isFull ? 0 : PAUSE, null, { signal: interrupted }).catch(() => {});
  }
  // From now on the next one ends the process at once.
  clear();
  const isDelivered = await exporter.end();
  return Math.max(0, ...all.map(({ code }) => code)) || (isDelivered ? 0 : FAILED);
}

module.exports = { follow, send };
