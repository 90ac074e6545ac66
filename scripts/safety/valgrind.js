'use strict';

/**
 * Runs waves of Workers with the addon under valgrind's memcheck, and reports every error and leak in which it has a part.
 *
 *   npm run test:valgrind
 *
 * Node runs without generated code, for valgrind has no names for it and takes a long time. What valgrind says of Node
 * alone is left out. Exits with 1 where anything is found, and with 2 where it cannot run.
 */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Missing, run, addon, broken, runCheck } = require('./build');

const VALGRIND = [
  '--tool=memcheck',
  '--quiet',
  '--xml=yes',
  '--leak-check=full',
  '--show-leak-kinds=definite',
  '--num-callers=40',
  // V8 makes code where there was other code; and a Worker that ends may take the addon along, with its names.
  '--smc-check=all-non-file',
  '--keep-debuginfo=yes',
];
const NODE = ['--jitless', '--expose-gc'];
const WAVES = [path.join(__dirname, 'waves.js'), '--waves', '2', '--workers', '5', '--work', '1', '--within', '20000'];
const WAYS = [{}, { ASYNC_HOOKS_RS_PROMISES: 'feed', ASYNC_HOOKS_RS_STORAGE: 'slot' }];

/** Functions that lose memory, and whose they are. */
const KNOWN = { create_custom_gc: 'napi-rs leaves a thread-safe function to the end of the environment, which Node 26 does not free' };

/**
 * One error of valgrind's, in few lines, or nothing where the binary has no part in it.
 * @param {string} error in XML
 * @param {string} binary
 */
function describe(error, binary) {
  const [, stack = ''] = /<stack>([\s\S]*?)<\/stack>/.exec(error) ?? [];
  const text = (/** @type {string} */ xml, /** @type {string} */ name) =>
    (new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(xml)?.[1] ?? '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
  const frames = [...stack.matchAll(/<frame>([\s\S]*?)<\/frame>/g)].map(([, frame]) => ({
    object: text(frame, 'obj'),
    function: text(frame, 'fn') || '?',
    at: `${text(frame, 'file')}:${text(frame, 'line')}`,
  }));
  if (!frames.some((frame) => frame.object === binary)) return null;
  const known = Object.keys(KNOWN).find((name) => frames.some((frame) => frame.function === name));
  const last = frames.findLastIndex((frame) => frame.object === binary);
  const lines = frames.slice(0, last + 2).map((frame) => `    ${frame.function}${frame.at === ':' ? '' : ` (${frame.at})`}`);
  return { known, text: [text(error, 'what') || text(error, 'text'), ...lines].join('\n') };
}

/**
 * @param {string[]} args of node
 * @param {string} binary
 * @param {NodeJS.ProcessEnv} env
 */
function check(args, binary, env) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-'));
  try {
    const file = path.join(folder, 'report.xml');
    const { status } = spawnSync('valgrind', [...VALGRIND, `--xml-file=${file}`, process.execPath, ...NODE, ...args], {
      env: { ...process.env, ...env, NAPI_RS_NATIVE_LIBRARY_PATH: binary },
      stdio: ['ignore', 'inherit', 'ignore'],
    });
    const errors = fs.readFileSync(file, 'utf8').match(/<error>[\s\S]*?<\/error>/g) ?? [];
    const found = errors.flatMap((error) => describe(error, binary) ?? []);
    return { status, others: errors.length - found.length, found };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function main() {
  const version = run('valgrind', ['--version'], 'to watch the memory').trim();
  const bad = broken('valgrind', []);
  if (check(['-e', `require(${JSON.stringify(bad)})`], bad, {}).found.length === 0) {
    throw new Missing('valgrind does not notice an addon that reads behind its memory.');
  }
  const binary = addon('valgrind', []);
  let isGood = true;
  for (const way of WAYS) {
    const { status, others, found } = check(WAVES, binary, way);
    const mine = found.filter(({ known }) => known === undefined);
    for (const { text } of mine) console.log(text);
    for (const [name, why] of Object.entries(KNOWN)) {
      const count = found.filter(({ known }) => known === name).length;
      if (count > 0) console.log(`known: ${name}, ${count} times: ${why}`);
    }
    console.log(
      `${version} on Node ${process.version} ${JSON.stringify(way)}: ${mine.length} errors with the addon, ` +
        `${others} of Node alone; the waves ${status === 0 ? 'passed' : `failed (${status})`}.`,
    );
    isGood &&= mine.length === 0 && status === 0;
  }
  return isGood;
}

runCheck(main);
