'use strict';

/** What a transformed source depends on besides itself: the transform, and what reads the source for it. */

const acorn = require('acorn');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const LENGTH = 12;
const FILES = ['marks.js', 'parse.js', 'syntax.js', 'transform.js'];

function versionOfTransform() {
  const hash = crypto.createHash('sha256').update(acorn.version);
  for (const file of FILES) hash.update(fs.readFileSync(path.join(__dirname, file)));
  return hash.digest('hex').slice(0, LENGTH);
}

module.exports = { version: versionOfTransform() };
