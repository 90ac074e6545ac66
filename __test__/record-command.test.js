'use strict';
// The command line: programs as people type them, what is refused before anything runs, and what is told at the end.

const assert = require('node:assert');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { spawnSync } = require('node:child_process');
const { loadAddon } = require('../lib/engine/addon');
const { BIN, PRELOAD, newFile, program, readRecording, runNode, startNode } = require('./support/recorded');

const isWindows = process.platform === 'win32';
const APP = program('setTimeout(() => process.stdout.write(typeof gc + " " + process.argv.slice(2)), 1);');

/** @returns {string} a folder with programs in `node_modules/.bin`, and scripts for npm */
function project() {
  const folder = newFile('');
  const bin = path.join(folder, 'node_modules', '.bin');
  fs.mkdirSync(bin, { recursive: true });
  fs.mkdirSync(path.join(folder, 'inner'));
  fs.copyFileSync(APP, path.join(folder, 'app.js'));
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ scripts: { twice: 'node app.js 1 && node app.js 2' } }));
  fs.writeFileSync(
    path.join(bin, 'tool'),
    `#!/usr/bin/env node
    process.on('SIGINT', () => process.exit(6));
    const stay = process.argv[2] === 'stay';
    setTimeout(() => { if (stay) console.log('stays'); else process.exitCode = 5; }, 1);
    if (stay) setInterval(() => {}, 1000);`,
    { mode: 0o755 },
  );
  fs.writeFileSync(path.join(bin, 'shim'), '#!/bin/sh\nexec node "$(dirname "$0")/tool" "$@"\n', { mode: 0o755 });
  return folder;
}

/**
 * @param {string} cwd
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
function record(cwd, args, env = {}) {
  const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`;
  return spawnSync(process.execPath, [BIN, 'record', ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE_TEST_CONTEXT: '', PATH, ...env },
  });
}

/** What is told at the end of a recording of one process. @param {string} file as it is named */
const told = (file) =>
  new RegExp(
    `^async-hooks-rs: recorded [\\d,]+ events? in ${file.replace(/[.\\]/g, '\\$&')}\\. See: npx async-hooks-rs report ${file.replace(/[.\\]/g, '\\$&')}\\n$`,
  );

/** @param {string} folder */
function recordingsIn(folder) {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.rec'))
    .sort();
}

test('node is understood, with its options, and a script that Node would find', () => {
  const folder = project();
  for (const [args, said] of /** @type {[string[], string][]} */ ([
    [['node', '--expose-gc', 'app.js', '-x'], 'function -x'],
    [['--node-options', '--expose-gc', 'app.js'], 'function '],
    [['--node-options', '--expose-gc --no-warnings', '--', 'node', 'app.js', '--node-options', 'y'], 'function --node-options,y'],
    [[process.execPath, 'app.js'], 'undefined '],
    [['app'], 'undefined '],
    [['./app.js'], 'undefined '],
    [['node', '-p', '1'], '1\n'],
  ])) {
    const file = newFile();
    const { status, stdout, stderr } = record(folder, ['-o', file, ...args]);
    assert.deepStrictEqual([status, stdout], [0, said], args.join(' '));
    assert.match(stderr, told(path.relative(folder, file)), args.join(' '));
    assert.ok(fs.existsSync(file), args.join(' '));
  }
});

test('a program of node_modules/.bin, from a folder within', { skip: isWindows }, () => {
  const folder = project();
  const inner = path.join(folder, 'inner');
  for (const name of ['tool', 'shim', '../node_modules/.bin/shim']) {
    const { status, stdout, stderr } = record(inner, ['-o', 'x.rec', name]);
    assert.deepStrictEqual([status, stdout], [5, ''], stderr);
    assert.match(
      stderr,
      /^async-hooks-rs: recorded [\d,]+ events in x\.rec \(process \d+, tool\)\. See: npx async-hooks-rs report x\.rec\n$/,
    );
    assert.ok(readRecording(path.join(inner, 'x.rec')).events.some(({ type }) => type === 'Timeout'));
    fs.rmSync(path.join(inner, 'x.rec'));
  }
});

