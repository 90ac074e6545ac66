'use strict';

/**
 * How long reports take, and how much memory: time and peak resident size of one process a report.
 *
 *   node tasks/bench/report.js [FILE | RECORDING] [FORM...]
 *
 * RECORDING is one of `tasks/bench/recordings.js`, which is written first: serve (the default), or serve-long and never-end, of
 * 2 GiB. What is written of those goes nowhere.
 */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const recordings = require('./recordings');

const FORMS = ['html', 'chrome', 'ndjson', 'traces', 'otlp'];
const NOWHERE = process.platform === 'win32' ? '\\\\.\\nul' : '/dev/null';

const command = path.join(__dirname, '..', '..', 'lib', 'cli', 'report.js');
const child = `
  const began = performance.now();
  require(${JSON.stringify(command)}).command(process.argv.slice(1)).then((code) => {
    const seconds = (performance.now() - began) / 1000;
    process.stderr.write(JSON.stringify({ code, seconds, rss: process.resourceUsage().maxRSS / 1024 }));
  });
`;

/** @param {string[]} args */
function measure(args) {
  const { stderr, error } = spawnSync(process.execPath, ['-e', child, ...args], { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (error !== undefined) throw error;
  /** @type {{ code: number, seconds: number, rss: number }} */
  const { code, seconds, rss } = JSON.parse(stderr.slice(stderr.lastIndexOf('{')));
  if (code !== 0) throw new Error(`the report ended with ${code}: ${stderr}`);
  return { seconds, rss };
}

/** @param {string} file of the recording @param {string} form @param {string} out */
function report(file, form, out) {
  const args = form === 'summary' ? [file] : [file, `--${form}`, out];
  const { seconds, rss } = measure(args);
  const size = form === 'summary' || out === NOWHERE ? '' : `, ${megabytes(fs.statSync(out).size)}`;
  console.log(`${form.padEnd(8)} ${seconds.toFixed(2)} s, peak RSS ${rss.toFixed(0)} MiB${size}`);
  if (out !== NOWHERE) fs.rmSync(out, { force: true });
}

const megabytes = (/** @type {number} */ size) => `${(size / 2 ** 20).toFixed(1)} MiB`;

function main() {
  const [name = 'serve', ...forms] = process.argv.slice(2);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'report-bench-'));
  try {
    const write = /** @type {Record<string, (file: string) => void>} */ (recordings)[name];
    const file = write === undefined ? name : path.join(folder, 'recording');
    write?.(file);
    const { size } = fs.statSync(file);
    console.log(`Node ${process.version}, ${name}, ${megabytes(size)}`);
    for (const form of forms.length > 0 ? forms : ['summary', ...FORMS]) {
      report(file, form, size < 2 ** 30 ? path.join(folder, form) : NOWHERE);
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

main();
