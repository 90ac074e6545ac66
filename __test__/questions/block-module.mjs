// question: My ES module reads its data and then all else stands still.
// kind: block
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';

setInterval(() => {}, 20).unref();

function digest(text, rounds) {
  let value = text;
  for (let i = 0; i < rounds; i++) { // <- or here
    value = createHash('sha256').update(value).digest('hex'); // <- or here
  }
  return value;
}

const text = await readFile(new URL(import.meta.url), 'utf8');
console.log(digest(text, 600_000));