test('npm run: its scripts are recorded, each in a file of its own, and npm is not', { skip: isWindows }, () => {
  const folder = project();
  const { status, stdout, stderr } = record(folder, ['-o', 'x.rec', 'npm', 'run', '--silent', 'twice']);
  assert.deepStrictEqual([status, stdout], [0, 'undefined 1undefined 2'], stderr);
  const [second, first] = recordingsIn(folder);
  assert.deepStrictEqual([first, /^x\.\d+\.rec$/.test(second), recordingsIn(folder).length], ['x.rec', true, 2]);
  const files = [...stderr.matchAll(/recorded [\d,]+ events in (\S+) \(process \d+, app\.js\)\. See: npx async-hooks-rs report \1$/gm)].map(
    ([, file]) => file,
  );
  assert.deepStrictEqual(files, [first, second]);
});

test('node --test: the test files are recorded, and the runner is not', () => {
  const folder = project();
  fs.writeFileSync(path.join(folder, 'a.test.js'), "require('node:test')('a', (t, done) => setTimeout(done, 1));");
  const { status, stdout, stderr } = record(folder, ['-o', 'x.rec', 'node', '--test', 'a.test.js'], { NODE_TEST_CONTEXT: undefined });
  assert.strictEqual(status, 0, stdout + stderr);
  assert.deepStrictEqual(recordingsIn(folder), ['x.rec']);
  assert.match(stderr, /recorded [\d,]+ events in x\.rec \(process \d+, a\.test\.js\)/);
});

test('a recording within a recorded run', () => {
  const folder = project();
  const inner = `${JSON.stringify(process.execPath)} ${JSON.stringify(BIN)} record -o inner.rec app.js`;
  const outer = program(`require('node:child_process').execSync(${JSON.stringify(inner)}, { stdio: 'inherit' });`);
  const { status, stderr } = record(folder, ['-o', 'outer.rec', '--children', outer]);
  assert.strictEqual(status, 0, stderr);
  assert.deepStrictEqual(recordingsIn(folder), ['inner.rec', 'outer.rec']);
});

test('a program that starts no Node process is told, with its own exit code', { skip: isWindows }, () => {
  const { status, stderr } = record(project(), ['sh', '-c', 'exit 3']);
  assert.strictEqual(status, 3);
  assert.match(stderr, /^async-hooks-rs: nothing was recorded: no Node process of sh /);
  const version = record(project(), ['node', '--version']);
  assert.deepStrictEqual([version.status, version.stdout], [0, `${process.version}\n`]);
  assert.match(version.stderr, /nothing was recorded/);
});

test('signals reach a program of node_modules/.bin, and its exit code comes back', { skip: isWindows }, async () => {
  const folder = project();
  const out = path.join(folder, 'x.rec');
  const child = startNode([BIN, 'record', '-o', out, path.join(folder, 'node_modules', '.bin', 'tool'), 'stay']);
  const named = startNode([BIN, 'record', '-o', path.join(folder, 'y.rec'), path.join(folder, 'node_modules', '.bin', 'shim'), 'stay'], {
    PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
  });
  for (const started of [child, named]) {
    await once(/** @type {import('node:stream').Readable} */ (started.stdout), 'data');
    started.kill('SIGINT');
    assert.deepStrictEqual(await once(started, 'exit'), [6, null]);
  }
  assert.deepStrictEqual(recordingsIn(folder), ['x.rec', 'y.rec']);
});

