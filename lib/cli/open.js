'use strict';

/** The page of a recording, opened in a browser. */

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const { shown } = require('../node/shown');
const { sources } = require('./sources');
const { loadAddon } = require('../engine/addon');

/** Milliseconds that what opens it may take to say that it cannot. */
const PATIENCE = 3000;

/** What opens a file, by platform. @type {Record<string, string[]>} */
const OPENERS = { darwin: ['open'], win32: ['cmd', '/c', 'start', '""'] };

/**
 * @param {string} recording
 * @param {(text: string) => void} tell
 */
async function openPage(recording, tell) {
  const page = besides(recording);
  const [made] = loadAddon().reportRecording(recording, null, sources(), [{ form: 'html', out: page }]).outputs;
  if (made.failure !== undefined) {
    tell(shown(`the page could not be made: ${made.failure}`));
    return;
  }
  const reason = await whyNotOpened(page);
  const name = shown(path.relative('', page));
  tell(reason === null ? `the page is ${name}.` : `the page is ${name}, and could not be opened (${shown(reason)}).`);
}

/**
 * @param {string} recording
 * @returns {string} a name beside it that nothing has
 */
function besides(recording) {
  const { dir, name, ext } = path.parse(recording);
  const base = path.join(dir, ext === '.rec' ? name : `${name}${ext}`);
  for (let number = 0; ; number += 1) {
    const file = `${base}${number === 0 ? '' : `.${number}`}.html`;
    if (fs.lstatSync(file, { throwIfNoEntry: false }) === undefined) return file;
  }
}

/**
 * @param {string} page
 * @returns {Promise<string | null>} null where it was opened, or is about to be
 */
function whyNotOpened(page) {
  const [command, ...words] = OPENERS[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(command, [...words, page], { stdio: 'ignore', detached: process.platform !== 'win32' });
    // A browser that was not running before may run on in it.
    const timer = setTimeout(() => resolve(null), PATIENCE);
    child.unref();
    child.once('error', (error) => resolve(`${command}: ${/** @type {NodeJS.ErrnoException} */ (error).code ?? error.message}`));
    child.once('exit', (code) => resolve(code === 0 ? null : `${command} ended with exit code ${code}`));
    child.once('exit', () => clearTimeout(timer));
    child.once('error', () => clearTimeout(timer));
  });
}

module.exports = { openPage };
