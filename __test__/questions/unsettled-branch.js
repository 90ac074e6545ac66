// question: The script ends with exit code 0 and the last line is never printed.
// kind: unsettled
'use strict';
const fs = require('node:fs');

function readConfig(file) {
  return new Promise((resolve, reject) => { // <- here
    fs.readFile(file, 'utf8', (error, text) => {
      if (error && error.code !== 'ENOENT') reject(error);
      else if (text) resolve(JSON.parse(text));
    });
  });
}

async function main() {
  const config = await readConfig(`${__dirname}/no-such-config.json`);
  process.stdout.write(`started with ${config}\n`);
}

main();