test('what is refused: the error, a line that names --help, nothing run and nothing left behind', () => {
  const folder = project();
  fs.writeFileSync(path.join(folder, 'read-only.rec'), '', { mode: 0o444 });
  for (const [args, message] of /** @type {[string[], RegExp][]} */ ([
    [[], /No program is given/],
    [['--what', 'app.js'], /no option --what/],
    [['--stack', 'app.js'], /Did you mean --stacks/],
    [['--stacks=0', 'app.js'], /--stacks=0: it takes 1\/N/],
    [['--stacks=1/0', 'app.js'], /--stacks=1\/0/],
    [['--stacks=-1', 'app.js'], /--stacks=-1/],
    [['--stacks', '0', 'app.js'], /--stacks=0/],
    [['--stacks=abc', 'app.js'], /--stacks=abc/],
    [['--stacks=', 'app.js'], /--stacks=/],
    [['--places=101', 'app.js'], /--places=101: it takes a number from 0 to 100/],
    [['--places=-1', 'app.js'], /--places=-1/],
    [['--places', 'abc', 'app.js'], /--places=abc/],
    [['--places', '3%', 'app.js'], /--places=3%/],
    [['--places=', 'app.js'], /--places=/],
    [['--places', '3', '--no-places', 'app.js'], /cannot be used together/],
    [['--no-place', 'app.js'], /Did you mean --no-places/],
    [['--types', ',', 'app.js'], /names no type/],
    [['no-such-program'], /no program no-such-program/],
    [['-o', path.join(folder, 'none', 'x.rec'), 'app.js'], /there is no such folder/],
    [['-o', path.join(folder, 'none', '%p.rec'), 'app.js'], /there is no such folder/],
    [['-o', folder, 'app.js'], /it names a folder/],
    [['-o', `inner${path.sep}`, 'app.js'], /it names a folder/],
    [['-o', '', 'app.js'], /it names a folder/],
    [['-o', path.join('app.js', 'x.rec'), 'app.js'], /a part of it is a file/],
    ...(isWindows
      ? []
      : /** @type {[string[], RegExp][]} */ ([
          [['-o', 'read-only.rec', 'app.js'], /it is read-only/],
          [['--node-options', '--no-such-option', 'tool'], /Node only takes --no-such-option on its own command line/],
        ])),
  ])) {
    const { status, stdout, stderr } = record(folder, args);
    assert.deepStrictEqual([status, stdout], [2, ''], args.join(' '));
    const [error, hint, ...rest] = stderr.trimEnd().split('\n');
    assert.match(error, message);
    assert.match(hint, /async-hooks-rs record --help/);
    assert.deepStrictEqual(rest, []);
  }
  assert.deepStrictEqual(recordingsIn(folder), ['read-only.rec']);
});

test('a folder without permission is refused', { skip: isWindows || process.getuid?.() === 0 }, () => {
  const folder = project();
  fs.chmodSync(path.join(folder, 'inner'), 0o555);
  const { status, stderr } = record(folder, ['-o', 'inner/x.rec', 'app.js']);
  assert.strictEqual(status, 2);
  assert.match(stderr, /you have no permission/);
});

test('a device is written to as it is, and a file that exists is left alone', { skip: isWindows }, () => {
  const folder = project();
  fs.writeFileSync(path.join(folder, 'x.rec'), 'mine');
  assert.deepStrictEqual(record(folder, ['-o', '/dev/null', 'app.js']).status, 0);
  assert.deepStrictEqual(record(folder, ['-o', 'x.rec', 'app.js']).status, 0);
  assert.strictEqual(fs.readFileSync(path.join(folder, 'x.rec'), 'utf8'), 'mine');
});

test('the arguments of the program are left out on request', () => {
  for (const [words, expected] of /** @type {[string[], boolean][]} */ ([
    [[], true],
    [['--no-arguments'], false],
  ])) {
    const file = newFile();
    assert.strictEqual(record(project(), ['-o', file, ...words, 'app.js', 'secret-word']).status, 0);
    assert.strictEqual(fs.readFileSync(file).includes('secret-word'), expected);
  }
});

test('a share of stacks stands behind a = or in the next word, or is left out', () => {
  for (const words of [['--stacks=1/2'], ['--stacks', '1/2'], ['--stacks']]) {
    const { status, stdout } = record(project(), ['-o', newFile(), ...words, 'app.js', '--stacks']);
    assert.deepStrictEqual([status, stdout], [0, 'undefined --stacks'], words.join(' '));
  }
});

