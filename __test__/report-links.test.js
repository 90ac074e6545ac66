'use strict';
/** Places that a terminal opens when they are clicked on: which terminals get them, what they lead to, and that they take no room. */

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { linksOn } = require('../lib/cli/links');
const { Thread, end, header } = require('./support/recording');
const { patience } = require('../scripts/patience');

const bin = path.join(__dirname, '..', 'bin', 'async-hooks-rs.js');
const MS = 1e6;
const ESC = String.fromCharCode(27);
const SEQUENCE = new RegExp(`${ESC}\\]8;;([^${ESC}]*)${ESC}\\\\`, 'g');
const COLOUR = new RegExp(`${ESC}\\[\\d+m`, 'g');

/** What a terminal is known by, of the environment of whoever runs this test. */
const UNKNOWN = Object.fromEntries(
  [
    'CI',
    'COLORTERM',
    'CURSOR_TRACE_ID',
    'FORCE_COLOR',
    'FORCE_HYPERLINK',
    'KONSOLE_VERSION',
    'NO_COLOR',
    'TEAMCITY_VERSION',
    'TERM',
    'TERM_PROGRAM',
    'TERM_PROGRAM_VERSION',
    'VTE_VERSION',
    'WT_SESSION',
  ].map((name) => [name, undefined]),
);

