'use strict';

/**
 * Builds the addon for other platforms and runs tests there, on a Debian or Ubuntu on x64: arm64 by qemu, Windows by wine, and musl,
 * which needs neither.
 *
 *   npm run test:emulated [-- linux-arm64-gnu | linux-x64-musl | win32-x64-gnu ...] [--node 24] [--command 'node ...']
 *
 * Needs root, debootstrap, unshare, npm, and for musl pip. All of it is in `.emulated/`, 6 GB; --mirror names another mirror of Debian.
 * --command stands for the tests below. What is slower gets more time (`scripts/patience.js`).
 */

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { Debian } = require('./debian');
const { MACHINES } = require('./machines');

const root = path.join(__dirname, '..', '..');
const home = path.join(root, '.emulated');

/** What depends on the platform, and not so long that an emulator takes hours. */
const TESTS = ['addon', 'storage', 'storage-pairs', 'legacy', 'workers', 'record'];
const COMMANDS = [
  ...TESTS.map((name) => `node --test --test-concurrency=1 __test__/${name}.test.js`),
  'node tasks/fuzz/storage --count 200',
  'node tasks/fuzz/storage --count 200 --mixed',
];

function main() {
  const { values, positionals } = parseArgs({
    options: { node: { type: 'string', multiple: true }, command: { type: 'string' }, mirror: { type: 'string' } },
    allowPositionals: true,
  });
  const names = positionals.length > 0 ? positionals : Object.keys(MACHINES);
  const unknown = names.find((name) => !Object.hasOwn(MACHINES, name));
  if (unknown !== undefined) throw new Error(`There is no ${unknown}. There are ${Object.keys(MACHINES).join(', ')}.`);
  if (process.platform !== 'linux' || process.arch !== 'x64' || process.getuid?.() !== 0)
    throw new Error('This needs Linux on x64, and root.');
  // Cargo looks for changes in every folder but those of other packages, and wine links to all of the machine.
  fs.mkdirSync(home, { recursive: true });
  fs.writeFileSync(path.join(home, 'Cargo.toml'), '');
  const debian = new Debian(path.join(home, 'debian'), values.mirror);
  debian.make();
  const failed = [];
  for (const name of names) {
    buildFor(debian, name);
    for (const version of values.node ?? ['24']) {
      for (const command of values.command === undefined ? COMMANDS : [values.command]) {
        console.log(`\n${name}, Node ${version}: ${command}`);
        if (run(debian, name, version, command) !== 0) failed.push(`${name}, Node ${version}: ${command}`);
      }
    }
  }
  console.log(failed.length === 0 ? '\nAll passed.' : `\nFailed:\n${failed.join('\n')}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

/**
 * Puts the tree as it is, and the addon for a platform, into a folder of the Debian.
 * @param {Debian} debian
 * @param {string} name
 */
function buildFor(debian, name) {
  const { triple, library, prepare = 'true', flags = '', env } = MACHINES[name];
  const folder = path.join(debian.folder, 'work', name);
  fs.rmSync(folder, { recursive: true, force: true });
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  for (const file of files.split('\0').filter((each) => fs.statSync(path.join(root, each), { throwIfNoEntry: false })?.isFile())) {
    // With its time, or cargo would compile it again.
    fs.cpSync(path.join(root, file), path.join(folder, file), { preserveTimestamps: true });
  }
  const status = debian.run(
    `${prepare} && cd /work/${name} && cargo build --release --locked ${flags} --target ${triple} && ` +
      `cp "$CARGO_TARGET_DIR/${triple}/release/${library}" async-hooks-rs.node`,
    // Unstable flags of a stable compiler.
    { env: { ...env, CARGO_HOME: '/cargo', CARGO_TARGET_DIR: '/target', RUSTC_BOOTSTRAP: '1' } },
  );
  if (status !== 0) throw new Error(`The addon was not built for ${name}.`);
}

/**
 * @param {Debian} debian
 * @param {string} name
 * @param {string} version
 * @param {string} command
 */
function run(debian, name, version, command) {
  const { node, patience, start, isArm } = MACHINES[name];
  const nodes = path.join(home, 'nodes', name, version);
  const file = `/nodes/${node(nodes, version)}`;
  return debian.run(`cd /work/${name} && ${start(file, command)}`, {
    isArm,
    env: { ASYNC_HOOKS_RS_PATIENCE: String(patience) },
    mounts: [
      [nodes, 'nodes'],
      [fs.realpathSync(path.join(root, 'node_modules')), `work/${name}/node_modules`],
    ],
  });
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