test('types that Node does not have: what may be meant, and whether any was seen', () => {
  const source = program("new (require('node:async_hooks').AsyncResource)('MyPool'); setTimeout(() => {}, 1);");
  const { status, stderr } = record(project(), ['-o', newFile(), '--types', 'Timeot,MyPool,TCPWRAP', source]);
  assert.strictEqual(status, 0);
  assert.deepStrictEqual(stderr.trimEnd().split('\n'), [
    'async-hooks-rs record: Node has no type Timeot. Did you mean Timeout?',
    stderr.split('\n').find((line) => / recorded \d+ events? in /.test(line)),
    'async-hooks-rs: no resource of type Timeot was recorded.',
  ]);
});

test('the name of a file that nobody could know is told', () => {
  const folder = project();
  const { stderr } = record(folder, ['app.js']);
  const [file] = recordingsIn(folder);
  assert.match(
    stderr,
    new RegExp(`^async-hooks-rs: recorded [\\d,]+ events in ${file.replace(/[.\\]/g, '\\$&')} \\(process \\d+, app\\.js\\)\\. See: `),
  );
});

test('--version, help, and commands that there are not', () => {
  const { version } = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8'));
  for (const word of ['--version', '-v', 'version']) assert.strictEqual(runNode([BIN, word]).stdout, `${version}\n`);
  for (const words of [['help'], ['--help'], ['-h']]) assert.match(runNode([BIN, ...words]).stdout, /^Usage: async-hooks-rs <command>/);
  for (const words of [
    ['help', 'record'],
    ['record', '--help'],
    ['--help', 'record'],
  ]) {
    assert.match(runNode([BIN, ...words]).stdout, /^Usage: async-hooks-rs record/, words.join(' '));
  }
  for (const [words, message] of /** @type {[string[], RegExp][]} */ ([
    [[], /No command is given/],
    [['recrod'], /no command recrod\. Did you mean record\?/],
    [['help', 'reprot'], /Did you mean report\?/],
    [['--verison'], /Did you mean --version\?/],
    [['constructor'], /no command constructor/],
  ])) {
    const { status, stdout, stderr } = runNode([BIN, ...words]);
    assert.deepStrictEqual([status, stdout, stderr.trimEnd().split('\n').length], [2, '', 2]);
    assert.match(stderr, message);
  }
});

test('places: within a share of the time, or none', () => {
  for (const [words, share] of /** @type {[string[], number][]} */ ([
    [[], 3],
    [['--places', '10'], 10],
    [['--places=0.5'], 0.5],
    [['--places=0'], 0],
    [['--no-places'], 0],
    [['--places=100'], 100],
  ])) {
    const file = newFile();
    assert.strictEqual(record(project(), ['-o', file, ...words, 'app.js']).status, 0);
    assert.ok(fs.readFileSync(file, 'latin1').includes(`"places":${share}}`), words.join(' '));
    const { events } = readRecording(file);
    assert.strictEqual(
      events.some(({ stack }) => stack !== undefined),
      share > 0,
      words.join(' '),
    );
  }
});

test('what was recorded is counted as the report counts it', () => {
  const folder = project();
  const { stderr } = record(folder, ['-o', 'x.rec', 'app.js']);
  const [, count] = /** @type {RegExpExecArray} */ (/recorded ([\d,]+) events/.exec(stderr));
  const { events } = JSON.parse(spawnSync(process.execPath, [BIN, 'report', 'x.rec', '--json'], { cwd: folder, encoding: 'utf8' }).stdout);
  assert.strictEqual(Number(count.replaceAll(',', '')), events);
});

