'use strict';
// `top`: the screen as a terminal shows it, in tmux. How it reads and what it draws is tested in Rust (crates/report/src/live, crates/top).

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { describe, test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');

const { BIN, newFile, program, runNode, startNode } = require('./support/recorded');

const hasTmux = spawnSync('tmux', ['-V']).status === 0;
const skip = !hasTmux && 'needs tmux';
const isLinux = process.platform === 'linux';
/** Nothing is waited for by time: a text that does not come at all is a failure, however slow the machine is. */
const PATIENCE = 60_000;
const POLL = 50;

const SERVER = `
const remembered = [];
function loadUser() { return new Promise((resolve) => setTimeout(resolve, 5)); }
function remember() { remembered.push(setInterval(() => {}, 600000)); }
function crunch(ms) { const end = Date.now() + ms; while (Date.now() < end); }
const server = require('node:http').createServer(async (request, response) => {
  if (request.url.startsWith('/user')) await loadUser();
  if (request.url === '/leak') remember();
  if (request.url === '/churn') for (let i = 0; i < 2000; i++) await null;
  if (request.url === '/block') crunch(3000);
  if (request.url === '/fail') response.statusCode = 500;
  if (request.url !== '/hang') response.end('ok');
});
server.listen(0, '127.0.0.1', () => {
  console.log('it listens on', server.address().port);
  require('node:fs').writeFileSync(process.argv[2], String(server.address().port));
});
`;

let terminals = 0;

/** A terminal of tmux, with a shell command in it. */
class Terminal {
  #socket = `async-hooks-rs-${process.pid}-${terminals++}`;

  /**
   * @param {import('node:test').TestContext} t
   * @param {string} command
   * @param {NodeJS.ProcessEnv} [env]
   */
  constructor(t, command, env = {}) {
    // What is in it afterwards, and whether keys are lines again.
    const shell = `${command}; echo "LEFT $?"; stty -a; exec sleep 1000`;
    this.#tmux(['-f', '/dev/null', 'new-session', '-d', '-x', '80', '-y', '24', shell], {
      ...process.env,
      NODE_TEST_CONTEXT: '',
      TMPDIR: temporary(),
      ...env,
    });
    t.after(() => this.#tmux(['kill-server']));
  }

  /**
   * @param {string[]} args
   * @param {NodeJS.ProcessEnv} [env]
   */
  #tmux(args, env = process.env) {
    return spawnSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8', env }).stdout;
  }

  /** @param {string[]} keys as tmux names them */
  press(...keys) {
    this.#tmux(['send-keys', ...keys]);
  }

  /** @param {number} width @param {number} height */
  resize(width, height) {
    this.#tmux(['resize-window', '-x', String(width), '-y', String(height)]);
  }

  screen() {
    return this.#tmux(['capture-pane', '-p']);
  }

  /** Whether the other screen is shown, and the cursor. */
  modes() {
    return this.#tmux(['display-message', '-p', '#{alternate_on} #{cursor_flag}']).trim();
  }

  /**
   * Waits for a screen.
   * @param {RegExp} pattern
   * @returns {Promise<string>}
   */
  async shows(pattern) {
    for (const end = Date.now() + PATIENCE; ; await sleep(POLL)) {
      const screen = this.screen();
      if (pattern.test(screen)) return screen;
      if (Date.now() > end) assert.fail(`${pattern} was not shown:\n${screen}`);
    }
  }

  /** The terminal is as it was. */
  async isRestored() {
    const screen = await this.shows(/LEFT \d+[^]*(?:^|\s)icanon/m);
    assert.match(screen, /(?:^|\s)echo(?:\s|$)/m);
    assert.strictEqual(this.modes(), '0 1');
    return screen;
  }
}

/** @param {string[]} args of the command line */
function topOf(...args) {
  return [process.execPath, BIN, 'top', ...args].map((word) => `'${word}'`).join(' ');
}

