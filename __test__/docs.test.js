'use strict';

/** The documents say what is so: the reference is that of the sources, and the code pieces print what is shown. */

const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const ts = require('typescript');
const { DOCUMENT, entries, fill, parts } = require('../scripts/api');
const { patience } = require('../scripts/patience');

const root = path.join(__dirname, '..');
const reference = fs.readFileSync(DOCUMENT, 'utf8');

/** @param {string} folder */
const sourcesIn = (folder) =>
  fs
    .readdirSync(path.join(root, folder), { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.js'))
    .map((name) => fs.readFileSync(path.join(root, folder, name), 'utf8'));

describe('docs/api.md', () => {
  test('is up to date: npm run docs writes nothing else', () => {
    assert.strictEqual(reference, fill(reference));
    for (const name of Object.keys(parts)) assert.ok(reference.includes(`<!-- from ${name} -->\n`), name);
  });

  for (const [name, heading] of [
    ['index', '`async-hooks-rs`'],
    ['legacy', '`async-hooks-rs/legacy`'],
    ['native-context', '`async-hooks-rs/native-context`'],
    ['record', '`async-hooks-rs/record`'],
  ]) {
    test(`has each export of ${name}, and each has its declaration`, () => {
      const part = /\n## (.+)\n([^]+?)(?=\n## )/g;
      const sections = new Map([...reference.matchAll(part)].map(([, title, text]) => [title, text]));
      const documented = [...String(sections.get(heading)).matchAll(/^### `(.+)`$/gm)].map(([, title]) => title);
      assert.deepStrictEqual(documented.sort(), declared(`${name}.d.ts`).sort());
      const face = Object.keys(require(`../${name}`));
      const all = [...documented, ...(name === 'index' ? [] : declared('index.d.ts'))];
      assert.deepStrictEqual(
        face.filter((each) => !all.includes(each)),
        [],
      );
    });
  }

  test('lists the errors and the environment variables of the package', () => {
    const sources = sourcesIn('lib').join('\n');
    const codes = new Set(sources.match(/\bERR_ASYNC_HOOKS_RS_\w+/g));
    assert.deepStrictEqual([...new Set(reference.match(/\bERR_ASYNC_HOOKS_RS_\w+/g))].sort(), [...codes].sort());
    const variables = new Set([...sources.matchAll(/(?:process\.env\.|')((?:ASYNC_HOOKS_RS|NAPI_RS)_\w+)/g)].map(([, name]) => name));
    // Of the tool's own processes.
    variables.delete('ASYNC_HOOKS_RS_COMPARE');
    const listed = [...reference.matchAll(/^\| `(?!ERR_)([A-Z][A-Z_]+)` \| /gm)].map(([, name]) => name);
    assert.deepStrictEqual(listed.sort(), [...variables].sort());
  });
});

describe('what an editor shows of an export', () => {
  /** @type {string} */
  let folder;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs examples '));
    fs.mkdirSync(path.join(folder, 'node_modules'));
    fs.symlinkSync(root, path.join(folder, 'node_modules', 'async-hooks-rs'), 'junction');
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  for (const file of Object.keys(parts).filter((name) => name.endsWith('.d.ts'))) {
    test(`${file}: each export and method says what it does, and has an example`, () => {
      /** @type {Map<string, import('../scripts/api').Entry[]>} an overloaded function has several */
      const byHeading = new Map();
      for (const entry of entries(file)) byHeading.set(entry.heading, [...(byHeading.get(entry.heading) ?? []), entry]);
      const lacking = [...byHeading].filter(([, all]) => {
        const has = (/** @type {'text' | 'examples'} */ what) => all.some((entry) => entry[what].length > 0);
        const isConstructor = all[0].heading.startsWith('new ');
        return !(has('text') || isConstructor) || !(has('examples') || all[0].isProperty);
      });
      assert.deepStrictEqual(
        lacking.map(([heading]) => heading),
        [],
      );
    });

    test(`${file}: each example runs, and prints what it says`, () => {
      for (const { heading, examples } of entries(file)) {
        for (const example of examples) {
          const args = ['--input-type=module', '--eval', example];
          const { status, stdout, stderr } = spawnSync(process.execPath, args, {
            cwd: folder,
            encoding: 'utf8',
            timeout: patience(60_000),
          });
          assert.strictEqual(status, 0, `${heading}: ${stderr}`);
          const promised = [...example.matchAll(/\/\/ prints (.+)$/gm)].map(([, line]) => `${line}\n`).join('');
          if (promised !== '') assert.strictEqual(stdout, promised, heading);
        }
      }
    });
  }
});

/**
 * By the compiler's own account, not by the way in which the reference is made.
 * @param {string} file
 */
function declared(file) {
  const program = ts.createProgram([path.join(root, file)], { types: [] });
  const checker = program.getTypeChecker();
  const source = /** @type {import('typescript').SourceFile} */ (program.getSourceFile(path.join(root, file)));
  const symbol = /** @type {import('typescript').Symbol} */ (checker.getSymbolAtLocation(source));
  return checker
    .getExportsOfModule(symbol)
    .filter(({ declarations }) => declarations?.some((each) => each.getSourceFile() === source))
    .map(({ name }) => name);
}

/** Every document that is ours, from the root. */
const documents = ['.', 'docs', 'examples', 'tasks', 'scripts', 'lib', 'crates'].flatMap((folder) => {
  const names = fs.existsSync(path.join(root, folder))
    ? fs.readdirSync(path.join(root, folder), { encoding: 'utf8', recursive: folder !== '.' })
    : [];
  return names.filter((name) => name.endsWith('.md') && !name.includes('node_modules')).map((name) => path.join(folder, name));
});

describe('the links and commands of the documents', () => {
  const { scripts } = require('../package.json');
  for (const document of documents) {
    const text = fs.readFileSync(path.join(root, document), 'utf8');
    test(document, () => {
      const links = [...text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, link]) => path.join(path.dirname(document), link));
      assert.deepStrictEqual(
        links.filter((link) => !fs.existsSync(path.join(root, link))),
        [],
      );
      // `npm run x` stands for any script.
      const commands = [...text.matchAll(/\bnpm run (?!x\b)([\w:-]+)/g)].map(([, script]) => script);
      assert.deepStrictEqual(
        commands.filter((script) => !(script in scripts)),
        [],
      );
      const tests = [...text.matchAll(/\bnpm test -- ([\w/-]+)/g)].map(([, name]) => name).filter((name) => name !== 'NAME');
      const known = (/** @type {string} */ name) =>
        ['.test.js', '.js', '.mjs'].some((end) => fs.existsSync(path.join(root, '__test__', name + end)));
      assert.deepStrictEqual(
        tests.filter((name) => !known(name)),
        [],
      );
      const programs = [...text.matchAll(/\bnode (?:--[\w-]+ )*((?:tasks|scripts|__test__|bin|examples)\/[\w./-]+)/g)].map(
        ([, program]) => program,
      );
      assert.deepStrictEqual(
        programs.filter((program) => !fs.existsSync(path.join(root, program))),
        [],
      );
    });
  }
});

describe('the code pieces of the documents', () => {
  for (const document of documents) {
    const text = fs.readFileSync(path.join(root, document), 'utf8');
    const pieces = [...text.matchAll(/<!-- run -->\n```js\n([^]+?)```\n\n```text\n([^]+?)```/g)];
    test(`${document}: every one that is marked has an output`, () => {
      assert.strictEqual(pieces.length, text.split('<!-- run -->').length - 1);
    });
    for (const [index, [, code, expected]] of pieces.entries()) {
      test(`${document}, piece ${index + 1}`, () => {
        const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], { cwd: root, encoding: 'utf8', timeout: patience(60_000) });
        assert.strictEqual(stdout + stderr, expected);
      });
    }
  }
});

describe('the linter of prose', () => {
  const { find } = require('../scripts/lint/prose');
  for (const phrase of ['that of which', 'is said', 'in order to', 'the the', 'Simply']) {
    test(`finds "${phrase}"`, () => {
      const text = `A first line.\n\n${phrase} we may read.\n`;
      assert.deepStrictEqual(
        find(text).map(({ line }) => line),
        [3],
      );
    });
  }
  test('leaves code alone', () => {
    assert.deepStrictEqual(find('```js\nis said\n```\nUse `in order to` here.\n'), []);
  });
});
