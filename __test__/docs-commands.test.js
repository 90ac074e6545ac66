'use strict';

/** The commands of the README and of docs/getting-started.md do what is said when they are typed from top to bottom. */

const assert = require('node:assert/strict');
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { patience } = require('../scripts/patience');

const root = path.join(__dirname, '..');
const read = (/** @type {string} */ name) => fs.readFileSync(path.join(root, name), 'utf8');
const guide = read('docs/getting-started.md');
const readme = read('README.md');

/** Files that the guide has the reader save. */
const files = [...guide.matchAll(/<!-- file: (\S+) -->\n```js\n([^]+?)```/g)].map(([, name, text]) => ({ name, text }));
/** Its commands, each block with what it prints, where the guide says so. */
const typed = [...guide.matchAll(/<!-- typed -->\n```sh\n([^]+?)```\n(?:\n```text\n([^]+?)```)?/g)].map(([, commands, output]) => ({
  commands: commands.trim().split('\n'),
  output,
}));
/** Those of the README but what installs the package, which `npm run test:package` and CI do, and a screen, which has a test of its own. */
const commands = [...readme.matchAll(/```sh\n([^]+?)```/g)]
  .flatMap(([, block]) => block.trim().split('\n'))
  .map((line) => line.replace(/\s+#.*$/, ''))
  .filter((line) => !/^npm install|async-hooks-rs top /.test(line));

/** A line without numbers, which differ from run to run. */
const shape = (/** @type {string} */ line) => line.replace(/\d[\d.,]*/g, '#').trim();

/** @type {string} */
let folder;

/** @param {string} command */
function type(command) {
  const env = {
    ...process.env,
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`,
    COLUMNS: '120',
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
  delete env.NODE_OPTIONS;
  delete env.NODE_TEST_CONTEXT;
  const { status, stdout, stderr } = spawnSync(command, { cwd: folder, encoding: 'utf8', env, shell: true, timeout: patience(120_000) });
  assert.equal(status, 0, `${command}\n${stdout}${stderr}`);
  return stdout + stderr;
}

describe('commands of the documents', { skip: process.platform === 'win32' }, () => {
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs typed '));
    const modules = path.join(folder, 'node_modules');
    fs.mkdirSync(path.join(modules, '.bin'), { recursive: true });
    fs.symlinkSync(root, path.join(modules, 'async-hooks-rs'));
    fs.symlinkSync(path.join(root, 'bin', 'async-hooks-rs.js'), path.join(modules, '.bin', 'async-hooks-rs'));
    for (const { name, text } of files) fs.writeFileSync(path.join(folder, name), text);
    fs.writeFileSync(
      path.join(folder, 'script.js'),
      "setTimeout(() => Promise.resolve().then(() => process.stdout.write('done\\n')), 5);\n",
    );
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  for (const { commands: lines, output } of typed) {
    it(`getting started: ${lines.join('; ')}`, () => {
      const printed = lines.map(type).join('').split('\n').map(shape);
      for (const line of (output ?? '').split('\n').map(shape).filter(Boolean)) {
        const at = printed.indexOf(line);
        assert.notEqual(at, -1, `"${line}" is missing in, or comes too early in:\n${printed.join('\n')}`);
        printed.splice(0, at + 1);
      }
    });
  }

  for (const command of commands) {
    it(`README: ${command}`, async () => {
      if (!command.includes('--pid')) return void type(command);
      const program = spawn(process.execPath, ['-e', "setInterval(() => {}, 10); console.log('up')"], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      try {
        await once(program.stdout, 'data');
        type(command.replace(/--pid \d+/, `--pid ${program.pid}`).replace(/--for \d+s/, '--for 1s'));
      } finally {
        program.kill();
      }
    });
  }

  it('are those that a reader needs', () => {
    assert.ok(typed.length >= 5 && commands.length >= 6, `${typed.length}, ${commands.length}`);
  });
});

describe('the README', () => {
  it('has at most 150 lines', () => {
    assert.ok(readme.trimEnd().split('\n').length <= 150);
  });

  it('has pictures that are of this code: npm run pictures makes them anew', () => {
    const { MADE, digest, folder: pictures } = require('../scripts/pictures');
    assert.equal(JSON.parse(fs.readFileSync(MADE, 'utf8')).sources, digest());
    const shown = [...readme.matchAll(/docs\/pictures\/[\w.-]+/g)].map(([name]) => path.basename(name));
    assert.deepEqual(
      shown.filter((name) => !fs.existsSync(path.join(pictures, name))),
      [],
    );
  });
});
