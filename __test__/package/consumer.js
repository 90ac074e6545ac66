'use strict';

/** A project of its own that installs the package and uses it, with an environment cut down to what is named. */

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { text } = require('node:stream/consumers');

const NOBODY = 65534;
const LIMIT = 300_000;

/** @typedef {{ code: number | null, out: string, err: string }} Ending */

class Consumer {
  /**
   * @param {object} settings
   * @param {string} settings.folder that is made
   * @param {string} settings.node
   * @param {string} settings.registry
   * @param {boolean} [settings.cargo] whether cargo and a compiler are within reach
   */
  constructor({ folder, node, registry, cargo = false }) {
    this.folder = folder;
    this.node = node;
    this.bin = path.join(folder, '..', 'bin');
    fs.mkdirSync(folder, { recursive: true });
    fs.mkdirSync(this.bin, { recursive: true });
    for (const [name, file] of [
      ['node', node],
      ['sh', '/bin/sh'],
    ]) {
      if (!fs.existsSync(path.join(this.bin, name))) fs.symlinkSync(file, path.join(this.bin, name));
    }
    this.env = { PATH: this.bin, ...environment(path.join(folder, '..', 'home'), registry), ...(cargo && cargoIn(this.bin)) };
    this.write('package.json', '{}');
    // npm takes it from the environment, pnpm does not.
    this.write('.npmrc', `registry=${registry}\n`);
    fs.cpSync(path.join(__dirname, 'consumer'), folder, { recursive: true });
  }

  /**
   * @param {string} name
   * @param {string} content
   */
  write(name, content) {
    fs.writeFileSync(path.join(this.folder, name), content);
  }

  /**
   * @param {string[]} args of Node
   * @param {{ uid?: number, gid?: number }} [options]
   * @returns {Promise<Ending>}
   */
  async run(args, options) {
    const fixed = { cwd: this.folder, env: this.env, timeout: LIMIT };
    const child = spawn(this.node, args, { ...fixed, ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const [[code], out, err] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
    return { code, out, err };
  }

  /**
   * As a user who may write nothing here.
   * @param {string[]} args
   */
  runReadOnly(args) {
    const modules = path.join(this.folder, 'node_modules');
    for (const name of ['', ...fs.readdirSync(modules, { encoding: 'utf8', recursive: true })]) {
      const file = path.join(modules, name);
      if (!fs.lstatSync(file).isSymbolicLink()) fs.chmodSync(file, fs.statSync(file).mode & ~0o222);
    }
    return this.run(args, process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {});
  }
}

/**
 * Nothing that the machine's user has set, and everything that is written in a home of its own.
 * @param {string} home
 * @param {string} registry
 */
function environment(home, registry) {
  return {
    HOME: home,
    TMPDIR: os.tmpdir(),
    XDG_DATA_HOME: path.join(home, 'data'),
    XDG_CACHE_HOME: path.join(home, 'cache'),
    npm_config_cache: path.join(home, 'npm'),
    npm_config_registry: registry,
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_fetch_retries: '0',
  };
}

/** @param {string} bin */
function cargoIn(bin) {
  const { CARGO_HOME = path.join(os.homedir(), '.cargo'), RUSTUP_HOME = path.join(os.homedir(), '.rustup') } = process.env;
  return { CARGO_HOME, RUSTUP_HOME, PATH: bin + path.delimiter + process.env.PATH };
}

module.exports = { Consumer };
