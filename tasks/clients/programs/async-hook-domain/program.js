'use strict';

/** Errors thrown in several domains, and which of the domains got each. */

const fs = require('node:fs');
const { AsyncResource } = require('node:async_hooks');
const { Domain } = require('async-hook-domain');

const caught = [];
const ERRORS = 9;
const end = new AsyncResource('END');

function note(domain) {
  return (error) => {
    caught.push(`${domain}: ${error.message.replace(/, open.*/, '')}`);
    if (caught.length === ERRORS) end.runInAsyncScope(() => setImmediate(endAll));
  };
}

function endAll() {
  outer.destroy();
  for (const line of caught.sort()) console.log(JSON.stringify(line));
  process.on('uncaughtException', ({ message }) => console.log(JSON.stringify(`nobody: ${message}`)));
  throw new Error('after its end');
}

const inScope = (name, fn) => new AsyncResource(name).runInAsyncScope(fn);

const outer = new Domain(note('outer'));
setTimeout(() => {
  throw new Error('timer');
}, 1);

process.nextTick(() => {
  new Domain(note('tick'));
  fs.readFile('does not exist', (error) => {
    throw error;
  });
  Promise.reject(new Error('rejection'));
});

for (const name of ['first', 'second', 'third']) {
  inScope(name, () => {
    new Domain(note(name));
    setTimeout(async () => {
      await fs.promises.stat(__filename);
      setImmediate(() => {
        throw new Error(`immediate of ${name}`);
      });
      throw new Error(`async function of ${name}`);
    }, 2);
  });
}
