'use strict';

/** What is packed: these files, and a binary that is small. That it installs is what `npm run test:package` looks at. */

const assert = require('node:assert');
const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { BUILT, TARGETS } = require('../lib/engine/targets');
const { npmAtHand } = require('./package/tools');
const { triple } = require('../scripts/release/platform');
const { napi } = require('../package.json');

const root = path.join(__dirname, '..');
const MIB = 2 ** 20;

test('the tarball holds the files of __test__/package/files.txt and no other', () => {
  const args = [npmAtHand(), 'pack', '--dry-run', '--json', '--ignore-scripts'];
  const output = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  // An array up to npm 11, an object by package name from npm 12 on.
  const [{ files }] = Object.values(JSON.parse(output));
  const expected = fs
    .readFileSync(path.join(__dirname, 'package', 'files.txt'), 'utf8')
    .trim()
    .split('\n');
  assert.deepStrictEqual(files.map((/** @type {{ path: string }} */ file) => file.path).sort(), expected.sort());
});

/** @returns {{ name: string, manifest_path: string, dependencies: { name: string, kind: string | null }[] }[]} */
function workspace() {
  const args = ['metadata', '--no-deps', '--locked', '--offline', '--format-version', '1'];
  return JSON.parse(execFileSync('cargo', args, { cwd: root, encoding: 'utf8' })).packages;
}

const NO_CARGO = spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status !== 0 && 'needs cargo';

test('the tarball holds every crate of the workspace, or cargo could not build it', { skip: NO_CARGO }, () => {
  const shipped = fs.readFileSync(path.join(__dirname, 'package', 'files.txt'), 'utf8').split('\n');
  const manifests = workspace().map(({ manifest_path }) => path.relative(root, manifest_path).replaceAll('\\', '/'));
  assert.ok(manifests.length > 1);
  assert.deepStrictEqual(
    manifests.filter((manifest) => !shipped.includes(manifest)),
    [],
  );
});

test('the crates depend on each other one way, and on Node-API in the addon alone', { skip: NO_CARGO }, () => {
  const own = /^async-hooks-rs-|^napi/;
  const uses = Object.fromEntries(
    workspace().map(({ name, dependencies }) => [
      name,
      dependencies
        .filter((each) => own.test(each.name) && each.kind === null)
        .map((each) => each.name)
        .sort(),
    ]),
  );
  assert.deepStrictEqual(uses, {
    'async-hooks-rs': [
      'async-hooks-rs-engine',
      'async-hooks-rs-recorder',
      'async-hooks-rs-report',
      'async-hooks-rs-top',
      'napi',
      'napi-derive',
    ],
    'async-hooks-rs-engine': [],
    'async-hooks-rs-recorder': [],
    'async-hooks-rs-report': ['async-hooks-rs-recorder'],
    'async-hooks-rs-top': ['async-hooks-rs-report'],
  });
});

test('the binary is no larger than 2 MiB', (t) => {
  const { size } = fs.statSync(BUILT);
  t.diagnostic(`${(size / MIB).toFixed(2)} MiB for ${process.platform}-${process.arch}`);
  assert.ok(size <= 2 * MIB, `${size} bytes`);
});

test('the binary is stripped', { skip: process.platform !== 'linux' && 'reads ELF' }, () => {
  const symbolTables = sectionTypes(fs.readFileSync(BUILT)).filter((type) => type === SYMBOL_TABLE);
  assert.deepStrictEqual(symbolTables, []);
  // Node itself, or what else is made for debugging, has one: the reader finds it.
  assert.ok(sectionTypes(fs.readFileSync(BUILT)).includes(DYNAMIC_SYMBOLS));
});

const SYMBOL_TABLE = 2;
const DYNAMIC_SYMBOLS = 11;

/** @param {Buffer} elf of 64 bits, little-endian */
function sectionTypes(elf) {
  assert.strictEqual(elf.toString('latin1', 1, 4), 'ELF');
  const start = Number(elf.readBigUInt64LE(0x28));
  const [size, count] = [elf.readUInt16LE(0x3a), elf.readUInt16LE(0x3c)];
  return Array.from({ length: count }, (_, index) => elf.readUInt32LE(start + index * size + 4));
}

test('the targets of package.json, of the workflow and of the loader are the same', () => {
  const targets = Object.values(TARGETS).flat();
  assert.deepStrictEqual(napi.targets, targets.map(triple));
  const workflow = fs.readFileSync(path.join(root, '.github', 'workflows', 'ci.yml'), 'utf8');
  const built = new Set([...workflow.matchAll(/target: ([a-z0-9-]+)/g)].map(([, target]) => target));
  assert.deepStrictEqual([...built].sort(), [...targets].sort());
});
