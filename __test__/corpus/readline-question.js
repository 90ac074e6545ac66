// A question and its answer, with promises.
'use strict';

const readline = require('node:readline/promises');
const { PassThrough } = require('node:stream');

async function main() {
  const input = new PassThrough();
  const output = new PassThrough();
  const dialogue = readline.createInterface({ input, output });
  output.once('data', () => input.write('fine\n'));
  console.log(await dialogue.question('how are you? '));
  dialogue.close();
}

main();
