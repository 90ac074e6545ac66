'use strict';

/** The tarballs that a release publishes, made from the binary at hand. */

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { BUILT, TARGETS, targets } = require('../../lib/engine/targets');
const { nameOf } = require('../../scripts/release/platform');
const { stage } = require('../../scripts/release/stage');
const { npmAtHand } = require('./tools');

const root = path.join(__dirname, '..', '..');

/** @typedef {{ manifest: any, tarball: string }} Packed */

/**
 * @param {string} folder to write into
 * @returns {{ whole: Packed, bare: Packed, published: Packed[], platform: Packed }} `whole` has the binary inside,
 *   `bare` has none and names none; `published` are the main package and those of all platforms, `platform` is this one's
 */
function makeTarballs(folder) {
  const binaries = path.join(folder, 'binaries');
  for (const target of Object.values(TARGETS).flat()) {
    fs.mkdirSync(path.join(binaries, target), { recursive: true });
    // Only one that suits the machine is a binary: what does not suit may not be loaded anyway.
    if (target === here()) fs.copyFileSync(BUILT, path.join(binaries, target, path.basename(BUILT)));
    else fs.writeFileSync(path.join(binaries, target, path.basename(BUILT)), 'of another platform');
  }
  const published = stage(binaries, path.join(folder, 'npm')).map((staged) => pack(staged, path.join(folder, 'published')));
  const bare = path.join(folder, 'bare');
  fs.cpSync(path.join(folder, 'npm', 'async-hooks-rs'), bare, { recursive: true });
  const { optionalDependencies, ...manifest } = JSON.parse(fs.readFileSync(path.join(bare, 'package.json'), 'utf8'));
  fs.writeFileSync(path.join(bare, 'package.json'), JSON.stringify(manifest));
  const platform = published.find((each) => each.manifest.name === nameOf(here()));
  if (platform === undefined) throw new Error(`there is no package for ${here()}`);
  return { whole: pack(root, path.join(folder, 'whole')), bare: pack(bare, path.join(folder, 'bare-packed')), published, platform };
}

/** @returns {string} the target of the binary at hand */
function here() {
  const { glibcVersionRuntime } = /** @type {any} */ (process.report.getReport()).header;
  const [first, second] = targets();
  return second === undefined || glibcVersionRuntime !== undefined ? first : second;
}

/**
 * @param {string} source
 * @param {string} folder
 * @returns {Packed}
 */
function pack(source, folder) {
  fs.mkdirSync(folder, { recursive: true });
  const args = [npmAtHand(), 'pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [{ filename }] = Object.values(
    JSON.parse(execFileSync(process.execPath, args, { cwd: source, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })),
  );
  const manifest = JSON.parse(fs.readFileSync(path.join(source, 'package.json'), 'utf8'));
  return { manifest, tarball: path.join(folder, filename) };
}

module.exports = { makeTarballs };
