// question: The build is finished, the command line tool does not return.
// kind: does-not-exit
// ends: signal after 1200 ms
'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'questions-'));
const config = path.join(folder, 'config.json');
fs.writeFileSync(config, '{}');

function loadConfig() {
  const watcher = fs.watch(folder, () => {}); // <- here
  watcher.on('error', () => {});
  return JSON.parse(fs.readFileSync(config, 'utf8'));
}

fs.watch(config, () => {}).unref();
const settings = loadConfig();
fs.rmSync(config);
process.stdout.write(`built with ${JSON.stringify(settings)}\n`);