describe('a terminal', () => {
  const terminal = { isTTY: true };
  const opens = (/** @type {NodeJS.ProcessEnv} */ env, stream = terminal, platform = 'linux') =>
    linksOn(stream, env, platform) !== undefined;

  it('gets links where it is known to open them', () => {
    for (const env of [
      { TERM: 'xterm-kitty' },
      { TERM: 'alacritty' },
      { TERM: 'foot' },
      { TERM: 'xterm-ghostty' },
      { VTE_VERSION: '7600' },
      { VTE_VERSION: '5001' },
      { KONSOLE_VERSION: '220401' },
      { TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.4.19' },
      { TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.72.0' },
      { TERM_PROGRAM: 'WezTerm', TERM_PROGRAM_VERSION: '20240203-110809-5046fc22' },
      { TERM_PROGRAM: 'ghostty' },
      { TERM: 'xterm-kitty', NO_COLOR: '1' },
    ])
      assert.ok(opens(env), JSON.stringify(env));
    assert.ok(opens({ WT_SESSION: 'x' }, terminal, 'win32'));
    assert.equal(linksOn(terminal, { TERM: 'foot' }, 'linux'), os.hostname());
  });

  it('gets none where it is not, where nobody clicks, and where the user wants none', () => {
    for (const env of [
      {},
      { TERM: 'xterm-256color' },
      { TERM: 'dumb', VTE_VERSION: '7600' },
      { TERM: 'xterm-kitty', CI: 'true' },
      { VTE_VERSION: '5000' },
      { VTE_VERSION: '4205' },
      { KONSOLE_VERSION: '200400' },
      { TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.0.15' },
      { TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.71.2' },
      { TERM_PROGRAM: 'Apple_Terminal', TERM_PROGRAM_VERSION: '455' },
      { TERM: 'xterm-kitty', FORCE_HYPERLINK: '0' },
    ])
      assert.ok(!opens(env), JSON.stringify(env));
    assert.ok(!opens({ TERM: 'xterm-kitty' }, { isTTY: false }), 'a pipe');
    assert.ok(!opens({ TERM: 'xterm-kitty' }, terminal, 'win32'));
  });

  it('gets them wherever the user says so', () => {
    assert.ok(opens({ FORCE_HYPERLINK: '1', CI: 'true' }, { isTTY: false }));
  });
});

const SCRIPT = process.platform !== 'linux' || spawnSync('script', ['--version'], { stdio: 'ignore' }).status !== 0;

describe('the report in a terminal', () => {
  /** @type {string} */
  let folder;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'report-links-'));
    const main = new Thread(0);
    main.start(0, 0);
    main.fact('folder', 0, '/srv/my app');
    main.init(0, 3, 'HTTPINCOMINGMESSAGE');
    main.before(0, 3);
    main.request(0, 3, 1);
    main.fact('asks', 1, 'GET /sum');
    main.init(0, 2, 'Timeout', { trigger: 3, stack: '    at begins (/srv/my app/main.js:3:1)' });
    main.after(0, 3);
    main.before(MS, 2);
    for (let ms = 10; ms < 900; ms += 10)
      main.sample(
        (1 + ms) * MS,
        '    at computesWhatTheRestOfTheProgramWaitsFor (/srv/my app/lib/a folder of some length/and another/sum.js:22:3)',
      );
    main.after(901 * MS, 2);
    main.fact('status', 1, '200');
    main.response(901 * MS, 1);
    main.end(902 * MS, 'exit');
    fs.writeFileSync(path.join(folder, 'rec'), Buffer.concat([header({ argv: ['node', '/srv/my app/main.js'] }), main.chunk(), end()]));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  const environment = (/** @type {NodeJS.ProcessEnv} */ env) => ({ ...process.env, ...UNKNOWN, ...env });

  /** @param {NodeJS.ProcessEnv} env @param {string[]} [options] */
  function piped(env, options = []) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [bin, 'report', 'rec', ...options], {
      cwd: folder,
      encoding: 'utf8',
      timeout: patience(60_000),
      env: environment(env),
    });
    assert.equal(status, 0, stderr);
    return stdout;
  }

  /** In a pseudo-terminal of so many columns. @param {number} columns @param {NodeJS.ProcessEnv} env */
  function inTerminal(columns, env) {
    const command = `stty cols ${columns} rows 24 && exec '${process.execPath}' '${bin}' report rec --all`;
    const { stdout, status } = spawnSync('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: patience(60_000),
      env: environment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    assert.equal(status, 0, stdout);
    return stdout.replaceAll('\r\n', '\n');
  }

  /** @param {string} text */
  const addresses = (text) => [...text.matchAll(SEQUENCE)].map(([, address]) => address).filter((address) => address !== '');

  it('leads to the file and the line, on this machine', () => {
    const found = addresses(piped({ FORCE_HYPERLINK: '1' }));
    const host = os.hostname().replace(/[^a-zA-Z0-9.-]/g, '');
    assert.ok(found.includes(`file://${host}/srv/my%20app/lib/a%20folder%20of%20some%20length/and%20another/sum.js#22`), found.join('\n'));
    assert.deepEqual(addresses(piped({ FORCE_HYPERLINK: '1' }, ['--json'])), [], 'JSON has none');
  });

  for (const columns of [80, 120]) {
    it(`fits ${columns} columns: links take no room`, { skip: SCRIPT && 'needs script of util-linux' }, () => {
      const text = inTerminal(columns, { TERM: 'xterm-kitty' });
      assert.ok(addresses(text).length > 0, text);
      assert.equal([...text.matchAll(SEQUENCE)].length, 2 * addresses(text).length, 'each link ends');
      const bare = text.replace(SEQUENCE, '');
      assert.equal(bare, inTerminal(columns, { TERM: 'xterm-kitty', FORCE_HYPERLINK: '0' }), 'all else is as without them');
      const [first] = bare.replace(COLOUR, '').split('\nProcess\n');
      for (const line of first.split('\n')) assert.ok(line.length <= columns, line);
      // What a route mostly does ends with its place, so it is not cut: it stands below where there is no room beside it.
      const [, row, below] = /** @type {RegExpExecArray} */ (/\n(GET \/sum 200 .*)\n((?: {4}.*\n)+)/.exec(first));
      assert.doesNotMatch(row, /…/);
      assert.match(
        below.replace(/\s+/g, ' '),
        /^ \d+ % running: computesWhatTheRestOfTheProgramWaitsFor \(lib\/a folder of some length\/and another\/sum\.js:22\) $/,
      );
    });
  }

  it('has links without colours, and none where nobody can click', { skip: SCRIPT && 'needs script of util-linux' }, () => {
    const plain = inTerminal(80, { TERM: 'xterm-kitty', NO_COLOR: '1' });
    assert.ok(addresses(plain).length > 0, plain);
    assert.ok(!COLOUR.test(plain), plain);
    for (const env of [{ TERM: 'dumb' }, { TERM: 'xterm-256color' }, { TERM: 'xterm-kitty', CI: '1' }])
      assert.ok(!inTerminal(80, env).includes(`${ESC}]8`), JSON.stringify(env));
    assert.ok(!piped({ TERM: 'xterm-kitty' }).includes(ESC), 'a pipe');
  });
});
