'use strict';
// Shows: an exception in a hook callback ends the process. uncaughtException is not asked,
//        exit listeners still run, the stack goes to stderr, the exit code is 1.
// Look at: the last line. The example runs itself as a child to survive what it shows.
//
// Output:
//   the child printed: before the timer, exit listener with code 1
//   on its stderr: Error: thrown by a hook
//   thrown from: init
//   exit code: 1
const { createHook } = require('./module');
const { spawnSync } = require('node:child_process');
const { print } = require('./support/print');

function child() {
  process.on('uncaughtException', () => print('uncaughtException was asked'));
  process.on('exit', (code) => print(`exit listener with code ${code}`));
  createHook({ init() { throw new Error('thrown by a hook'); } }).enable();
  print('before the timer');
  setTimeout(() => print('the timer fired'), 1);
  print('after the timer');
}

function parent() {
  const { status, stdout, stderr } = spawnSync(process.execPath, [__filename, 'child'], { encoding: 'utf8' });
  print('the child printed:', stdout.trim().split('\n').join(', '));
  print('on its stderr:', /^Error: .*$/m.exec(stderr)?.[0]);
  print('thrown from:', /^ +at (?:\w+\.)?(\w+) \(.*hook-error\.js/m.exec(stderr)?.[1]);
  print('exit code:', status);
}

if (process.argv[2] === 'child') child();
else parent();
