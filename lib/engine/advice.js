'use strict';

/** What is said where the addon cannot be loaded: what was tried, and what helps. */

const { PACKAGE, targets } = require('./targets');

/** @typedef {import('./binary').Failure} Failure */
/** @typedef {import('./addon').Binary} Binary */

/**
 * @param {Failure[]} failures
 * @param {Failure | undefined} telling
 * @param {Binary} binary
 */
function whatToDo(failures, telling, { isBundled, VARIABLE }) {
  if (telling?.error.code === 'ERR_DLOPEN_DISABLED') {
    return (
      'async-hooks-rs is a native addon, and addons are switched off in this process: ' +
      'start Node with --allow-addons beside --permission, and without --no-addons.'
    );
  }
  const platform = `${process.platform}-${process.arch}`;
  const named = process.env[VARIABLE];
  const what = named
    ? `${VARIABLE} is ${JSON.stringify(named)}, and async-hooks-rs cannot load that`
    : `async-hooks-rs found no binary for ${platform} (Node ${process.version}) that loads`;
  const advice = telling === undefined ? adviceForNone(named, isBundled) : adviceFor(telling, named);
  return `${what}. ${advice} What was tried: ${failures.map(said).join('; ')}`;
}

/** @param {Failure} failure */
function said({ candidate, error, isMissing }) {
  const [line] = String(error?.message ?? error).split('\n');
  return isMissing ? `${candidate} (not there)` : `${candidate} (${line})`;
}

const REBUILD =
  'Build it with cargo (https://rustup.rs): "npm rebuild async-hooks-rs --foreground-scripts", ' +
  'after "npm install-scripts approve async-hooks-rs" with npm 12, or "pnpm approve-builds" with pnpm.';

/**
 * @param {string | undefined} named
 * @param {boolean} isBundled
 */
function adviceForNone(named, isBundled) {
  if (named) return 'Give the full path of a binary, or unset the variable.';
  if (isBundled) {
    return (
      'A bundler has copied the package into its output, but not the binary. Mark async-hooks-rs as external and install it beside ' +
      `the bundle; or copy ${PACKAGE}.node from the package into the folder of the bundle, or name it in NAPI_RS_NATIVE_LIBRARY_PATH. ` +
      'docs/compatibility.md shows it for each bundler.'
    );
  }
  const prebuilt = targets();
  if (prebuilt.length === 0) return `There is no prebuilt binary for this platform. ${REBUILD}`;
  return `Install the package for this platform; "npm install --omit=optional" and a node_modules copied from another machine lack it. Or: ${REBUILD}`;
}

/**
 * What the operating system says of a file that does not load, and what helps. Each says it in its own words.
 * @type {[RegExp, string][]}
 */
const CURES = [
  [/permission denied|EACCES|EPERM|Access is denied/i, 'Give the user who runs Node the right to read the file and the folders above it.'],
  [/ERR_ACCESS_DENIED|Access to this API has been restricted/, 'Add its folder to --allow-fs-read.'],
  [/failed to map segment|operation not permitted/i, 'The file is on a file system that is mounted with "noexec": put it elsewhere.'],
  [/GLIBC(XX)?_[\d.]+. not found|version .GLIBC/, `It was built for a newer C library than this system has. ${REBUILD}`],
  [
    /musl|Error relocating/,
    'It was built for another C library (Alpine has musl, most others have glibc). Run "npm install" on this system, not on another one.',
  ],
  [
    /wrong ELF class|incompatible architecture|no suitable image|mach-o|not a valid Win32|cannot open shared object|Exec format|invalid ELF header|ld-linux/i,
    'It was built for another system or processor, or it is no binary at all. Run "npm install" on this system, not on another one.',
  ],
  [
    /file too short|file data|truncated|bad magic|ELF load command|did not self-register|undefined symbol|symbol not found/i,
    'The file is damaged. Remove the package and install it again.',
  ],
];

/**
 * @param {Failure} failure
 * @param {string | undefined} named
 */
function adviceFor({ error }, named) {
  const text = `${error?.code} ${error?.message}`;
  const cure = CURES.find(([form]) => form.test(text))?.[1] ?? `Remove the package and install it again. ${REBUILD}`;
  return named ? `${cure.replace(REBUILD, '').trim()} Or unset the variable.`.trim() : cure;
}

module.exports = { whatToDo };
