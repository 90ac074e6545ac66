'use strict';

/**
 * Installs the package as a stranger does, in folders of its own: with the Node and npm at hand, and with the newest
 * Node, npm and pnpm where the registry is within reach. Slow, and so no part of `npm test`: `npm run test:package`.
 */

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { MAJORS, nodes } = require('../../scripts/nodes');
const { Consumer } = require('./consumer');
const { nowhere, serve } = require('./registry');
const { makeTarballs } = require('./tarballs');
const { newest, npmAtHand } = require('./tools');

const root = path.join(__dirname, '..', '..');
const skip = process.platform === 'win32' && 'cuts down the PATH with symbolic links';

/** With a space, as the folders of many users have. */
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs package '));
const NO_BINARY = /async-hooks-rs could not be installed: it has no prebuilt binary for .*cargo.*https:\/\/rustup\.rs/;

/** @type {ReturnType<typeof makeTarballs>} */
let tarballs;
/** @type {string} */
let noNetwork;
/** @type {Awaited<ReturnType<typeof serve>>} */
let registry;
let count = 0;

before(async () => {
  if (skip) return;
  fs.chmodSync(temporary, 0o755);
  tarballs = makeTarballs(temporary);
  noNetwork = await nowhere();
  registry = await serve(tarballs.published);
});

after(async () => {
  await registry?.close();
  fs.rmSync(temporary, { recursive: true, force: true });
});

/** @param {Partial<ConstructorParameters<typeof Consumer>[0]>} [settings] */
function consumer(settings) {
  const folder = path.join(temporary, `consumer ${(count += 1)}`, 'project');
  return new Consumer({ folder, node: process.execPath, registry: noNetwork, ...settings });
}

/** @param {import('./consumer').Ending} ending */
function succeeded({ code, out, err }) {
  assert.strictEqual(code, 0, out + err);
}

/** @param {Consumer} project */
async function works(project) {
  for (const kind of ['commonjs', 'module']) {
    const { out, err } = await project.run([kind === 'module' ? 'check.mjs' : 'check.cjs']);
    assert.strictEqual(out + err, `${kind} true store PROMISE Timeout\n`);
  }
  const same = 'console.log(require("node:async_hooks") === require("async-hooks-rs"))';
  for (const flag of ['--require', '--import']) {
    assert.strictEqual((await project.run([flag, 'async-hooks-rs/register', '-e', same])).out, 'true\n', flag);
  }
}

/** @param {Consumer} project */
function installed(project) {
  return path.join(project.folder, 'node_modules', 'async-hooks-rs');
}