test('the command that is told can be pasted, whatever the file is called', { skip: isWindows }, () => {
  for (const name of ["it's a 'name'.rec", '-dash.rec', '$(touch owned).rec', 'esc\x1b[2J.rec']) {
    const folder = project();
    const { stderr } = record(folder, [`--out=${name}`, 'app.js']);
    assert.ok(fs.existsSync(path.join(folder, name)));
    const [, command] = /** @type {RegExpExecArray} */ (/See: npx async-hooks-rs (report .*)\n$/.exec(stderr));
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(stderr, /\x1b/);
    if (name.includes('\x1b')) continue;
    const { status, stdout } = spawnSync('sh', ['-c', `"$0" "$1" ${command}`, process.execPath, BIN], { cwd: folder, encoding: 'utf8' });
    assert.strictEqual(status, 0, command);
    assert.match(stdout, /^Findings$/m);
    assert.ok(!fs.existsSync(path.join(folder, 'owned')));
  }
});

test('what is written into a device has no report', { skip: isWindows }, () => {
  const { stderr } = record(project(), ['-o', '/dev/null', 'app.js']);
  assert.strictEqual(stderr, 'async-hooks-rs: recorded into /dev/null.\n');
});

test('--report prints the first screen on stderr, and leaves stdout to the program', () => {
  const folder = project();
  const { status, stdout, stderr } = record(folder, ['-o', 'x.rec', '--report', 'app.js', '--report']);
  assert.deepStrictEqual([status, stdout], [0, 'undefined --report']);
  const screen = spawnSync(process.execPath, [BIN, 'report', 'x.rec'], { cwd: folder, encoding: 'utf8' }).stdout;
  assert.match(screen, /^Findings$/m);
  const [line, empty, ...rest] = stderr.split('\n');
  assert.match(`${line}\n`, told('x.rec'));
  assert.deepStrictEqual([empty, rest.join('\n')], ['', screen]);
});

