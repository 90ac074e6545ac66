'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Lang, findInFiles, parseAsync } = require('@ast-grep/napi');
const { observe } = require('../support/native');

observe(async (note) => {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'async-hooks-rs-ast-'));
  for (const name of ['a', 'b']) fs.writeFileSync(path.join(folder, `${name}.js`), 'console.log(1);');
  await new Promise((resolve, reject) => {
    let left = 2;
    findInFiles(Lang.JavaScript, { paths: [folder], matcher: { rule: { pattern: 'console.log($A)' } } }, (error) => {
      note('found');
      if (error) reject(error);
      else if (--left === 0) resolve(undefined);
    });
  });
  await parseAsync(Lang.JavaScript, '1');
  note('awaited');
  fs.rmSync(folder, { recursive: true });
});
