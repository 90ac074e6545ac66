'use strict';

const { spawn } = require('node-pty');
const { called, observe } = require('../support/native');

observe(async (note) => {
  await called((done) => {
    spawn('/bin/sh', ['-c', 'exit 0'], { cwd: __dirname, env: process.env }).onExit(() => {
      note('onExit');
      done();
    });
  });
  note('awaited');
});
