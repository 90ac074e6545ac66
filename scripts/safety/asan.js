'use strict';

/**
 * Runs the tests, and waves of Workers, with the addon under AddressSanitizer.
 *
 *   npm run test:asan [-- test.js ...]
 *
 * Node itself is not instrumented: what is checked is what the addon reads and writes, and every allocation in the
 * process, for it is replaced. Exits with 1 where anything is found, and with 2 where it cannot run.
 */

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { createInterface } = require('node:readline');
const { root, folder, Missing, run, host, addon, broken, runCheck } = require('./build');

const FLAGS = ['-Zsanitizer=address', '-Cforce-frame-pointers=yes'];

/** Test files that say nothing here, and why. */
const LEFT_OUT = {
  'memory.test.js': 'it weighs the process, which the sanitizer makes heavier',
  'storage-memory.test.js': 'as memory.test.js',
  'page.test.js': 'it is about a browser',
};

/** Tests in other files that weigh the process. */
const WEIGHING = new Set(['memory of a Worker is freed when it ends']);

/** What runs besides the tests, in each of the ways that the package has. */
const WAYS = [{}, { ASYNC_HOOKS_RS_PROMISES: 'feed', ASYNC_HOOKS_RS_STORAGE: 'slot' }];
const WAVES = ['--expose-gc', path.join(__dirname, 'waves.js'), '--waves', '8', '--workers', '5', '--work', '10'];

/**
 * The sanitizer's runtime as a library that can be loaded before Node, which was not linked with it. It is made of the one
 * that comes with rustc, without the part that is for programs alone.
 */
function runtime() {
  const libraries = path.join(run('rustc', ['--print', 'sysroot'], 'to build the addon').trim(), 'lib/rustlib', host(), 'lib');
  const archive = fs.readdirSync(libraries).find((name) => /^librustc.*_rt\.asan\.a$/.test(name));
  if (archive === undefined) throw new Missing(`rustc comes without AddressSanitizer for ${host()}.`);
  const parts = path.join(folder, 'asan', 'runtime');
  fs.rmSync(parts, { recursive: true, force: true });
  fs.mkdirSync(parts, { recursive: true });
  run('ar', ['x', '--output', parts, path.join(libraries, archive)], 'to take the runtime apart');
  const objects = fs
    .readdirSync(parts)
    .filter((name) => !name.includes('preinit'))
    .map((name) => path.join(parts, name));
  const library = path.join(folder, 'asan', 'runtime.so');
  run('cc', ['-shared', '-o', library, ...objects, '-lpthread', '-ldl', '-lm', '-lrt', '-lgcc_s'], 'to link the runtime');
  return library;
}

/**
 * @param {string} library
 * @param {string} binary
 * @param {string} reports where to
 */
function environment(library, binary, reports) {
  const options = [
    // Node frees little at its end, and V8's memory is not looked through.
    'detect_leaks=0',
    // V8 means some of the faults that it makes.
    'allow_user_segv_handler=1',
    `log_path=${path.join(reports, 'report')}`,
  ];
  return { ...process.env, ASAN_OPTIONS: options.join(':'), LD_PRELOAD: library, NAPI_RS_NATIVE_LIBRARY_PATH: binary };
}

/**
 * A report of the sanitizer ends the process, maybe one that was to fail. So what counts is what it has written.
 * @param {string} reports
 * @returns {string[]}
 */
function taken(reports) {
  return fs.readdirSync(reports).map((name) => {
    const text = fs.readFileSync(path.join(reports, name), 'utf8');
    fs.rmSync(path.join(reports, name));
    return text;
  });
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} reports
 */
function tryIt(env, reports) {
  const load = `require(${JSON.stringify(broken('asan', FLAGS))})`;
  spawnSync(process.execPath, ['-e', load], { env, stdio: 'ignore' });
  const report = taken(reports).join('\n');
  if (!report.includes('heap-buffer-overflow')) {
    throw new Missing(`The sanitizer does not notice an addon that reads behind its memory.\n${report}`);
  }
  const maps = `require(${JSON.stringify(root)}); console.log(require('node:fs').readFileSync('/proc/self/maps', 'utf8'))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', maps], { env, encoding: 'utf8' });
  if (!stdout.includes(String(env.NAPI_RS_NATIVE_LIBRARY_PATH))) throw new Missing(`The addon does not load:\n${stderr}`);
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ failed: string[], passed: number, code: number | null }>}
 */
async function test(args, env) {
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  /** @type {string[]} */
  const failed = [];
  let passed = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [, not, name] = /^ *(not )?ok \d+ - (.*)$/.exec(line) ?? [];
    if (name === undefined) return;
    if (not === undefined) passed += 1;
    else if (!WEIGHING.has(name)) failed.push(name);
    console.log(line);
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { failed, passed, code };
}

async function main() {
  if (process.platform !== 'linux') throw new Missing('It is for Linux.');
  const named = process.argv.slice(2);
  const tests =
    named.length > 0
      ? named
      : fs
          .readdirSync(path.join(root, '__test__'))
          .filter((name) => name.endsWith('.test.js') && !(name in LEFT_OUT))
          .map((name) => path.join('__test__', name));
  const reports = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-'));
  try {
    const env = environment(runtime(), addon('asan', FLAGS), reports);
    tryIt(env, reports);
    let waves = 0;
    for (const way of WAYS) {
      const { status } = spawnSync(process.execPath, WAVES, { env: { ...env, ...way }, stdio: 'inherit' });
      waves += Number(status === 0);
    }
    const { failed, passed } = await test(tests, env);
    const found = taken(reports);
    for (const report of found) console.log(report);
    for (const name of failed) console.log(`failed: ${name}`);
    console.log(
      `AddressSanitizer on Node ${process.version}: ${found.length} reports; ${passed} tests passed, ` +
        `${failed.length} failed; ${waves} of ${WAYS.length} runs of waves passed.`,
    );
    return found.length === 0 && failed.length === 0 && waves === WAYS.length;
  } finally {
    fs.rmSync(reports, { recursive: true, force: true });
  }
}

runCheck(main);
