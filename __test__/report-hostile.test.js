'use strict';
/** Recordings that somebody made to do harm: what a terminal would obey in every text of a file, and more of everything than fits. */

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { Thread, chunk, end, header } = require('./support/recording');
const { patience } = require('../scripts/patience');

const bin = path.join(__dirname, '..', 'bin', 'async-hooks-rs.js');
const FORMS = ['html', 'chrome', 'ndjson', 'traces', 'otlp'];
const MS = 1e6;

/** Controls, what reorders, and what is not seen; all but the end of a line, which reports write themselves. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const HIDDEN_IN_LINES = new RegExp(`(?!\n)${HIDDEN.source}`, 'u');
/** Every such character. */
const ALL = [];
for (let code = 0; code < 0x110000; code += 1) {
  const character = String.fromCodePoint(code);
  if (HIDDEN.test(character)) ALL.push(character);
}

/** Clears the screen, names the window, fills the clipboard, goes back to the start of the line, turns around, ends a page. */
const EVIL =
  '\x1b[2J\x1b]0;owned\x07\x1b]52;c;cm0gLXJm\x07\rok\n\0\x08\x7f\x9b31m\x85\u202e\u2066\u200e\u061c\u2028\u2029\u200b\ufeff</script><img src=x onerror=alert(1)>" \'';

/** @type {string} */
let folder;
before(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'report-hostile-'));
});
after(() => fs.rmSync(folder, { recursive: true }));

/** @param {string[]} args */
function report(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'report', ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: patience(60_000),
    maxBuffer: 2 ** 26,
  });
  return { status, stdout, stderr };
}

/** @param {string} name @param {Buffer[]} parts */
function record(name, ...parts) {
  fs.writeFileSync(path.join(folder, name), Buffer.concat(parts));
  return name;
}

/**
 * A recording with the text in every place of the format that holds text, and in every place of a report that shows it.
 * @param {string} text
 */
function everywhere(text) {
  const about = header({ node: `v26${text}`, argv: [`node${text}`, `/srv/${text}`, text], platform: `linux${text}` });
  const main = new Thread(0);
  // The lines of a stack are lines; no other text has any.
  const frame = text.replaceAll('\n', '');
  const stack = `    at ${frame} (/srv/${frame}:1:1)\n    at ${frame}`;
  main.start(0, 0, text);
  main.init(1 * MS, 2, `Timeout${text}`, { stack });
  main.before(2 * MS, 2);
  main.init(3 * MS, 3, `X${text}`, { trigger: 2, stack });
  main.after(90 * MS, 2);
  main.mark(91 * MS, text);
  // A request, in which the loop was blocked where the program ran; what keeps it alive; what ended it.
  main.fact('folder', 0, text);
  main.init(91 * MS, 4, 'HTTPINCOMINGMESSAGE', { trigger: 2, current: 0 });
  for (const number of [1, 2]) {
    const began = (85 + 6 * number) * MS;
    main.before(began, 4);
    main.request(began, 4, number);
    main.fact('asks', number, `GET /${text}`);
    main.fact('traceParent', number, text);
    if (number === 1) main.fact('route', number, text);
    main.fact('status', number, number === 1 ? '200' : text);
    main.init(began, 4 + number, `Sub${text}`, { trigger: 4, stack });
    main.fact('does', 4 + number, text);
    main.after(began, 4);
    main.before(began + MS, 4 + number);
    main.sample(began + 2 * MS, `    at ${frame} (/srv/${frame}.js:${number}:1)`);
    main.after(began + 4 * MS, 4 + number);
    main.response(began + 4 * MS, number);
  }
  main.init(102 * MS, 7, 'Timeout', { trigger: 2, stack });
  main.delay(7, 60_000, true);
  main.before(110 * MS, 7);
  for (let ms = 0; ms < 2000; ms += 10) main.sample((111 + ms) * MS, `    at ${frame} (/srv/${frame}.js:3:1)`);
  main.after(2200 * MS, 7);
  main.fact('holds', 0, '7');
  main.fact('holds', 0, text);
  main.fact('unknown', 0, text);
  main.fact('crash', 7, `${text}: ${text}\n    at ${frame} (/srv/${frame}:1:1)`);
  for (let id = 10; id < 5000; id += 1) main.init((2200 + id) * MS, id, `Grows${text}`, { trigger: 2, stack });
  main.dropped(`Dropped${text}`, 3);
  main.end(8000 * MS, `uncaught ${text}`);
  const worker = new Thread(1);
  worker.start(0, 1, text);
  worker.end(1 * MS, text);
  return [about, main.chunk(), worker.chunk(), end()];
}

