'use strict';

/**
 * Looks for files that the reader of recordings, or a report, does not survive: it starts from valid ones and goes where
 * changes lead to code that was not reached before (libFuzzer). That code has no `unsafe`, so no sanitizer is needed to notice
 * what is wrong.
 *
 *   npm run fuzz:parser [-- --runs 1000000] [--seconds 600] [--seed 1] [--file FILE]
 *
 * It ends at the first thing that is wrong, and keeps the file; `--file` tries that one again. It has 1 GB of address space, so a
 * larger allocation is wrong, as is a file of 64 KB that takes 20 seconds. Exits with 1 where anything is found, and with 2 where
 * it cannot run.
 */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { root, folder, run, host, runCheck } = require('../../../scripts/safety/build');

const FLAGS = [
  '-Ccodegen-units=1',
  '-Cpasses=sancov-module',
  ...['level=4', 'inline-8bit-counters', 'pc-table', 'trace-compares'].map((what) => `-Cllvm-args=-sanitizer-coverage-${what}`),
];
const LIMITS = ['-max_len=65536', '-len_control=0', '-timeout=20'];
/** Of address space, in KB. */
const MEMORY = 1_000_000;

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: '1' },
    file: { type: 'string' },
  },
});

function build() {
  const target = path.join(folder, 'fuzz');
  const args = ['build', '--release', '--locked', '--target', host(), '--target-dir', target];
  run('cargo', [...args, '--manifest-path', path.join(__dirname, 'Cargo.toml')], 'to build the fuzzer', { RUSTFLAGS: FLAGS.join(' ') });
  return path.join(target, host(), 'release', 'fuzz-parser');
}

async function main() {
  const program = build();
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'async-hooks-rs-'));
  const corpus = path.join(temporary, 'corpus');
  fs.mkdirSync(corpus);
  // What is wrong must outlive this.
  const found = `-artifact_prefix=${path.join(root, 'target', 'fuzz-')}`;
  const aims =
    options.file === undefined
      ? [`-runs=${options.runs}`, `-max_total_time=${options.seconds}`, `-seed=${options.seed}`, '-print_final_stats=1', corpus]
      : [path.resolve(options.file)];
  try {
    const command = `ulimit -v ${MEMORY} && exec "$0" "$@"`;
    const { status } = spawnSync('sh', ['-c', command, program, ...LIMITS, found, ...aims], {
      stdio: 'inherit',
      env: { ...process.env, ...(options.file && { FUZZ_PARSER_ONE: '1' }), FUZZ_PARSER_FOLDER: temporary },
    });
    return status === 0;
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

runCheck(main);