/** @param {string} script what stands in the place of what opens pages @returns {string} a folder for PATH */
function opener(script) {
  const folder = newFile('');
  fs.mkdirSync(folder);
  for (const name of ['xdg-open', 'open']) fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

test('--open makes a page beside the recording, and opens it', { skip: isWindows }, () => {
  const folder = project();
  fs.writeFileSync(path.join(folder, 'x.html'), 'mine');
  const PATH = `${opener(`printf %s "$1" > ${JSON.stringify(path.join(folder, 'opened'))}`)}:${process.env.PATH}`;
  const { status, stderr } = record(folder, ['-o', 'x.rec', '--open', 'app.js'], { PATH });
  assert.strictEqual(status, 0);
  assert.match(stderr, /\nasync-hooks-rs: the page is x\.1\.html\.\n$/);
  const opened = fs.readFileSync(path.join(folder, 'opened'), 'utf8');
  assert.strictEqual(fs.realpathSync(opened), fs.realpathSync(path.join(folder, 'x.1.html')));
  assert.match(fs.readFileSync(opened, 'utf8'), /^<!doctype html>/);
  assert.strictEqual(fs.readFileSync(path.join(folder, 'x.html'), 'utf8'), 'mine');
});

test("--open says where the page is that cannot be opened, and the exit code is the program's", { skip: isWindows }, () => {
  for (const [PATH, reason] of /** @type {[string, RegExp][]} */ ([
    [opener('exit 3'), /could not be opened \(\S+ ended with exit code 3\)/],
    [newFile(''), /could not be opened \(\S+: ENOENT\)/],
  ])) {
    const folder = project();
    const { status, stderr } = record(folder, ['-o', 'x.rec', '--open', program('process.exitCode = 5; setTimeout(() => {}, 1);')], {
      PATH,
    });
    assert.strictEqual(status, 5);
    assert.match(stderr, /the page is x\.html, and /);
    assert.match(stderr, reason);
    assert.ok(fs.existsSync(path.join(folder, 'x.html')));
  }
});

test('Ctrl-C of a server: it ends as without the recorder, and its report is printed', { skip: isWindows }, async () => {
  const serves = (/** @type {string} */ handler) =>
    program(`
    ${handler}
    function listens() { require('node:http').createServer((request, response) => response.end()).listen(0, () => process.stdout.write('listens')); }
    listens();`);
  for (const [handler, end] of /** @type {[string, [number | null, string | null]][]} */ ([
    ['', [null, 'SIGINT']],
    ["process.on('SIGINT', () => process.exit(9));", [9, null]],
  ])) {
    const file = newFile();
    const child = startNode([BIN, 'record', '--report', '-o', file, serves(handler)]);
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    await once(child.stdout, 'data');
    await new Promise((resolve) => {
      setTimeout(resolve, 400);
    });
    child.kill('SIGINT');
    assert.deepStrictEqual(await once(child, 'close'), end);
    assert.match(stderr, /^async-hooks-rs: recorded [\d,]+ events in \S+\. See: npx async-hooks-rs report \S+\n\nnode /);
    assert.match(stderr, /^Findings$/m);
    assert.ok(readRecording(file).events.some(({ type, stack }) => type === 'TCPSERVERWRAP' && stack?.includes('listens')));
  }
});

test('what the time of the slowest routes mostly went into is said as a whole, below or beside the numbers', () => {
  const app = program(`
    const http = require('node:http');
    async function waitsForSomethingThatHasALongName() { await new Promise(function makesTheTimer(resolve) { setTimeout(resolve, 60); }); }
    const server = http.createServer(async (request, response) => {
      await waitsForSomethingThatHasALongName();
      response.end();
    }).listen(0, '127.0.0.1', async () => {
      for (let n = 0; n < 5; n++) {
        await new Promise((resolve) => {
          const path = '/a/path/of/many/parts/that/is/long';
          http.get({ port: server.address().port, host: '127.0.0.1', path, agent: false }, (answer) => answer.resume().on('end', resolve));
        });
      }
      server.close();
    });`);
  const file = newFile();
  assert.strictEqual(runNode(['--require', PRELOAD, app], { ASYNC_HOOKS_RS_RECORD_FILE: file }).status, 0);
  const {
    routes: [{ mostly }],
  } = JSON.parse(runNode([BIN, 'report', '--json', file]).stdout);
  assert.match(mostly, /waiting: timer of 60 ms, makesTheTimer \(/);
  for (const width of [60, 80, 120, 200]) {
    const { summary } = loadAddon().reportRecording(file, { all: false, why: false, json: false, width, colour: false }, null, []);
    const lines = String(summary).split('\n');
    assert.deepStrictEqual(
      // A word, as the path of a file is one, is not taken apart.
      lines.filter((line) => line.length > width && /\s/.test(line.trim()) && !line.startsWith('More: ')),
      [],
    );
    assert.ok(lines.join(' ').replace(/\s+/g, ' ').includes(mostly), lines.join('\n'));
  }
});

test('the signal that ended the program is in its recording, and no warning', { skip: isWindows }, async () => {
  const [app, handled] = [
    program('setInterval(() => {}, 50);'),
    program("process.on('SIGTERM', () => process.exit()); setInterval(() => {}, 50);"),
  ];
  for (const [source, signal, said] of /** @type {[string, NodeJS.Signals, string | undefined][]} */ ([
    [app, 'SIGINT', 'SIGINT'],
    [app, 'SIGTERM', 'SIGTERM'],
    [handled, 'SIGTERM', undefined],
  ])) {
    const file = newFile();
    const child = startNode([BIN, 'record', '-o', file, source]);
    while (!fs.existsSync(file) || fs.statSync(file).size < 400) await new Promise((resolve) => setTimeout(resolve, 20));
    // As the recorder writes what there is again and again, the program has begun.
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill(signal);
    await once(child, 'exit');
    const { stdout } = runNode([BIN, 'report', file]);
    assert.match(stdout, said === undefined ? /^Node .* events$/m : new RegExp(`^Node .* events, ended by ${said}$`, 'm'));
    assert.doesNotMatch(stdout, /^!/m);
    const { complete, signal: told } = JSON.parse(runNode([BIN, 'report', file, '--json']).stdout);
    assert.deepStrictEqual([complete, told], [said === undefined, said]);
  }
});