/** @param {string} text @param {string} where */
function assertPlain(text, where) {
  const found = HIDDEN_IN_LINES.exec(text);
  assert.equal(
    found,
    null,
    `${where} has ${JSON.stringify(found?.[0])} near ${JSON.stringify(text.slice(Math.max(0, (found?.index ?? 0) - 60), found?.index))}`,
  );
}

describe('text that a terminal would obey', () => {
  it('is escaped wherever the summary shows it', () => {
    const { status, stdout, stderr } = report(record('evil', ...everywhere(EVIL)), '--all', '--why');
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    assertPlain(stdout, 'the summary');
    const shown = '\\x1b[2J\\x1b]0;owned\\x07\\x1b]52;c;cm0gLXJm\\x07\\rok\\n\\x00\\x08\\x7f\\x9b31m\\x85\\u{202e}\\u{2066}';
    for (const part of ['node', '/srv/', 'Timeout', 'Grows', 'Dropped', 'worker 1 ', 'ended: uncaught ', '91.0 ms ']) {
      assert.ok(stdout.includes(`${part}${shown}`), `${part} in ${stdout}`);
    }
    assert.ok(stdout.includes(`created at ${shown.replace('\\n', '')}`));
  });

  it('leaves links whole, and is escaped in their text and in their address', () => {
    const plain = report(record('evil', ...everywhere(EVIL)), '--all', '--why').stdout;
    const child = spawnSync(process.execPath, [bin, 'report', 'evil', '--all', '--why'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: patience(60_000),
      maxBuffer: 2 ** 26,
      env: { ...process.env, FORCE_HYPERLINK: '1' },
    });
    const [escape, links] = ['\x1b', /\x1b\]8;;(?:file:\/\/[a-zA-Z0-9.-]*\/[a-zA-Z0-9/._~%-]*#\d+)?\x1b\\/g]; // eslint-disable-line no-control-regex
    assert.ok(child.stdout.match(links)?.length > 2, child.stdout);
    const bare = child.stdout.replace(links, '');
    assert.ok(!bare.includes(escape));
    assert.equal(bare, plain);
  });

  it('is escaped on the first screen: in routes, places, what things are for, and what ended the program', () => {
    const file = record('evil', ...everywhere(EVIL));
    for (const options of [[], ['--why'], ['--json']]) {
      const { status, stdout, stderr } = report(file, ...options);
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
      assertPlain(stdout, `the screen ${options}`);
      if (options[0] !== '--json')
        assert.ok(
          stdout.split('\n').every((line) => line.length <= 400),
          stdout,
        );
    }
    const { findings, routes, argv } = JSON.parse(report(file, '--json').stdout);
    assert.equal(argv.at(-1), EVIL);
    // Programs get the text as it was.
    assert.ok(routes.some((/** @type {any} */ { route }) => route.includes('\x1b[2J')));
    const kinds = findings.map((/** @type {any} */ { kind }) => kind);
    for (const kind of ['crash', 'block', 'lost']) assert.ok(kinds.includes(kind), kinds.join());
  });

  it('makes no line of its own', () => {
    const lengthOf = (/** @type {string} */ text) => {
      const sections = report(record('lines', ...everywhere(text)), '--all').stdout.split(/^(?=Process$)/m);
      // Sentences of findings are wrapped, and longer ones have more lines.
      return sections[1].split('\n').length;
    };
    assert.equal(lengthOf(EVIL), lengthOf('plain'));
  });

  it('is escaped in every other form, whole', () => {
    const file = record('evil', ...everywhere(EVIL));
    const { status, stdout, stderr } = report(file, ...FORMS.flatMap((form) => [`--${form}`, `evil.${form}`]));
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
    const read = (/** @type {string} */ form) => fs.readFileSync(path.join(folder, `evil.${form}`), 'utf8');
    for (const form of FORMS) assertPlain(read(form), form);
    const events = read('ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      events.filter(({ phase }) => phase === 'mark').map(({ name }) => name),
      [EVIL],
    );
    assert.deepEqual(
      events.filter(({ phase }) => phase === 'end').map(({ reason }) => reason),
      [`uncaught ${EVIL}`, EVIL],
    );
    const { traceEvents } = JSON.parse(read('chrome'));
    assert.ok(traceEvents.some((/** @type {any} */ { ph, name }) => ph === 'B' && name === `Timeout${EVIL}`));
    JSON.parse(read('otlp').split('\n')[0]);
    JSON.parse(read('traces').split('\n')[0]);
  });

  it('is shown as an escape by the page, and cannot leave its data', () => {
    report(record('evil', ...everywhere(EVIL)), '--html', 'evil.html');
    const page = fs.readFileSync(path.join(folder, 'evil.html'), 'utf8');
    assert.equal(page.match(/<\/script/g)?.length, 2);
    assert.ok(!page.includes('<img'));
    const data = JSON.parse(page.split('id="data">')[1].split('</script>')[0]);
    const shown = (/** @type {any} */ value) => {
      if (typeof value === 'string') assertPlain(value, 'the data of the page');
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(shown);
    };
    shown(data);
    assert.match(data.threads[1].name, /^worker 1 \\x1b\[2J/);
    assert.match(data.header.argv[0], /^node\\x1b.*\\u\{202e\}/);
    assert.match(data.stacks[0], /^ {4}at \\x1b[^\n]*\n {4}at \\x1b[^\n]*$/);
    const [, policy] = /** @type {RegExpExecArray} */ (/http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page));
    assert.match(policy, /^default-src 'none'; style-src 'nonce-\w{32}'; script-src 'nonce-\w{32}'; base-uri 'none'; form-action 'none'$/);
  });

  it('is escaped, whichever of all characters it is', () => {
    const main = new Thread(0);
    for (let at = 0; at < ALL.length; at += 100) main.mark(at, `${at} ${ALL.slice(at, at + 100).join('')}`);
    const file = record('all', header(), main.chunk(), end());
    const { stdout } = report(file, '--all', ...FORMS.flatMap((form) => [`--${form}`, `all.${form}`]));
    assertPlain(stdout, 'the summary');
    for (const form of FORMS) assertPlain(fs.readFileSync(path.join(folder, `all.${form}`), 'utf8'), form);
    const marks = fs.readFileSync(path.join(folder, 'all.ndjson'), 'utf8').trimEnd().split('\n');
    assert.equal(marks.map((line) => JSON.parse(line).name.replace(/^\d+ /, '')).join(''), ALL.join(''));
  });

  it('does not pile marks upon a letter without end', () => {
    const main = new Thread(0);
    main.mark(0, `a${'\u0301'.repeat(200)}`);
    main.mark(1, 'cafe\u0301');
    const { stdout } = report(record('marks', header(), main.chunk(), end()), '--all');
    assert.doesNotMatch(stdout, /\u0301{5}/);
    assert.match(stdout, /cafe\u0301$/m);
  });

  it('is cut where it is long', () => {
    const { stdout } = report(record('long', ...everywhere('long'.repeat(2000))), '--all');
    assert.ok(
      stdout.split('\n').every((line) => line.length < 3000),
      stdout,
    );
    assert.match(stdout, /longlong…/);
  });

  /** @type {[string, string[], number][]} */
  const wrong = [
    ['a file that is not there', [EVIL.replaceAll('\0', '')], 3],
    ['an option', [`--${EVIL.replaceAll('\0', '')}`], 2],
    ['an output that cannot be written', ['plain', '--html', `no/${EVIL.replaceAll('\0', '')}`], 3],
    ['an output that is the recording itself', ['\x1b]0;owned\x07\u202e', '--html', '\x1b]0;owned\x07\u202e'], 2],
    ['a damaged file', ['damaged\x1b]0;owned\x07\u202e\n'], 1],
  ];
  for (const [name, args, code] of wrong) {
    // Windows has no file of such a name.
    const isFile = /recording|damaged/.test(name);
    it(`is escaped in the message about ${name}`, { skip: isFile && process.platform === 'win32' }, () => {
      record('plain', ...everywhere('plain'));
      if (isFile) {
        record('\x1b]0;owned\x07\u202e', header(), end());
        record('damaged\x1b]0;owned\x07\u202e\n', header(), Buffer.from('no chunk'));
      }
      const { status, stderr } = report(...args);
      assert.equal(status, code, stderr);
      assertPlain(stderr, 'stderr');
      assert.match(stderr, /\\x1b/);
      assert.ok(stderr.split('\n').length <= 3, stderr);
    });
  }
});

/**
 * A chunk of entries that were encoded by hand: what their shapes are, and 0 as the time of each that has one.
 * @param {number} thread @param {number} entries @param {Buffer} shapes @param {number} timed
 */
function packed(thread, entries, shapes, timed) {
  /** @type {number[]} */
  const length = [];
  for (let rest = shapes.length; length.at(-1) === undefined || length.at(-1) >= 128; rest >>= 7)
    length.push(rest >= 128 ? (rest & 127) | 128 : rest);
  return chunk(thread, 0, entries, Buffer.concat([Buffer.from(length), shapes, Buffer.alloc(timed)]));
}

const BEFORE_AGAIN = 1 | 16;

/** What a thread has before such a chunk. @param {number} number @param {string[]} types */
function opening(number, types = ['Timeout']) {
  const thread = new Thread(number);
  for (const [at, type] of types.entries()) thread.init(MS, at + 2, type);
  return thread.chunk();
}

/** Reports in a process of its own. @returns {number} the most memory that it had, in MiB */
function peak(/** @type {string[]} */ ...args) {
  const script = `require(${JSON.stringify(path.join(__dirname, '..', 'lib', 'cli', 'report'))}).command(process.argv.slice(1))
    .then((code) => console.error('%d %d', code, process.resourceUsage().maxRSS / 1024))`;
  const { stderr } = spawnSync(process.execPath, ['-e', script, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: patience(60_000),
    maxBuffer: 2 ** 26,
  });
  const [code, most] = stderr.trimEnd().split('\n').at(-1)?.split(' ').map(Number) ?? [];
  assert.equal(code, 0, stderr);
  return most;
}

describe('more than there is room for', () => {
  /** MiB beyond what a report of nothing takes, or of as many resources. */
  const ROOM = 64;

  /** @type {Record<string, () => Buffer[]>} */
  const files = {
    threads: () =>
      Array.from({ length: 20_000 }, (_, number) => {
        const thread = new Thread(number);
        thread.init(MS, 2, 'Timeout');
        thread.before(MS, 2);
        thread.after(100 * MS, 2);
        return thread.chunk();
      }),
    'callbacks that never end': () => [
      opening(0),
      ...Array.from({ length: 4 }, () => packed(0, 1e6, Buffer.alloc(1e6, BEFORE_AGAIN), 1e6)),
    ],
    'callbacks that never end on many threads': () => {
      const chunk = packed(0, 4096, Buffer.alloc(4096, BEFORE_AGAIN), 4096);
      return Array.from({ length: 3000 }, (_, number) => [opening(number), again(chunk, number)]).flat();
    },
    'types on many threads': () => resources(500),
    'settings of the clock on many threads': () => {
      const clocks = Buffer.alloc(2 * 4096);
      for (let at = 0; at < clocks.length; at += 2) clocks[at] = 7 | (7 << 3);
      const chunk = packed(0, 4096, clocks, 4096);
      return Array.from({ length: 3000 }, (_, number) => again(chunk, number));
    },
    'long names': () => {
      const thread = new Thread(0);
      thread.start(0, 1, 'n'.repeat(1e5));
      thread.end(1, 'r'.repeat(1e5));
      const chunk = thread.chunk();
      return Array.from({ length: 300 }, (_, number) => again(chunk, number));
    },
  };

  /** As many resources as there are in the file of that name, without what there is too much of. @type {Record<string, () => Buffer[]>} */
  const fewer = { 'types on many threads': () => resources(1) };

  /** 400,000 of them on 400 threads, half of them much later. @param {number} types of each thread */
  function resources(types) {
    const thread = new Thread(0);
    for (const time of [MS, 1e12]) for (let n = 0; n < 500; n += 1) thread.init(time, (time === MS ? 1 : 501) + n, `type ${n % types}`);
    const chunk = thread.chunk();
    return Array.from({ length: 400 }, (_, number) => again(chunk, number));
  }

  /** The chunk as one of another thread. @param {Buffer} bytes @param {number} number */
  function again(bytes, number) {
    const { crc32 } = require('node:zlib');
    const other = Buffer.from(bytes);
    other.writeUInt32LE(number, 8);
    other.writeUInt32LE(crc32(other.subarray(8)), 4);
    return other;
  }

  for (const [name, make] of Object.entries(files)) {
    it(`${name} take no more of it`, () => {
      const file = record('much', header(), ...make(), end());
      const less = record('less', header(), ...(fewer[name]?.() ?? []), end());
      for (const form of ['--summary', '--html', '--traces']) {
        const [most, least] = [file, less].map((file) => peak(file, form, ...(form === '--summary' ? [] : [os.devNull])));
        assert.ok(most - least < ROOM, `${form} takes ${(most - least).toFixed()} MiB`);
      }
    });
  }

  it('is said by every form, and the rest is reported', () => {
    const file = record('threads', header(), ...files.threads(), end());
    const skipped = (20_000 - 2 ** 14) * 4;
    const { status, stdout } = report(file, '--all');
    assert.equal(status, 0);
    assert.match(stdout, new RegExp(`^! ${skipped} entries belong to threads that began after too many others`, 'm'));
    assert.match(stdout, /^ {2}timer \(Timeout\) +16384 +16384 +16384 /m);
    assert.match(stdout, /^ {2}and 16284 more$/m);
    for (const form of FORMS.filter((form) => form !== 'html')) {
      const { stderr } = report(file, `--${form}`, `threads.${form}`);
      assert.match(
        stderr,
        new RegExp(`^async-hooks-rs report: threads\\.${form} is incomplete: ${skipped} entries belong to threads`),
        form,
      );
    }
    report(file, '--html', 'threads.html');
    const data = JSON.parse(fs.readFileSync(path.join(folder, 'threads.html'), 'utf8').split('id="data">')[1].split('</script>')[0]);
    assert.equal(data.threads.length, 128);
    assert.deepEqual([data.totals.threads, data.totals.callbacks], [16_384, 16_384]);
    assert.match(data.leftOut.join('\n'), new RegExp(`^${skipped} entries belong to threads[^]*^16256 threads are not drawn`, 'm'));
  });

  it('says nothing of a recording that fits', () => {
    const file = record('fits', ...everywhere('fits'));
    const { stderr } = report(file, '--html', 'fits.html', '--traces', 'fits.traces');
    assert.equal(stderr, '');
    assert.ok(fs.readFileSync(path.join(folder, 'fits.html'), 'utf8').includes('"leftOut":[]'));
  });
});
