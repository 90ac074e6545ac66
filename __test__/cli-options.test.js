'use strict';

/** How `compare` and `record` read their command lines. */

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const { describe, test } = require('node:test');

const { parseCommandLine, splitNodeOptions } = require('../lib/cli/node-options');

const options = /** @type {const} */ ({
  out: { type: 'string', short: 'o' },
  json: { type: 'boolean' },
  'node-options': { type: 'string' },
});

/** What Node makes of a text in `NODE_OPTIONS`: the titles that it names. */
function titlesInNode(/** @type {string} */ text) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-p', 'JSON.stringify(process.title)'], {
    env: { ...process.env, NODE_OPTIONS: text },
    encoding: 'utf8',
  });
  return status === 0 ? JSON.parse(stdout) : stderr;
}

describe("a text of Node's options", () => {
  for (const [text, words] of /** @type {const} */ ([
    ['', []],
    ['  ', []],
    ['--expose-gc', ['--expose-gc']],
    [' --a  --b\t--c\n', ['--a', '--b', '--c']],
    ['--require "./a b.js"', ['--require', './a b.js']],
    ["--require './a b.js'", ['--require', './a b.js']],
    ['--title="a b"c', ['--title=a bc']],
    ['"--title=a b"', ['--title=a b']],
    ['--title="say \\"a b\\""', ['--title=say "a b"']],
    ['--title="it\'s"', ["--title=it's"]],
    ['--title=\'a "b" \\\'', ['--title=a "b" \\']],
    ['--title="a\\\\b"', ['--title=a\\b']],
    ['--require C:\\a\\b.js', ['--require', 'C:\\a\\b.js']],
    ['--title ""', ['--title', '']],
    ['--title="two\nlines"', ['--title=two\nlines']],
  ])) {
    test(JSON.stringify(text), () => assert.deepStrictEqual(splitNodeOptions(text), words));
  }

  for (const text of ['--title="a b"c', '--title="say \\"a b\\""', '"--title=a\\\\ b"', '--title=C:\\a\\b']) {
    test(`${JSON.stringify(text)} is the same in NODE_OPTIONS`, () => {
      assert.deepStrictEqual(splitNodeOptions(text), [`--title=${titlesInNode(text)}`]);
    });
  }

  for (const [text, why] of /** @type {const} */ ([
    ['--title="a', /" that nothing closes/],
    ["--title=it's", /' that nothing closes/],
    ['--title="a\\"', /" that nothing closes/],
    ['app.js', /"app\.js" is not an option of Node/],
  ])) {
    test(`refused by name: ${text}`, () => {
      assert.throws(
        () => splitNodeOptions(text),
        ({ code, message }) => code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' && message.includes('--node-options') && why.test(message),
      );
    });
  }
});

describe('a command line', () => {
  for (const [argv, values, program] of /** @type {const} */ ([
    [['--node-options', '--expose-gc', 'app.js'], { 'node-options': '--expose-gc' }, ['app.js']],
    [['--node-options', '-r ./x.js', '--json', 'app.js'], { 'node-options': '-r ./x.js', json: true }, ['app.js']],
    [['--node-options=--expose-gc', '-o', 'x', 'app.js'], { 'node-options': '--expose-gc', out: 'x' }, ['app.js']],
    [['--node-options', '--a', '--node-options', '--b', 'app.js'], { 'node-options': '--b' }, ['app.js']],
    [['--node-options', '', 'app.js'], { 'node-options': '' }, ['app.js']],
    [['app.js', '--node-options', '--expose-gc'], {}, ['app.js', '--node-options', '--expose-gc']],
    [['--json', '--', '--node-options', '--a'], { json: true }, ['--node-options', '--a']],
    [['app.js', '--unknown', '-o'], {}, ['app.js', '--unknown', '-o']],
    [['--json'], { json: true }, []],
  ])) {
    test(argv.join(' '), () => {
      const parsed = parseCommandLine([...argv], options);
      assert.deepStrictEqual({ values: { ...parsed.values }, program: parsed.program }, { values, program });
    });
  }

  for (const [argv, why] of /** @type {const} */ ([
    [['--node-options'], /--node-options/],
    [['--unknown', 'app.js'], /--unknown/],
    [['--json=1', 'app.js'], /--json/],
    [['-o', '--json', 'app.js'], /--out/],
  ])) {
    test(`refused by name: ${argv.join(' ')}`, () => assert.throws(() => parseCommandLine([...argv], options), why));
  }
});
