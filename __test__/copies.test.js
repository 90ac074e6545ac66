'use strict';

/** The package loaded twice in a thread gives one coherent view. */

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createRequire } = require('node:module');
const { after, before, describe, test } = require('node:test');
const vm = require('node:vm');

const root = path.join(__dirname, '..');
const ah = require('..');

describe('a second copy in another folder', () => {
  /** @type {string} */
  let folder;

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-copy-'));
    const { files } = require('../package.json');
    for (const name of fs.readdirSync(root)) {
      const wanted = files.includes(name) || name === 'package.json' || name.endsWith('.node');
      if (wanted && name !== 'src') fs.cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
    }
  });

  after(() => fs.rmSync(folder, { recursive: true }));

  test('is the first one', () => {
    const copy = createRequire(path.join(folder, 'x.js'))('./index.js');
    assert.strictEqual(copy, ah);
    const legacy = createRequire(path.join(folder, 'x.js'))('./legacy.js');
    assert.strictEqual(legacy, require('../legacy'));
  });

  test('and the first one is the copy, where that came first', () => {
    const { execFileSync } = require('node:child_process');
    const script = `
      const copy = require(${JSON.stringify(path.join(folder, 'index.js'))});
      const ours = require(${JSON.stringify(root)});
      let events = 0;
      copy.createHook({ init() { events += 1; } }).enable();
      ours.createHook({ init() { events += 1; } }).enable();
      new ours.AsyncResource('X');
      console.log(copy === ours, events);`;
    assert.strictEqual(execFileSync(process.execPath, ['-e', script]).toString(), 'true 2\n');
  });
});

test('loaded again after the module cache was cleared, it is the first one', () => {
  const saved = { ...require.cache };
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(path.join(root, 'lib')) || file === path.join(root, 'index.js')) delete require.cache[file];
  }
  try {
    assert.strictEqual(require('..'), ah);
  } finally {
    Object.assign(require.cache, saved);
  }
});

test('loaded inside a vm context, it is the first one', () => {
  const context = vm.createContext({});
  const load = (file) => {
    const module = { exports: {} };
    const inner = (id) => (id.startsWith('.') ? load(createRequire(file).resolve(id)) : require(id));
    const code = `(function(exports, require, module, __dirname, __filename) {${fs.readFileSync(file, 'utf8')}\n})`;
    const wrapper = vm.runInContext(code, context, { filename: file });
    wrapper(module.exports, inner, module, path.dirname(file), file);
    return module.exports;
  };
  assert.strictEqual(load(path.join(root, 'index.js')), ah);
});

test('the binary refuses to be opened twice in one environment', () => {
  const native = require('../lib/engine/binary').load();
  const memory = new Float64Array(new SharedArrayBuffer(8 * native.layout().slots));
  assert.throws(
    () =>
      native.openThread(
        memory,
        () => {},
        () => {},
        () => {},
        () => {},
      ),
    /open already/,
  );
});