describe('the Node and npm at hand', { skip }, () => {
  const npm = skip ? '' : npmAtHand();

  test('a tarball with the binary inside, without network, cargo and compiler', async () => {
    const project = consumer();
    succeeded(await project.run([npm, 'install', '--offline', tarballs.whole.tarball]));
    await works(project);
    const { out } = await project.run([path.join(installed(project), 'bin', 'async-hooks-rs.js'), '--help']);
    assert.match(out, /compare/);
  });

  test('a tarball without, and that of the platform beside it', async () => {
    const project = consumer();
    succeeded(await project.run([npm, 'install', '--offline', tarballs.bare.tarball, tarballs.platform.tarball]));
    assert.ok(!fs.existsSync(path.join(installed(project), 'async-hooks-rs.node')));
    await works(project);
  });

  test('by its name from a registry: the binary of this platform comes along, and no other', async () => {
    const project = consumer({ registry: registry.url });
    succeeded(await project.run([npm, 'install', 'async-hooks-rs']));
    const names = fs.readdirSync(path.join(project.folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    assert.deepStrictEqual(names.sort(), ['async-hooks-rs', tarballs.platform.manifest.name]);
    await works(project);
  });

  test('without a binary but with cargo: builds from the sources in it, and leaves nothing but the binary', async () => {
    const fetched = spawnSync('cargo', ['fetch', '--locked', '--offline'], { cwd: root, stdio: 'ignore' });
    const project = consumer({ cargo: true });
    Object.assign(project.env, { CARGO_NET_OFFLINE: String(fetched.status === 0) });
    succeeded(await project.run([npm, 'install', '--offline', tarballs.bare.tarball]));
    const listed = (/** @type {string} */ folder) => fs.readdirSync(folder, { encoding: 'utf8', recursive: true }).sort();
    const shipped = listed(path.join(temporary, 'bare'));
    assert.deepStrictEqual(listed(installed(project)), [...shipped, 'async-hooks-rs.node'].sort());
    await works(project);
  });

  test('with neither: fails, with one paragraph that says what is missing', async () => {
    const project = consumer();
    const { code, out, err } = await project.run([npm, 'install', '--offline', tarballs.bare.tarball]);
    assert.notStrictEqual(code, 0);
    assert.match(out + err, NO_BINARY);
    assert.ok(!fs.existsSync(installed(project)));
  });

  test('with neither and no install script run: says on loading what is missing', async () => {
    const project = consumer();
    succeeded(await project.run([npm, 'install', '--offline', '--ignore-scripts', tarballs.bare.tarball]));
    const { code, err } = await project.run(['check.cjs']);
    assert.strictEqual(code, 1);
    assert.match(err, /async-hooks-rs found no binary for .*https:\/\/rustup\.rs.*npm rebuild async-hooks-rs/);
    assert.match(err, /ERR_ASYNC_HOOKS_RS_BINARY/);
  });

  test('in a node_modules that cannot be written', async () => {
    const project = consumer();
    succeeded(await project.run([npm, 'install', '--offline', tarballs.whole.tarball]));
    const write = 'try { fs.writeFileSync("node_modules/async-hooks-rs/x", ""); } catch (error) { console.log(error.code); }';
    assert.strictEqual((await project.runReadOnly(['-e', write])).out, 'EACCES\n');
    assert.strictEqual((await project.runReadOnly(['check.cjs'])).out, 'commonjs true store PROMISE Timeout\n');
  });

  for (const [module, moduleResolution, type] of [
    ['node16', 'node16', 'commonjs'],
    ['node16', 'node16', 'module'],
    ['esnext', 'bundler', 'module'],
  ]) {
    test(`TypeScript, moduleResolution ${moduleResolution}, type ${type}`, async () => {
      const project = consumer();
      succeeded(await project.run([npm, 'install', '--offline', tarballs.whole.tarball]));
      project.write('package.json', JSON.stringify({ type }));
      const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      const flags = ['--noEmit', '--strict', '--target', 'es2022', '--types', '--module', module, '--moduleResolution', moduleResolution];
      succeeded(await project.run([tsc, ...flags, 'check.ts']));
    });
  }
});

describe('the newest', { skip }, () => {
  /** @type {string} */
  let node;
  /** @type {ReturnType<typeof newest>} */
  let tools;

  before(async () => {
    const folder = path.join(temporary, 'tools');
    fs.mkdirSync(folder);
    tools = newest(folder);
    [{ path: node }] = await nodes(MAJORS.slice(-1)).catch(() => [{ path: '' }]);
  });

  /**
   * @param {import('node:test').TestContext} t
   * @param {'npm' | 'pnpm'} name
   * @param {string[]} args
   * @param {boolean} allowed whether the script may run
   */
  async function add(t, name, args, allowed) {
    if (tools === undefined || node === '') return t.skip('the registry is out of reach');
    const project = consumer({ node, registry: registry.url });
    project.write('package.json', JSON.stringify(allowed ? { allowScripts: { 'async-hooks-rs': true } } : {}));
    project.write('pnpm-workspace.yaml', `allowBuilds:\n  async-hooks-rs: ${allowed}\n`);
    return { project, ending: await project.run([tools[name], 'add', 'async-hooks-rs', ...args]) };
  }

  for (const name of /** @type {const} */ (['npm', 'pnpm'])) {
    test(`${name}: the published package works without its script`, async (t) => {
      const added = await add(t, name, [], false);
      if (added === undefined) return;
      succeeded(added.ending);
      await works(added.project);
    });

    test(`${name}: a script that may run fails without a binary and cargo, and says what is missing`, async (t) => {
      const added = await add(t, name, [name === 'npm' ? '--omit=optional' : '--no-optional'], true);
      if (added === undefined) return;
      assert.notStrictEqual(added.ending.code, 0);
      assert.match(added.ending.out + added.ending.err, NO_BINARY);
    });
  }
});
