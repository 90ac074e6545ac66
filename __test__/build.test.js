'use strict';

/** Building: where cargo puts the binary, and how a new one gets into the place of one that is loaded. */

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { afterEach, beforeEach, describe, test } = require('node:test');

const { explain, libraryOf } = require('../scripts/build');
const { put } = require('../scripts/put');

describe('the library that cargo made', () => {
  const artifact = (name, ...filenames) => JSON.stringify({ reason: 'compiler-artifact', target: { name, kind: ['cdylib'] }, filenames });
  const others = [
    artifact('libc', '/t/release/deps/liblibc-1.rlib'),
    artifact('napi_derive', '/t/release/deps/libnapi_derive-1.so'),
    JSON.stringify({ reason: 'build-script-executed', package_id: 'x' }),
  ];
  const END = JSON.stringify({ reason: 'build-finished', success: true });

  for (const [system, file, ...beside] of [
    ['Linux', '/t/release/libasync_hooks_rs.so'],
    ['another target', '/t/aarch64-unknown-linux-gnu/release/libasync_hooks_rs.so'],
    ['macOS', '/t/release/libasync_hooks_rs.dylib'],
    ['Windows', 'C:\\t\\release\\async_hooks_rs.dll', 'C:\\t\\release\\async_hooks_rs.dll.lib', 'C:\\t\\release\\async_hooks_rs.pdb'],
  ]) {
    test(`is where cargo says: ${system}`, () => {
      for (const end of ['\n', '\r\n']) {
        const lines = [...others, 'a word of somebody else', artifact('async_hooks_rs', ...beside, file), END, ''];
        assert.strictEqual(libraryOf(lines.join(end)), file);
      }
    });
  }

  test('is missed, with what to look at', () => {
    assert.throws(() => libraryOf([...others, END].join('\n')), /no library of async_hooks_rs.*it names none.*CARGO_BUILD_TARGET/);
    const text = [artifact('async_hooks_rs', '/t/release/libasync_hooks_rs.a'), END].join('\n');
    assert.throws(() => libraryOf(text), /\(\/t\/release\/libasync_hooks_rs\.a\)/);
  });
});

describe('Rust for Windows', () => {
  const { LIBNODE_PATH } = process.env;
  afterEach(() => {
    if (LIBNODE_PATH === undefined) delete process.env.LIBNODE_PATH;
    else process.env.LIBNODE_PATH = LIBNODE_PATH;
  });

  for (const [target, libnode, expected] of [
    ['x86_64-pc-windows-gnu', '', /x86_64-pc-windows-gnu.*libnode\.dll.*rustup default stable-msvc/],
    ['x86_64-pc-windows-gnu', 'C:\\libnode', /^$/],
    ['x86_64-pc-windows-msvc', '', /^$/],
    ['x86_64-unknown-linux-gnu', '', /^$/],
  ]) {
    test(`${target}${libnode && ', with a libnode.dll'}: ${expected.source === '^$' ? 'nothing to add to what cargo said' : 'the other linker is named'}`, (t) => {
      process.env.LIBNODE_PATH = libnode;
      const lines = [];
      t.mock.method(console, 'error', (line) => lines.push(line));
      assert.strictEqual(explain(target), false);
      assert.match(lines.join(), expected);
    });
  }
});

describe('a new binary', () => {
  let folder;
  let from;
  let to;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-put-'));
    [from, to] = ['made', 'addon.node'].map((name) => path.join(folder, name));
    fs.writeFileSync(from, 'new');
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const names = () => fs.readdirSync(folder).sort();
  const isFormer = (file) => path.basename(String(file)).startsWith('addon.node.former-');

  /**
   * As Windows does it with a file that a process has loaded: it may be called otherwise, but not replaced or removed.
   * @param {import('node:test').TestContext} t
   * @param {(from: string, to: string) => boolean} refuses
   */
  function asLoaded(t, refuses) {
    const { renameSync, unlinkSync } = fs;
    const refusal = (file) => Object.assign(new Error(`EPERM: operation not permitted, '${file}'`), { code: 'EPERM' });
    const renames = t.mock.method(fs, 'renameSync', (one, other) => {
      if (refuses(one, other)) throw refusal(other);
      renameSync(one, other);
    });
    const unlinks = t.mock.method(fs, 'unlinkSync', (file) => {
      if (isFormer(file)) throw refusal(file);
      unlinkSync(file);
    });
    return () => [renames, unlinks].forEach(({ mock }) => mock.restore());
  }

  test('is put where none was', () => {
    put(from, to);
    assert.strictEqual(fs.readFileSync(to, 'utf8'), 'new');
    assert.deepStrictEqual(names(), ['addon.node', 'made']);
  });

  test('takes the place of another, which keeps its file where it is mapped', () => {
    fs.writeFileSync(to, 'old');
    const { ino } = fs.statSync(to);
    put(from, to);
    assert.strictEqual(fs.readFileSync(to, 'utf8'), 'new');
    assert.notStrictEqual(fs.statSync(to).ino, ino);
    assert.deepStrictEqual(names(), ['addon.node', 'made']);
  });

  test('takes the place of one that is loaded on Windows; the former goes when nobody has it any more', (t) => {
    fs.writeFileSync(to, 'old');
    const end = asLoaded(t, (_, other) => other === to && fs.existsSync(to));
    put(from, to);
    assert.strictEqual(fs.readFileSync(to, 'utf8'), 'new');
    const [former] = names().filter(isFormer);
    assert.strictEqual(fs.readFileSync(path.join(folder, former), 'utf8'), 'old');
    assert.deepStrictEqual(names(), ['addon.node', former, 'made']);
    end();
    put(from, to);
    assert.deepStrictEqual(names(), ['addon.node', 'made']);
  });

  test('leaves nothing behind where it cannot take the place, and says what to do', (t) => {
    fs.writeFileSync(to, 'old');
    asLoaded(t, () => true);
    assert.throws(() => put(from, to), /addon\.node cannot be replaced \(EPERM\)\. End the processes/);
    assert.strictEqual(fs.readFileSync(to, 'utf8'), 'old');
    assert.deepStrictEqual(names(), ['addon.node', 'made']);
  });

  test('gives the former its name back where the new one cannot have it', (t) => {
    fs.writeFileSync(to, 'old');
    asLoaded(t, (one, other) => other === to && !isFormer(one));
    assert.throws(() => put(from, to), /cannot be replaced/);
    assert.strictEqual(fs.readFileSync(to, 'utf8'), 'old');
    assert.deepStrictEqual(names(), ['addon.node', 'made']);
  });

  test('that is not there is no matter of the place', () => {
    assert.throws(() => put(path.join(folder, 'nothing'), to), { code: 'ENOENT' });
    assert.deepStrictEqual(names(), ['made']);
  });
});
