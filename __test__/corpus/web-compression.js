// A compression stream of the web.
'use strict';

async function main() {
  const { readable, writable } = new CompressionStream('gzip');
  const writer = writable.getWriter();
  writer.write(Buffer.from('text text'));
  writer.close();
  let bytes = 0;
  for await (const chunk of readable) bytes += chunk.length;
  console.log(bytes > 0);
}

main();
