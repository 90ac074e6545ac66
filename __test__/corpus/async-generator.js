// An async generator, ended by its consumer, and one that throws.
'use strict';

async function* count() {
  try {
    for (let n = 1; ; n++) yield n;
  } finally {
    console.log('generator ended');
  }
}

async function* failing() {
  yield 'one';
  throw new Error('failed');
}

async function main() {
  for await (const n of count()) {
    console.log(n);
    if (n === 3) break;
  }
  const generator = failing();
  console.log(await generator.next());
  await generator.next().catch((error) => console.log(error.message));
  console.log(await generator.next());
}

main();
