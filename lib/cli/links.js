'use strict';
/** Which terminals open a place that is clicked on (OSC 8). The others would show its address, or nothing. */

const os = require('node:os');

/**
 * The name of this machine, where text for a stream may have links. What the user says comes first; then only a terminal
 * that is known gets any. `NO_COLOR` is about colours alone.
 * @param {{ isTTY?: boolean }} stream
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [platform]
 * @returns {string | undefined}
 */
function linksOn(stream, env = process.env, platform = process.platform) {
  return opensLinks(stream, env, platform) ? os.hostname() : undefined;
}

/**
 * @param {{ isTTY?: boolean }} stream
 * @param {NodeJS.ProcessEnv} env
 * @param {string} platform
 */
function opensLinks(stream, env, platform) {
  if (env.FORCE_HYPERLINK) return Number.parseInt(env.FORCE_HYPERLINK, 10) !== 0;
  if (stream.isTTY !== true || env.TERM === 'dumb' || env.CI || env.TEAMCITY_VERSION) return false;
  if (env.WT_SESSION) return true;
  return platform !== 'win32' && isKnown(env);
}

/** @param {NodeJS.ProcessEnv} env */
function isKnown({ TERM = '', TERM_PROGRAM, TERM_PROGRAM_VERSION = '', CURSOR_TRACE_ID, VTE_VERSION, KONSOLE_VERSION }) {
  const [major, minor = 0] = TERM_PROGRAM_VERSION.split('.').map((part) => Number.parseInt(part, 10));
  switch (TERM_PROGRAM) {
    case 'iTerm.app':
      return major > 3 || (major === 3 && minor >= 1);
    // Its versions are dates; some packages of it are named `0-unstable-2024-01-01`.
    case 'WezTerm':
      return major >= 20200620 || TERM_PROGRAM_VERSION.startsWith('0-unstable-');
    case 'vscode':
      return Boolean(CURSOR_TRACE_ID) || major > 1 || (major === 1 && minor >= 72);
    case 'ghostty':
    case 'zed':
      return true;
  }
  // 5001 is 0.50.1; 0.50.0 crashes.
  if (VTE_VERSION) return Number(VTE_VERSION) > 5000;
  if (KONSOLE_VERSION) return Number(KONSOLE_VERSION) >= 201200;
  return ['alacritty', 'foot', 'xterm-kitty', 'xterm-ghostty'].includes(TERM);
}

module.exports = { linksOn };
