'use strict';

/**
 * The package in one file, as a bundler makes it: wherever that file is, it finds the binary or says what helps. The
 * bundlers themselves are in docs/compatibility.md; this does what is common to them.
 */

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, describe, test } = require('node:test');

const ROOT = path.join(__dirname, '..');
const BINARY = path.join(ROOT, 'async-hooks-rs.node');

/** Every file that is reached by a `require` of a relative name, by its path. */
function filesFrom(/** @type {string} */ entry, files = new Map()) {
  if (files.has(entry)) return files;
  const text = fs.readFileSync(entry, 'utf8');
  files.set(entry, text);
  for (const [, id] of text.matchAll(/\brequire\('(\.[^']*)'\)/g)) filesFrom(require.resolve(path.resolve(path.dirname(entry), id)), files);
  return files;
}

/** @param {string} program what the entry does with `M` */
function bundle(program) {
  const entry = path.join(ROOT, 'index.js');
  const modules = [...filesFrom(entry)].map(([file, text]) => {
    // A name that no require can know here, as bundlers make them.
    const body = text.replace(
      /\brequire\('(\.[^']*)'\)/g,
      (_, id) => `bundled(${JSON.stringify(path.relative(ROOT, require.resolve(path.resolve(path.dirname(file), id))))})`,
    );
    return `${JSON.stringify(path.relative(ROOT, file))}: (module, exports) => {${body}\n}`;
  });
  return `const modules = {${modules.join(',\n')}}, made = {};
    function bundled(id) {
      if (!(id in made)) { const module = made[id] = { exports: {} }; modules[id](module, module.exports); }
      return made[id].exports;
    }
    const M = bundled('index.js');
    ${program}`;
}

const PROGRAM = `
  const storage = new M.AsyncLocalStorage();
  let count = 0;
  M.createHook({ init() { count++; } }).enable();
  storage.run('store', () => setImmediate(() => console.log(storage.getStore(), count > 0)));`;

describe('a bundle', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs bundled '));
  after(() => fs.rmSync(folder, { recursive: true }));

  /** A bundle in a folder of its own. @param {string} name */
  function place(name, extension = 'js') {
    const dist = path.join(folder, name, 'dist');
    fs.mkdirSync(dist, { recursive: true });
    const file = path.join(dist, `app.${extension}`);
    const shim = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
    fs.writeFileSync(file, extension === 'mjs' ? shim + bundle(PROGRAM) : bundle(PROGRAM));
    return { dist, file };
  }

  /** @param {string} file */
  function start(file, env = {}) {
    const { stdout, stderr } = spawnSync(process.execPath, [file], { env: { ...process.env, ...env }, encoding: 'utf8' });
    return stdout || stderr;
  }

  for (const extension of ['js', 'mjs']) {
    test(`without the binary, ${extension}`, () => {
      const { file } = place(`alone ${extension}`, extension);
      assert.match(start(file), /A bundler has copied the package into its output.*external.*copy async-hooks-rs\.node/);
    });

    test(`with it beside, ${extension}`, () => {
      const { dist, file } = place(`beside ${extension}`, extension);
      fs.copyFileSync(BINARY, path.join(dist, 'async-hooks-rs.node'));
      assert.strictEqual(start(file), 'store true\n');
    });

    test(`with its name in the environment, ${extension}`, () => {
      const { file } = place(`named ${extension}`, extension);
      assert.strictEqual(start(file, { NAPI_RS_NATIVE_LIBRARY_PATH: BINARY }), 'store true\n');
    });

    test(`with the package installed in reach, ${extension}`, () => {
      const { dist, file } = place(`installed ${extension}`, extension);
      fs.mkdirSync(path.join(dist, '../node_modules'));
      fs.symlinkSync(ROOT, path.join(dist, '../node_modules/async-hooks-rs'), 'junction');
      assert.strictEqual(start(file), 'store true\n');
    });
  }
});