/** @param {string} file */
async function contentOf(file) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(POLL)) {
    if (fs.existsSync(file) && fs.statSync(file).size > 0) return fs.readFileSync(file, 'utf8');
  }
  return assert.fail(`nothing was written to ${file}`);
}

/**
 * @param {number} port
 * @param {string[]} urls that are answered
 */
async function ask(port, ...urls) {
  for (const url of urls) {
    const [response] = await once(http.get({ port, path: url, host: '127.0.0.1', agent: false }), 'response');
    response.resume();
    await once(response, 'end');
  }
}

/** @param {import('node:test').TestContext} t @param {number} port */
function askInVain(t, port) {
  const request = http.get({ port, path: '/hang', host: '127.0.0.1', agent: false });
  request.on('error', () => {});
  t.after(() => request.destroy());
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** @param {number} pid */
async function ends(pid) {
  for (const end = Date.now() + PATIENCE; isAlive(pid); await sleep(POLL)) assert.ok(Date.now() < end, `process ${pid} goes on`);
}

/** A folder for what is temporary. */
function temporary() {
  const folder = newFile('.tmp');
  fs.mkdirSync(folder);
  return folder;
}

/** @param {string} screen */
function pidOn(screen) {
  return Number(/^\S+ (\d+) {2}Node/m.exec(screen)?.[1]);
}

describe('the screen of a program that it starts', { skip }, () => {
  test('says what the program does, obeys keys, and leaves the terminal as it was', async (t) => {
    const [port, folder] = [newFile('.port'), temporary()];
    const terminal = new Terminal(t, topOf('--', program(SERVER), port), { TMPDIR: folder });
    await terminal.shows(/no requests in the last minute/);
    const of = Number(await contentOf(port));
    const users = Array.from({ length: 20 }, (_, at) => `/user/${at}`);
    await ask(of, ...users, '/leak', '/leak', '/leak', '/fail');
    askInVain(t, of);

    const screen = await terminal.shows(/GET \/user\/:id +[\d.]+ +- +- +\d.* (?:ms|µs)[^]*GET \/hang +- +1 +-/);
    assert.match(screen, /^\[1 overview\]/m);
    assert.match(screen, /[\d.]+ requests\/s, 1 open/);
    assert.match(screen, /main +\S+ +\d+ % busy/);
    await terminal.shows(/GET \/fail +[\d.]+ +- +1 /);
    await terminal.shows(
      /interval of 600… +remember \(\S+:5\) +3 +\+3|interval of 600000 ms +remember \(\S+:5\) +3 +\+3|remember.* 3 +\+3/,
    );
    await terminal.shows(/kept from exiting by/);

    terminal.press('s');
    const sorted = await terminal.shows(/OPEN▼/);
    assert.ok(sorted.indexOf('/hang') < sorted.indexOf('/user'), sorted);
    terminal.press('/', 'u', 's', 'e', 'r', 'Enter');
    const filtered = await terminal.shows(/filter user /);
    assert.doesNotMatch(filtered, /GET \/hang/);
    terminal.press('Escape');
    await terminal.shows(/GET \/hang/);
    terminal.press('Space');
    await terminal.shows(/PAUSED, live/);
    await ask(of, '/later');
    terminal.press('Space');
    await terminal.shows(/GET \/later/);
    assert.doesNotMatch(terminal.screen(), /PAUSED/);

    // The one that is open stands first.
    terminal.press('Home', 'Enter');
    await terminal.shows(/Requests of GET \/hang[^]*open GET \/hang/);
    terminal.press('Enter');
    await terminal.shows(/GET \/hang .*open\n.*where its time went/);
    terminal.press('Escape');
    await terminal.shows(/Requests of GET \/hang/);
    terminal.press('Escape');
    await terminal.shows(/\[1 overview\]/);
    terminal.press('6');
    await terminal.shows(/it listens on \d+/);
    terminal.resize(120, 40);
    terminal.press('3');
    const wide = await terminal.shows(/OPERATION {30,}/);
    assert.match(wide, /remember/);

    terminal.press('q');
    const left = await terminal.isRestored();
    assert.match(left, /LEFT 0/);
    await ends(pidOn(screen));
    // What it has printed is not lost, and nothing else stays.
    const [, output] = /what the program printed is in (\S+)\./.exec(left.replaceAll(/(?<=\S)\n(?=\S)/g, '')) ?? [];
    assert.strictEqual(fs.readFileSync(output, 'utf8'), `it listens on ${of}\n`);
    const remains = fs.readdirSync(folder).filter((name) => !name.startsWith('tmux'));
    assert.deepStrictEqual(remains, [path.basename(path.dirname(output))]);
  });

  test('tells of a program that blocks, with the function and the line, and of one that hangs', async (t) => {
    const port = newFile('.port');
    const terminal = new Terminal(t, topOf('--', program(SERVER), port));
    const of = Number(await contentOf(port));
    await terminal.shows(/ live$/m);
    const asked = ask(of, '/block');
    // Where a thread runs is known on Linux on x64 only.
    const where = isLinux && process.arch === 'x64' ? 'crunch \\(\\S+:6\\)' : '';
    await terminal.shows(new RegExp(`BLOCKED for .*: ${where}.*HTTP connection, for GET /block`));
    await asked;
    await terminal.shows(new RegExp(`blocked (?:\\d+ times, )?[\\d.]+ s at most, last .* ago: ${where}`));
    terminal.press('4');
    await terminal.shows(/LONGEST TIMES[^]*HTTP connection/);
    terminal.press('C-c');
    await terminal.isRestored();

    if (where === '') return;
    const hangs = new Terminal(t, topOf('--', program('function spin() { for (;;); }\nspin();')));
    await hangs.shows(/BLOCKED for [\d.]+ s: spin \(\S+:2\), the main module/);
    hangs.press('q');
    const left = await hangs.isRestored();
    assert.match(left, /LEFT 0/);
  });

  test('shows the end of a program that ends, and answers its exit code', async (t) => {
    const out = newFile();
    const terminal = new Terminal(t, topOf('-o', out, '--', program("console.log('done'); process.exitCode = 7;")));
    await terminal.shows(/ended: exit/);
    await terminal.shows(/the program has ended with exit code 7/);
    terminal.press('q');
    assert.match(await terminal.isRestored(), /LEFT 7/);
    assert.ok(fs.statSync(out).size > 0);
  });

  test('a signal, and an error of its own, leave the terminal as it was and no program behind', async (t) => {
    for (const [signal, seen] of /** @type {const} */ ([
      ['SIGTERM', /LEFT 0/],
      ['SIGUSR2', /its own error[^]*LEFT [1-9]/],
    ])) {
      const own = newFile('.pid');
      const preload = program(`if (process.argv[2] === 'top') {
        process.on('SIGUSR2', () => { throw new Error('its own error'); });
        require('node:fs').writeFileSync(${JSON.stringify(own)}, String(process.pid));
      }`);
      const port = newFile('.port');
      const terminal = new Terminal(t, topOf('--', program(SERVER), port), { NODE_OPTIONS: `--require ${preload}` });
      const screen = await terminal.shows(/kept from exiting by/);
      assert.strictEqual(terminal.modes(), '1 0');
      process.kill(Number(await contentOf(own)), signal);
      const left = await terminal.shows(/LEFT \d/);
      assert.match(left, seen);
      await terminal.isRestored();
      await ends(pidOn(screen));
    }
  });
});

describe('the screen of a process that runs', { skip: skip || (!isLinux && 'attaching was tried on Linux') }, () => {
  test('attaches to it, and leaves it as it was', async (t) => {
    const [port, folder] = [newFile('.port'), temporary()];
    const child = startNode(['--inspect-port=0', program(SERVER), port]);
    t.after(() => child.kill('SIGKILL'));
    const of = Number(await contentOf(port));
    const terminal = new Terminal(t, topOf(String(child.pid)), { TMPDIR: folder });
    await terminal.shows(/ live$/m);
    await ask(of, '/user/1', '/leak');
    await terminal.shows(/GET \/user\/:id/);
    await terminal.shows(/remember \(\S+:5\) +1 /);
    terminal.press('q');
    assert.match(await terminal.isRestored(), /LEFT 0/);
    await ask(of, '/user/2');
    assert.deepStrictEqual(
      fs.readdirSync(folder).filter((name) => !name.startsWith('tmux')),
      [],
    );
    // The inspector is closed again: it has one socket, its own.
    const listens = fs.readFileSync(`/proc/${child.pid}/net/tcp`, 'utf8').split('\n');
    const own = fs.readdirSync(`/proc/${child.pid}/fd`).map((name) => fs.readlinkSync(`/proc/${child.pid}/fd/${name}`));
    const sockets = listens
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && own.includes(`socket:[${inode}]`));
    assert.strictEqual(sockets.length, 1);
  });

  test('says why it cannot', async (t) => {
    const terminal = new Terminal(t, topOf('999999999'));
    assert.match(await terminal.isRestored(), /nothing to watch: there is no such process[^]*LEFT 1/);
  });
});

