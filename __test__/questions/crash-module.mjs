// question: My ES module ends with a TypeError at start.
// kind: crash
// exits: 1
import { readFile } from 'node:fs/promises';

async function portOf(file) {
  const text = await readFile(file, 'utf8');
  const { server } = JSON.parse(`{ "size": ${text.length} }`);
  return server.port; // <- here
}

console.log(await portOf(new URL(import.meta.url)));
