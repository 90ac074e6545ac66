'use strict';

/** A program's folder with dependencies, one of them this package, for the tests of `async-hooks-rs/register`. */

const assert = require('node:assert');
const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before } = require('node:test');
const { promisify } = require('node:util');
const { patience } = require('../../scripts/patience');

const packageRoot = path.join(__dirname, '..', '..');
const fixtures = path.join(__dirname, '..', 'fixtures', 'register');

/** It exists while the tests of the file run. */
function makeApp() {
  const app = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'async-hooks-rs-register-'));

  before(() => {
    fs.cpSync(fixtures, app, { recursive: true });
    fs.renameSync(path.join(app, 'packages'), path.join(app, 'node_modules'));
    fs.symlinkSync(packageRoot, path.join(app, 'node_modules', 'async-hooks-rs'), 'junction');
  });

  after(() => fs.rmSync(app, { recursive: true, force: true }));

  /**
   * Runs Node in the program's folder; it has to end well, by itself, and silently.
   * @param {string[]} args
   * @param {Record<string, string>} [env]
   */
  async function run(args, env = {}) {
    const { NODE_OPTIONS, NODE_TEST_CONTEXT, ...inherited } = process.env;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
      cwd: app,
      env: { ...inherited, ...env },
      timeout: patience(60_000),
      killSignal: 'SIGKILL',
    });
    assert.strictEqual(stderr, '');
    return stdout;
  }

  /** @param {string[]} args */
  const runForJSON = async (args) => JSON.parse(await run(args));

  return { app, packageRoot, run, runForJSON };
}

module.exports = { makeApp, registration: 'async-hooks-rs/register' };
