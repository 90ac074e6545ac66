'use strict';

/** An error whose stack goes back through a timer, a file and a promise. */

const fs = require('node:fs');

function first() {
  setTimeout(second, 1);
}

function second() {
  fs.readFile(__filename, third);
}

function third() {
  Promise.resolve().then(fourth);
}

function fourth() {
  process.nextTick(fifth);
}

function fifth() {
  for (const line of new Error('here').stack.split('\n')) console.log(JSON.stringify(line.trim()));
}

first();
