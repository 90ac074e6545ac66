'use strict';
// Where compiled code comes from, as source maps beside it tell: files, lines, and the names that a minifier took away.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { sources } = require('../lib/cli/sources');
const { newFile } = require('./support/recorded');

/** @typedef {[line: number, column: number, source: number, sourceLine: number, sourceColumn: number, name?: number]} Mapping all from 0 on */

/** @param {number} value @returns {string} in base 64, as source maps have numbers */
function encoded(value) {
  const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let left = value < 0 ? -value * 2 + 1 : value * 2;
  let text = '';
  do {
    text += DIGITS[(left % 32) + (left >= 32 ? 32 : 0)];
    left = Math.floor(left / 32);
  } while (left > 0);
  return text;
}

/** @param {Mapping[]} mappings in order */
function encodedMappings(mappings) {
  const last = [0, 0, 0, 0];
  const lines = [];
  for (const [line, column, ...rest] of mappings) {
    lines[line] ??= { text: [], column: 0 };
    const numbers = [column - lines[line].column, ...rest.map((value, at) => Number(value) - last[at])];
    rest.forEach((value, at) => {
      last[at] = Number(value);
    });
    lines[line].column = column;
    lines[line].text.push(numbers.map(encoded).join(''));
  }
  return Array.from(lines, (line) => line?.text.join(',') ?? '').join(';');
}

/**
 * @param {string} code
 * @param {{ mappings: Mapping[], sources: string[], names?: string[] }} map
 */
function compiled(code, { mappings, sources: files, names = [] }) {
  const file = newFile('.js');
  fs.writeFileSync(file, code);
  fs.writeFileSync(`${file}.map`, JSON.stringify({ version: 3, sources: files, names, mappings: encodedMappings(mappings) }));
  return file;
}

test('a line and a column', () => {
  const file = compiled('one();\ntwo();\n', {
    sources: ['../src/a.ts'],
    mappings: [
      [0, 0, 0, 4, 2],
      [1, 0, 0, 9, 0],
    ],
  });
  const resolve = sources();
  const source = path.join(path.dirname(file), '..', 'src', 'a.ts');
  assert.deepStrictEqual([resolve(file, 1, 1, ''), resolve(file, 2, 3, 'f')], [`${source}:5:3`, `${source}:10:1`]);
  assert.deepStrictEqual([resolve(`${file}.no`, 1, 1, ''), resolve('relative.js', 1, 1, '')], [null, null]);
});

test('a source whose name is encoded as a part of a URL, and one that only looks so', () => {
  const file = compiled('one();\ntwo();\n', {
    sources: ['app/%5Bid%5D/page.tsx', '100%25.ts'],
    mappings: [
      [0, 0, 0, 0, 0],
      [1, 0, 1, 0, 0],
    ],
  });
  const folder = path.dirname(file);
  fs.writeFileSync(path.join(folder, '100%25.ts'), '');
  const resolve = sources();
  assert.strictEqual(resolve(file, 1, 1, ''), `${path.join(folder, 'app', '[id]', 'page.tsx')}:1:1`);
  assert.strictEqual(resolve(file, 2, 1, ''), `${path.join(folder, '100%25.ts')}:1:1`);
});

test('the name of a function that a minifier has renamed: of its nearest declaration', () => {
  const code = 'function t(){}let a=1;async function t(){a;a()}const $=()=>{a()};class n{run(){a()}}\nfunction*e(){a()}';
  const at = (/** @type {string} */ part, from = 0) => code.split('\n')[0].indexOf(part, from);
  const names = ['early', 'load', 'count', 'render', 'Store', 'walk'];
  const second = at('t(){a');
  const inside = at('a()}', second);
  const file = compiled(code, {
    sources: ['shop.ts', 'other.ts'],
    names,
    mappings: [
      [0, at('t()'), 0, 0, 9, 0],
      [0, at('a='), 0, 1, 4, 2],
      [0, second, 0, 2, 15, 1],
      [0, inside, 0, 3, 2],
      [0, at('$='), 0, 5, 6, 3],
      [0, at('a()', at('$=')), 0, 5, 14],
      [0, at('n{'), 0, 7, 6, 4],
      [0, at('a()', at('n{')), 0, 8, 4],
      [1, 9, 1, 0, 10, 5],
      [1, 13, 0, 11, 2],
    ],
  });
  const resolve = sources();
  const source = path.join(path.dirname(file), 'shop.ts');
  assert.strictEqual(resolve(file, 1, inside + 1, 't'), `load (${source}:4:3)`);
  assert.strictEqual(resolve(file, 1, at('a()', at('$=')) + 1, '$'), `render (${source}:6:15)`);
  assert.strictEqual(resolve(file, 1, at('a()', at('n{')) + 1, 'n.run'), `Store.run (${source}:9:5)`);
  // Nobody declares it, it has no name, it is declared in another file.
  assert.strictEqual(resolve(file, 1, inside + 1, 'q'), `${source}:4:3`);
  assert.strictEqual(resolve(file, 1, inside + 1, ''), `${source}:4:3`);
  assert.strictEqual(resolve(file, 2, 14, 'e'), `${source}:12:3`);
  assert.strictEqual(resolve(file, 1, inside + 1, 'a b.*('), `${source}:4:3`);
});
