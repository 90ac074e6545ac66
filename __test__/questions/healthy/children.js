// Some child processes, one after the other and at once.
'use strict';
const { execFile, spawn } = require('node:child_process');
const { promisify } = require('node:util');

const run = promisify(execFile);

async function main() {
  const { stdout } = await run(process.execPath, ['-p', '1 + 1']);
  const all = await Promise.all(['2', '3'].map((n) => run(process.execPath, ['-p', n])));
  const child = spawn(process.execPath, ['-e', 'process.stdin.pipe(process.stdout)']);
  child.stdin.end('echo');
  let text = '';
  for await (const part of child.stdout) text += part;
  process.stdout.write(`${stdout.trim()} ${all.map((each) => each.stdout.trim())} ${text}\n`);
}

main();
