'use strict';

/** What a release puts together from built binaries, and what stops it. */

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { afterEach, beforeEach, describe, test } = require('node:test');
const { TARGETS } = require('../lib/engine/targets');
const { allowed } = require('../scripts/licences');
const { stage } = require('../scripts/release/stage');
const { mismatches } = require('../scripts/release/version');

const root = path.join(__dirname, '..');
const targets = Object.values(TARGETS).flat();
const { version } = require('../package.json');

describe('the staged packages', () => {
  /** @type {string} */
  let folder;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-release-'));
    for (const target of targets) {
      fs.mkdirSync(path.join(folder, 'binaries', target), { recursive: true });
      fs.writeFileSync(path.join(folder, 'binaries', target, 'async-hooks-rs.node'), target);
    }
  });

  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const staged = () => stage(path.join(folder, 'binaries'), path.join(folder, 'npm'), 'https://example.com/owner/name');
  /** @param {string} name */
  const manifestOf = (name) => JSON.parse(fs.readFileSync(path.join(folder, 'npm', name, 'package.json'), 'utf8'));

  test('the main one comes last, after what it depends on', () => {
    const names = staged().map((each) => path.basename(each));
    assert.deepStrictEqual(names, [...targets.map((target) => `async-hooks-rs-${target}`), 'async-hooks-rs']);
  });

  test('each platform has its binary and says where it runs', () => {
    staged();
    for (const target of targets) {
      const manifest = manifestOf(`async-hooks-rs-${target}`);
      const binary = path.join(folder, 'npm', `async-hooks-rs-${target}`, manifest.main);
      assert.strictEqual(fs.readFileSync(binary, 'utf8'), target);
      assert.strictEqual(manifest.version, version);
      assert.deepStrictEqual(
        [manifest.os, manifest.cpu],
        target
          .split('-')
          .slice(0, 2)
          .map((each) => [each]),
      );
    }
    assert.deepStrictEqual(manifestOf('async-hooks-rs-linux-arm64-musl').libc, ['musl']);
    assert.deepStrictEqual(manifestOf('async-hooks-rs-linux-x64-gnu').libc, ['glibc']);
    assert.ok(!('libc' in manifestOf('async-hooks-rs-win32-x64-msvc')));
  });

  test('the main one names them in its own version, and has no binary and nothing of development', () => {
    const before = fs.readFileSync(path.join(root, 'package.json'), 'utf8');
    staged();
    const manifest = manifestOf('async-hooks-rs');
    const expected = Object.fromEntries(targets.map((target) => [`async-hooks-rs-${target}`, version]));
    assert.deepStrictEqual(manifest.optionalDependencies, expected);
    assert.deepStrictEqual(manifest.scripts, { install: 'node scripts/install.js' });
    assert.ok(!('devDependencies' in manifest));
    assert.deepStrictEqual(manifest.repository, { type: 'git', url: 'git+https://example.com/owner/name.git' });
    const files = fs.readdirSync(path.join(folder, 'npm', 'async-hooks-rs'), { encoding: 'utf8', recursive: true });
    assert.deepStrictEqual(
      files.filter((file) => file.endsWith('.node')),
      [],
    );
    for (const file of manifest.files) assert.ok(files.includes(path.normalize(file)), file);
    assert.strictEqual(fs.readFileSync(path.join(root, 'package.json'), 'utf8'), before);
  });

  test('a binary that is missing stops it', () => {
    fs.rmSync(path.join(folder, 'binaries', 'darwin-arm64'), { recursive: true });
    assert.throws(staged, /no async-hooks-rs\.node for darwin-arm64/);
  });
});

test('a tag that is not the version everywhere stops a release', () => {
  assert.deepStrictEqual(
    mismatches(`v${version}`).filter((line) => !line.startsWith('CHANGELOG')),
    [],
  );
  const names = mismatches('v999.0.0').map((line) => line.split(' ')[0]);
  assert.deepStrictEqual(names, ['package.json', 'package-lock.json', 'Cargo.toml', 'Cargo.lock', 'CHANGELOG.md']);
});

test('licences are read as expressions', () => {
  for (const good of [
    'MIT',
    'MIT OR GPL-3.0',
    'GPL-3.0 OR MIT',
    '(MIT OR Apache-2.0) AND Unicode-3.0',
    'GPL-3.0/MIT',
    'Apache-2.0 WITH LLVM-exception',
  ]) {
    assert.strictEqual(allowed(good), true, good);
  }
  for (const bad of [
    '',
    'GPL-3.0',
    'MIT AND GPL-3.0',
    '(MIT OR GPL-3.0) AND GPL-2.0',
    '(MIT',
    'MIT)',
    'MIT MIT',
    'MIT WITH',
    'GPL-3.0 WITH Classpath-exception-2.0',
    'SEE LICENSE IN LICENSE',
  ]) {
    assert.strictEqual(allowed(bad), false, bad);
  }
});
