// A build tool: reads, transforms and writes many files.
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = await mkdtemp(join(tmpdir(), 'questions-'));
const [from, to] = [join(folder, 'src'), join(folder, 'dist')];
await Promise.all([mkdir(from), mkdir(to)]);
const source = 'export const value = 1; // a comment\n'.repeat(300);
await Promise.all(Array.from({ length: 800 }, (_, n) => writeFile(join(from, `${n}.js`), source + n)));

function transform(text) {
  const words = text.split(/\b/).map((word) => (word === 'const' ? 'var' : word));
  return words.join('').replace(/\/\/.*/g, '').replace(/\s+/g, ' ');
}

const names = await readdir(from);
await Promise.all(names.map(async (name) => {
  const text = await readFile(join(from, name), 'utf8');
  await writeFile(join(to, name), transform(text));
}));
console.log(`${(await readdir(to)).length} files`);
await rm(folder, { recursive: true });