describe('the screen of a recording of which only the newest is kept', { skip }, () => {
  /**
   * A server that is recorded, and a file that says where it listens.
   * @param {import('node:test').TestContext} t
   */
  async function served(t) {
    const [file, port] = [newFile(), newFile('.port')];
    const keep = { ASYNC_HOOKS_RS_RECORD_FILE: file, ASYNC_HOOKS_RS_RECORD_KEEP: '1MiB' };
    const child = startNode(['--require', path.join(__dirname, '..', 'record.js'), program(SERVER), port], keep);
    t.after(() => child.kill('SIGKILL'));
    return { file, child, of: Number(await contentOf(port)) };
  }

  /** @param {string} file */
  const former = (file) => fs.statSync(`${file}.old`, { throwIfNoEntry: false })?.ino;

  /**
   * Asks until so many parts have begun.
   * @param {string} file
   * @param {number} of
   * @param {number} parts
   */
  async function turn(file, of, parts) {
    for (let [last, seen] = [former(file), 0]; seen < parts;) {
      await ask(of, ...Array(20).fill('/churn'));
      const old = former(file);
      if (old !== last) seen += 1;
      last = old;
    }
  }

  test('goes on from part to part, and knows what it has known', async (t) => {
    const { file, of } = await served(t);
    const terminal = new Terminal(t, topOf(file));
    await ask(of, '/leak', '/leak');
    askInVain(t, of);
    await terminal.shows(/remember \(\S+:5\) +2 /);
    for (let part = 0; part < 3; part++) {
      await turn(file, of, 1);
      // All up to here is read: it is not behind by more than the part before.
      await ask(of, '/leak');
      await terminal.shows(new RegExp(`remember \\(\\S+:5\\) +${part + 3} `));
    }
    await ask(of, '/late');
    await terminal.shows(/GET \/late/);
    const screen = await terminal.shows(/GET \/hang +- +1 /);
    assert.match(screen, / live$/m);
    assert.doesNotMatch(screen, /missed|in its place|deleted/);
    terminal.press('q');
    await terminal.isRestored();
  });

  test('begins anew where parts were gone before they were read, and says so', async (t) => {
    const { file, of } = await served(t);
    const terminal = new Terminal(t, `sh -c 'echo $$ > ${file}.pid; exec ${topOf(file).replaceAll("'", '"')}'`);
    await ask(of, '/leak', '/leak');
    await terminal.shows(/remember \(\S+:5\) +2 /);
    const pid = Number(await contentOf(`${file}.pid`));
    process.kill(pid, 'SIGSTOP');
    await turn(file, of, 4);
    process.kill(pid, 'SIGCONT');
    await terminal.shows(/\d parts? missed/);
    await ask(of, '/leak', '/late');
    await terminal.shows(/GET \/late/);
    await terminal.shows(/remember \(\S+:5\) +3 /);
    await terminal.shows(/ live$/m);
    terminal.press('q');
    await terminal.isRestored();
  });
});

