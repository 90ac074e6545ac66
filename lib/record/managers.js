'use strict';

/** Node processes that only start what the user means. */

const fs = require('node:fs');
const path = require('node:path');

const PACKAGES = new Set(['npm', 'npx', 'yarn', '@yarnpkg/cli', '@yarnpkg/cli-dist', 'pnpm', '@pnpm/exe', 'corepack']);
/** Yarn as projects carry it with them. */
const YARN_RELEASE = /[\\/]\.yarn[\\/]releases[\\/][^\\/]+$/;
const OWN_COMMAND_LINE = path.join(__dirname, '..', '..', 'bin', 'async-hooks-rs.js');

/** Whether this process runs a package manager, or this package's command line. */
function isPackageManager() {
  const file = realPath(process.argv[1]);
  if (file === undefined) return false;
  return YARN_RELEASE.test(file) || file === realPath(OWN_COMMAND_LINE) || PACKAGES.has(packageOf(file) ?? '');
}

/** Whether this process runs each test file in a process of its own. */
function isTestRunner() {
  const { execArgv, env } = process;
  return (
    execArgv.includes('--test') &&
    !env.NODE_TEST_CONTEXT &&
    !execArgv.some((word) => /^--(?:experimental-)?test-isolation=none$/.test(word))
  );
}

/** @param {string | undefined} file */
function realPath(file) {
  try {
    return file === undefined ? undefined : fs.realpathSync(file);
  } catch {
    return undefined;
  }
}

/**
 * @param {string} file
 * @returns {string | undefined} the name of the package that it belongs to
 */
function packageOf(file) {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const name = nameIn(path.join(folder, 'package.json'));
    if (name !== undefined || folder === path.dirname(folder)) return name;
  }
}

/** @param {string} file */
function nameIn(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).name;
  } catch {
    return undefined;
  }
}

module.exports = { isPackageManager, isTestRunner };
