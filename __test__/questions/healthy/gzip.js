// Packs a file and unpacks it again.
'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const zlib = require('node:zlib');

async function main() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'questions-'));
  const [file, packed, again] = ['file', 'packed', 'again'].map((name) => path.join(folder, name));
  fs.writeFileSync(file, 'The quick brown fox jumps over the lazy dog.\n'.repeat(100_000));
  await pipeline(fs.createReadStream(file), zlib.createGzip(), fs.createWriteStream(packed));
  await pipeline(fs.createReadStream(packed), zlib.createGunzip(), fs.createWriteStream(again));
  process.stdout.write(`${fs.statSync(packed).size} ${fs.statSync(again).size}\n`);
  fs.rmSync(folder, { recursive: true });
}

main();