describe('the screen of a file', () => {
  const recording = newFile();
  const made = runNode(
    [
      '--require',
      path.join(__dirname, '..', 'record.js'),
      program("setTimeout(function later() {}, 5); require('node:fs').readFile(__filename, () => {});"),
    ],
    { ASYNC_HOOKS_RS_RECORD_FILE: recording },
  );
  assert.strictEqual(made.status, 0, made.stderr);

  test('shows how one has ended that is over', { skip }, async (t) => {
    const terminal = new Terminal(t, topOf(recording));
    const screen = await terminal.shows(/ended: exit/);
    assert.match(screen, /nothing blocked/);
    terminal.press('q');
    assert.match(await terminal.isRestored(), /LEFT 0/);
  });

  test('follows one that grows, in the colours that the terminal has', { skip }, async (t) => {
    const file = newFile();
    const bytes = fs.readFileSync(recording);
    fs.writeFileSync(file, bytes.subarray(0, 10));
    const terminal = new Terminal(t, topOf(file), { NO_COLOR: '1' });
    await terminal.shows(/nothing recorded yet/);
    fs.appendFileSync(file, bytes.subarray(10));
    await terminal.shows(/ended: exit/);
    fs.rmSync(file);
    fs.writeFileSync(file, 'another');
    await terminal.shows(/ended: exit/);
    terminal.press('q');
    await terminal.isRestored();
  });

  test('is printed once as text, for which no terminal is needed', () => {
    const { stdout, stderr, status } = runNode([BIN, 'top', '--once', recording]);
    assert.deepStrictEqual([stderr, status], ['', 0]);
    assert.match(stdout, /Node v\d[^]*ended: exit[^]*0 requests\/s[^]*OPERATION/);
    assert.ok(![...stdout].some((char) => char < ' ' && char !== '\n'), stdout);
    const started = runNode([BIN, 'top', '--once', '--', program("console.log('printed')")], { TMPDIR: temporary() });
    assert.match(started.stdout, /ended: exit/);
    assert.match(started.stderr, /what the program printed is in/);
  });

  test('is refused where there is no terminal, no recording, or no sense in it', () => {
    const refused = (/** @type {string[]} */ ...args) => {
      const { stderr, status } = runNode([BIN, 'top', ...args], { TMPDIR: temporary() });
      return `${status} ${stderr}`;
    };
    assert.match(refused(recording), /^2 .*needs a terminal, and stdout is none\. With --once it prints one screen/);
    assert.match(refused('--once', BIN), /^2 .*is a program\. "top -- /);
    assert.match(refused('--once', path.join(__dirname, '..', 'LICENSE')), /^1 .*nothing to watch: this is no recording/);
    assert.match(refused('--once', newFile()), /^1 .*nothing to watch: .*cannot be read/);
    assert.match(refused('--once', 'app.js', 'more'), /^2 .*A program stands behind --/);
    assert.match(refused('--once', '--'), /^2 .*No program is given/);
    assert.match(refused('--once', '--', 'nowhere-at-all'), /^2 .*There is no program nowhere-at-all/);
    const crashed = runNode([BIN, 'top', '--once', '--', program('syntax error here')], { TMPDIR: temporary() });
    assert.match(`${crashed.status} ${crashed.stdout}`, /^1 [^]*CRASHED: .*SyntaxError/);
    assert.match(refused('--once', '--', 'node', '--no-such-option'), /^9|^1 .*nothing to watch: .*bad option/);
    assert.match(refused('--once', '-o', 'x.rec', recording), /^2 .*-o is for a recording that is made here/);
    assert.match(refused('--for', '3s', recording), /^2 .*--for goes with --once/);
    assert.match(runNode([BIN, 'top', '--help']).stdout, /^Usage: async-hooks-rs top/);
  });
});
